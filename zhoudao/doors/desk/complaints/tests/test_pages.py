"""Complaints at the desk: the record, the recording, the causes and the way to their cases."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.ground.accounts.models import User
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.complaints.models import Answer

SignIn = Callable[[str], Client]


def complaint(shop: Shop, who: str = "anna") -> Case:
    return shop.hears("我要投诉，桌子是坏的", who=who)


def fields(**given: object) -> dict[str, object]:
    return {"way": "phone", "words": "已道歉", "cause": "product", "cost": "12.50", "product": "餐桌"} | given


def test_an_answer_is_recorded_and_shown_beside_the_case(shop: Shop, sign_in: SignIn) -> None:
    case, client = complaint(shop), sign_in("admin")
    path = f"/desk/cases/{case.number}/complaint/"
    sound = SimpleUploadedFile("call.wav", b"RIFF\x24\x00\x00\x00WAVEfmt ")
    assert client.post(path, fields(recording=sound)).status_code == 302
    answer = Answer.objects.get()
    assert answer.cost_cents == 1250
    assert "已道歉" in client.get(f"/desk/cases/{case.number}/").content.decode()
    heard = client.get(f"{path}{answer.id}/recording/")
    assert heard.content.startswith(b"RIFF")
    assert heard["Cache-Control"] == "private, no-store"


def test_wrong_fields_are_named_and_nothing_is_lost(shop: Shop, sign_in: SignIn) -> None:
    path = f"/desk/cases/{complaint(shop).number}/complaint/"
    for wrong in (
        {"words": ""},
        {"cause": "moon"},
        {"cost": "-3"},
        {"way": "pigeon"},
        {"answered_at": "2030-01-01T10:00"},
    ):
        page = sign_in("admin").post(path, fields(**wrong))
        assert page.status_code == 422, wrong
        assert "餐桌" in page.content.decode()
    assert not Answer.objects.exists()


def test_others_complaints_and_other_kinds_are_not_there(shop: Shop, sign_in: SignIn) -> None:
    case, other = complaint(shop), shop.hears("几点开门？", who="ben")
    assert sign_in("sun").get(f"/desk/cases/{case.number}/complaint/").status_code == 404
    assert sign_in("admin").get(f"/desk/cases/{other.number}/complaint/").status_code == 404
    sign_in("admin").post(f"/desk/cases/{case.number}/complaint/", fields(recording=SimpleUploadedFile("a", b"abc")))
    answer = Answer.objects.get()
    assert sign_in("sun").get(f"/desk/cases/{case.number}/complaint/{answer.id}/recording/").status_code == 404
    foreign = f"/desk/cases/{other.number}/complaint/{answer.id}/recording/"
    assert sign_in("admin").get(foreign).status_code == 404


def test_every_figure_of_the_causes_page_opens_exactly_its_cases(shop: Shop, sign_in: SignIn) -> None:
    client, viewer = sign_in("admin"), shop.viewer("admin")
    for number, cause in enumerate(["product", "product", "service"]):
        case = complaint(shop, f"visitor-{number}")
        client.post(f"/desk/cases/{case.number}/complaint/", fields(cause=cause))
        resolve_case(case_id=case.id, outcome="solved", cause=cause, viewer=viewer, at=shop.now)
    for by in ("store", "channel", "team", "product"):
        page = client.get(f"/desk/causes/?by={by}")
        assert [row.count for row, _address in page.context["rows"]] == [2, 1]
        links = [(row.count, address) for row, address in page.context["rows"]]
        links += [(count, address) for _words, count, address in page.context["parts"]]
        assert len(links) == 3
        for count, address in links:
            assert len(client.get(address).context["rows"]) == count, address


def test_an_empty_page_says_what_to_do_and_nonsense_is_left_out(shop: Shop, sign_in: SignIn) -> None:
    for query in ("", "?kind=pigeon&by=moon&period=century&store=1", "?product=%3Cscript%3E&team=x"):
        page = sign_in("admin").get(f"/desk/causes/{query}")
        assert page.status_code == 200
        assert 'class="blank"' in page.content.decode()
        assert "<script>alert" not in page.content.decode()


def test_a_lead_keeps_the_list_and_an_agent_does_not(shop: Shop, sign_in: SignIn) -> None:
    path = "/desk/settings/causes/"
    assert sign_in("wang").get(path).status_code == 403
    lead = sign_in("zhao")
    assert lead.post(path, {"name-zh-Hans": "包装破损"}).status_code == 302
    assert "包装破损" in causes().values()
    code = next(code for code, name in causes().items() if name == "包装破损")
    assert lead.post(path, {"code": code, "do": "retire"}).status_code == 302
    assert code not in causes()
    assert lead.post(path, {"name-zh-Hans": ""}).status_code == 422
    assert lead.post(path, {"code": "nowhere", "do": "retire"}).status_code == 422
    assert "包装破损" in lead.get(path).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_shipped_names_stand_in_their_own_fields_whoever_reads(shop: Shop, sign_in: SignIn, language: str) -> None:
    User.objects.update(language=language)
    page = sign_in("zhao").get("/desk/settings/causes/").content.decode()
    named = dict(re.findall(r'form="cause-logistics" name="name-([\w-]+)" maxlength="60" value="([^"]*)"', page))
    assert named == {"zh-Hans": "物流", "zh-Hant": "物流", "en": "Delivery"}
