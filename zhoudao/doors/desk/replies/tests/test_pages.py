"""Writing canned replies and putting them into an answer."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.models import CannedReply

SignIn = Callable[[str], Client]
ASKED = {"title": "物流", "shortcut": "/wl", "scope": "own", "body_zh-Hans": "{{case.number}} 在路上"}


def test_an_agent_writes_one_finds_it_and_changes_it(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("wang")

    assert client.post("/desk/replies/new/", ASKED).status_code == 302
    reply = CannedReply.objects.get()
    assert (reply.shortcut, reply.owner) == ("wl", shop.cast.people["wang"])
    assert "物流" in client.get("/desk/replies/", {"q": "WL"}).content.decode()
    assert "物流" not in client.get("/desk/replies/", {"q": "发票"}).content.decode()
    client.post(f"/desk/replies/{reply.id}/", ASKED | {"title": "物流进度"})
    reply.refresh_from_db()
    assert reply.title == "物流进度"


def test_what_is_wrong_is_said_and_what_was_written_stays(shop: Shop, sign_in: SignIn) -> None:
    answer = sign_in("wang").post("/desk/replies/new/", ASKED | {"body_zh-Hans": "{{order.nr}} 在路上"})

    assert answer.status_code == 422
    assert "order.nr" in answer.context["form"].non_field_errors()[0]
    assert "{{order.nr}} 在路上" in answer.content.decode()
    assert not CannedReply.objects.exists()


def test_an_agent_cannot_share_and_the_lead_only_with_the_own_team(shop: Shop, sign_in: SignIn) -> None:
    team = {"scope": "team", "team": str(shop.cast.teams["reception"].id)}

    assert sign_in("wang").post("/desk/replies/new/", ASKED | team).status_code == 422
    assert sign_in("zhao").post("/desk/replies/new/", ASKED | {"scope": "everybody"}).status_code == 422
    assert sign_in("zhao").post("/desk/replies/new/", ASKED | team).status_code == 302
    assert CannedReply.objects.get().team == shop.cast.teams["reception"]


def test_anothers_own_does_not_exist_and_the_teams_is_shown_but_not_changed(shop: Shop, sign_in: SignIn) -> None:
    sign_in("wang").post("/desk/replies/new/", ASKED)
    own = CannedReply.objects.get()
    sign_in("zhao").post(
        "/desk/replies/new/", ASKED | {"scope": "team", "team": str(shop.cast.teams["reception"].id), "title": "组"}
    )
    teams = CannedReply.objects.get(title="组")
    li = sign_in("li")

    assert li.get(f"/desk/replies/{own.id}/").status_code == 404
    assert li.post(f"/desk/replies/{own.id}/retire/").status_code == 404
    assert li.get(f"/desk/replies/{teams.id}/").status_code == 200
    assert li.post(f"/desk/replies/{teams.id}/", ASKED).status_code == 422
    li.post(f"/desk/replies/{teams.id}/retire/")
    teams.refresh_from_db()
    assert (teams.title, teams.retired_at) == ("组", None)


def test_the_preview_fills_examples_in_and_names_what_nobody_knows(shop: Shop, sign_in: SignIn) -> None:
    said = {"body_zh-Hans": "{{case.number}} {{agent.name}} {{nobody}}"}

    page = sign_in("wang").post("/desk/replies/preview/", said).content.decode()

    assert "C2026-000123 王芳 {{nobody}}" in page
    assert "nobody</p>" in page


def test_the_slash_offers_what_fits_with_the_case_filled_in(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货？")
    client = sign_in("wang")
    client.post("/desk/replies/new/", ASKED)
    address = f"/desk/cases/{case.number}/replies/"
    client.get(address)

    with CaptureQueriesContext(connection) as statements:
        page = client.get(address, {"q": "wl"}).content.decode()

    assert f"{case.number} 在路上" in page
    assert len(statements) <= 6, [statement["sql"][:90] for statement in statements]
    assert 'role="option"' not in client.get(address, {"q": "发票"}).content.decode()
    assert sign_in("sun").get(address).status_code == 404
    assert sign_in("zhou").get(address).status_code == 403


def test_a_reply_with_an_open_variable_is_refused_in_words(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货？")
    client = sign_in("wang")

    answer = client.post(f"/desk/cases/{case.number}/write/", {"mode": "reply", "text": "{{customer.name}} 您好"})

    assert "customer.name" in json.loads(answer["HX-Trigger"])["desk:notice"]["text"]
    assert not Message.objects.filter(direction="out", is_auto=False).exists()
    note = client.post(f"/desk/cases/{case.number}/write/", {"mode": "note", "text": "{{customer.name}} 是变量"})
    assert note.status_code == 200


def test_sending_counts_the_canned_replies_named_and_minds_no_rubbish(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("什么时候发货？")
    client = sign_in("wang")
    client.post("/desk/replies/new/", ASKED)
    reply = CannedReply.objects.get()

    said = {"mode": "reply", "text": "在路上", "canned": f"{reply.id},,x'y"}
    assert client.post(f"/desk/cases/{case.number}/write/", said).status_code == 200

    reply.refresh_from_db()
    assert reply.uses == 1


@pytest.mark.parametrize("name", ["zhou"])
def test_who_writes_no_messages_has_no_canned_replies(shop: Shop, sign_in: SignIn, name: str) -> None:
    assert sign_in(name).get("/desk/replies/").status_code == 403
