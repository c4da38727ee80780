"""The help page: a form for each need, without JavaScript, taken once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from zhoudao.doors.portal.help import guard, page
from zhoudao.doors.portal.help.needs import NEEDS
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Attachment, Channel, Message
from zhoudao.rooms.customers.models import Customer, Identity

PHONE = "13812348000"


@pytest.fixture(autouse=True)
def help_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LEAST_SECONDS", -1)
    monkeypatch.setattr(page, "_PATIENCE_SECONDS", 0.0)
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])


def browser(language: str = "en") -> Client:
    return Client(headers={"Accept-Language": language})


def filled(**differs: Any) -> dict[str, Any]:
    return {"form_token": guard.issue(), "text": "The grinder is loud", "phone": PHONE} | differs


def sends(need: str = "return", **differs: Any) -> Any:
    return browser().post(f"/help/{need}/", filled(**differs))


def test_a_need_becomes_a_case_with_number_and_progress_at_once() -> None:
    photo = SimpleUploadedFile("label.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40)
    answer = sends(order_number="O2026-000123", wish="repair", serial="SN-77", photos=[photo], name="Wang")
    waiting = browser().get(answer.headers["Location"])
    assert (waiting.context["case"], waiting.headers["Refresh"]) == (None, "2")
    dispatch.drain()
    shown = browser().get(answer.headers["Location"])
    case = Case.objects.get()
    assert shown.context["case"] == case
    assert "Refresh" not in shown.headers
    assert progress_url(case) in shown.content.decode()
    assert case.conversation is not None
    assert (case.kind, case.conversation.order_number) == ("after_sales", "O2026-000123")
    said = Message.objects.get()
    assert said.text.split("\n") == [
        "Order number: O2026-000123", "Wish: Have it repaired", "Serial number: SN-77", "The grinder is loud",
    ]  # fmt: skip
    assert Attachment.objects.get().file.content_type == "image/jpeg"


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_need_has_its_form_in_three_languages(need: str, language: str) -> None:
    shown = browser().get(f"/help/{need}/", {"language": language})
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-store")
    with translation.override(language):
        words = str(NEEDS[need].words)
    assert words in browser().get("/help/", {"language": language}).content.decode()
    assert "<script" not in shown.content.decode(), "it works without"
    assert set(NEEDS[need].asks) <= set(shown.context["form"].fields)


def test_sent_twice_it_is_one_case_and_other_words_are_asked_about() -> None:
    form = filled()
    client = browser()
    first, again = client.post("/help/question/", form), client.post("/help/question/", form)
    assert (first.status_code, again.status_code, Message.objects.count()) == (302, 302, 1)
    other = client.post("/help/question/", form | {"text": "And another thing"})
    assert other.status_code == 422
    fresh = other.context["form"]["form_token"].value()
    assert fresh != form["form_token"]
    assert client.post("/help/question/", form | {"text": "And another thing", "form_token": fresh}).status_code == 302
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"text": " "}, "text"),
        ({"phone": "hello"}, "phone"),
        ({"phone": "", "email": "hello"}, "email"),
        ({"phone": ""}, "email"),
        ({"wish": "money"}, "wish"),
        ({"photos": [SimpleUploadedFile("a.jpg", b"")]}, "photos"),
        ({"photos": [SimpleUploadedFile(f"{n}.jpg", b"\xff\xd8\xff") for n in range(6)]}, "photos"),
        ({"website": "https://spam.example"}, "__all__"),
        ({"form_token": "made-up"}, "__all__"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(differs: dict[str, Any], field: str) -> None:
    answer = sends(name="Wang", **differs)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert 'value="Wang"' in answer.content.decode()
    assert not Message.objects.exists()


def test_machines_are_too_fast_and_people_may_send_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LEAST_SECONDS", 3)
    form, client = filled(), browser()
    assert client.post("/help/question/", form).status_code == 422
    monkeypatch.setattr(guard, "LEAST_SECONDS", -1)
    assert client.post("/help/question/", form).status_code == 302


def test_one_contact_may_send_five_an_hour_and_one_address_ten() -> None:
    assert [sends().status_code for _ in range(6)] == [302] * 5 + [422]
    assert [sends(phone=f"1381234800{n}").status_code for n in range(1, 6)] == [302] * 4 + [422]
    assert Message.objects.count() == 9


def test_what_nobody_checked_opens_nobodys_history() -> None:
    for _ in range(2):
        sends(email="w@example.com")
    assert Customer.objects.count() == 1, "the form knows its own again"
    assert not Identity.objects.filter(kind__in=["phone", "email"], suggested=False).exists()


def test_wrong_links_and_needs_lead_nowhere() -> None:
    assert browser().get("/help/free-money/").status_code == 404
    assert browser().get("/help/sent/made-up/").status_code == 404
    Channel.objects.filter(kind="form").update(is_active=False)
    assert browser().get("/help/").status_code == 404
    assert sends().status_code == 404
