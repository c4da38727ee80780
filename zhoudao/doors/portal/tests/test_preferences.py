"""What somebody prefers, their data, and being forgotten."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client

from zhoudao.doors.portal.tests.conftest import solve
from zhoudao.doors.portal.tests.test_home import act, enters, front_door, me, wrote
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.closing import close_case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.entrances.models import Pass

__all__ = ["front_door"]


def posts(client: Client, what: str, **more: object) -> Any:
    return client.post(f"/portal/me/{what}/", {"act": act(client)} | more)


def test_preferences_are_written_down_and_spoken(shop: Shop) -> None:
    client = enters()
    Customer.objects.filter(id=me().id).update(value_class="gold")
    said = {"language": "zh-Hant", "preferred_channel": "email", "consents": ["care", "survey"]}
    posts(client, "preferences", **said)
    customer = me()
    assert (customer.language, customer.preferred_channel, customer.consents) == (
        "zh-Hant",
        "email",
        ["care", "survey"],
    )
    assert customer.value_class == "gold", "what is not theirs to say stays"
    assert "我的帳" in client.get("/portal/me/").content.decode()
    posts(client, "preferences", language="xx", preferred_channel="pigeon")
    assert me().language == "zh-Hant"
    client.post("/portal/me/preferences/", {"language": "en"})
    assert me().language == "zh-Hant", "a post from elsewhere changes nothing"


def test_ones_data_is_a_file_and_that_it_was_had_is_recorded(shop: Shop) -> None:
    wrote(shop, "The grinder is loud")
    wrote(shop, "Somebody else's words", "li@mail.example")
    answer = posts(enters(), "data")
    text = json.dumps(json.loads(answer.content))
    assert "The grinder is loud" in text
    assert "Somebody else" not in text
    assert Event.objects.filter(type="customers.CustomerExported", actor=f"customer:{me().id}").count() == 1


def test_a_phone_left_lying_about_gives_away_and_destroys_nothing(shop: Shop) -> None:
    client = enters()
    row = Pass.objects.get()
    Pass.objects.update(proven_at=row.begun_at - timedelta(minutes=16))
    for what in ("data", "erase"):
        assert posts(client, what, sure="yes").headers["Location"].startswith("/portal/sign-in/")
    assert Customer.objects.filter(erased_at=None).count() == 1
    enters(client=client)  # the same address once more
    assert posts(client, "data").status_code == 200


def test_being_forgotten_is_asked_twice_and_what_is_open_is_finished_first(shop: Shop) -> None:
    case, client = wrote(shop, "The grinder is loud"), enters()
    refused = posts(client, "erase", sure="yes")
    assert (refused.status_code, case.number in refused.content.decode()) == (409, True)
    solve(shop, case)
    close_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, outcome="solved", cause="question")
    customer = me()
    assert posts(client, "erase").status_code == 200  # asks
    assert Customer.objects.get(id=customer.id).erased_at is None
    posts(client, "erase", sure="yes")
    assert Customer.objects.get(id=customer.id).erased_at is not None
    assert client.get("/portal/me/").status_code == 302
    assert not Pass.objects.exists()
