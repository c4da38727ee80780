"""A customer asks for a repair from their order's page, sees where it stands, and answers the quote once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.repairs import asking, page
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import LOOK, tracking_token
from zhoudao.rooms.repairs.commands.quoting import Priced, send_quote
from zhoudao.rooms.repairs.links import repair_path
from zhoudao.rooms.repairs.models import Device, Quote, Repair
from zhoudao.rooms.repairs.tests.workshop import CLERK, PNG, SERIAL, asked, device, judged, parts_come, sold, told

LANGUAGES = ("zh-hans", "zh-hant", "en")


def path_of(order: Order, kind: str = "f") -> str:
    return f"/t/{tracking_token(order.id, kind)}/repair/"


def field(shown: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', shown)
    assert found, name
    return found[1]


def form(order: Order, **more: Any) -> dict[str, Any]:
    shown = text(browser().get(path_of(order)))
    return {"form_token": field(shown, "form_token"), "line": "1", "symptom": "leak"} | more


def sends(order: Order, body: dict[str, Any], client: Client | None = None) -> Any:
    return (client or browser()).post(f"{path_of(order)}?language=en", body)


def photo(content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile("p.png", content, "image/png")


def closing(act: Any) -> Any:
    """From a thread, with a connection of its own."""
    try:
        return act()
    finally:
        connections.close_all()


@pytest.fixture
def order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Order:
    """A washing machine, delivered just now."""
    monkeypatch.setattr(asking, "ASKS", Limit("repair-ask", 1_000, 3600))
    monkeypatch.setattr(page, "_ACTS", Limit("repair-act", 1_000, 3600))
    return sold(shop.now)


def quoted(shop: Shop) -> tuple[Repair, Quote]:
    """After the warranty: 80.00 for labour and a seal of 35.50, valid for a week."""
    parts_come()
    repair = judged(asked(sold(shop.now - timedelta(days=500)), at=shop.now), at=shop.now)
    parts = [Priced("SEAL-1", 1, 3_550)]
    quote = send_quote(repair_id=repair.id, labour_minor=8_000, parts=parts, valid_days=7, by=CLERK, at=shop.now)
    return repair, quote


def answers(repair: Repair, quote: Quote, said: str = "yes") -> Any:
    return browser().post(f"{repair_path(repair.id)}answer/?language=en", {"quote": str(quote.id), "answer": said})


def test_what_is_known_is_filled_in_and_one_page_is_enough(order: Order) -> None:
    device(order)
    shown = text(browser().get(path_of(order), {"language": "en"}))
    assert field(shown, "serial") == SERIAL
    assert re.search(r'name="line" value="1" checked', shown)
    sent = sends(order, form(order, serial=SERIAL, words="门边漏水", photos=photo()))
    assert sent.status_code == 303
    repair = Repair.objects.get()
    page = text(browser().get(sent["Location"]))
    for words in (
        repair.number,
        "Thank you, we have it.",
        "We are looking at what it is.",
        "it is under warranty",
        "门边漏水",
    ):
        assert words in page, words
    assert (repair.photos.count(), repair.conversation_id is not None) == (1, True)
    tracked = text(browser().get(f"/t/{tracking_token(order.id)}/", {"language": "en"}))
    assert repair.number in tracked
    assert "Have it repaired" in tracked


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_three_languages_without_scripts(order: Order, language: str) -> None:
    ask = text(browser().get(path_of(order), {"language": language}))
    heading = {"zh-hans": "申请维修", "zh-hant": "申請維修", "en": "Ask for a repair"}[language]
    assert heading in ask
    repair = asked(order)
    shown = text(browser().get(repair_path(repair.id), {"language": language}))
    said = {"zh-hans": "我们正在判断故障", "zh-hant": "我們正在判斷故障", "en": "We are looking at what it is"}[
        language
    ]
    assert said in shown
    body = shown.partition("<main")[2]
    assert "<script" not in body


def test_photos_that_are_none_and_unsound_numbers_are_refused_in_words_and_nothing_is_kept(order: Order) -> None:
    for wrong, words in (
        ({"photos": photo(b"<html><script>1</script>")}, "not all pictures"),
        ({"photos": [photo(PNG + bytes([n])) for n in range(9)]}, "not all pictures"),
        ({"serial": "?!?"}, "A serial number has"),
        ({"serial": "a\0b"}, "A serial number has"),
        ({"symptom": "nothing"}, "Say what is wrong"),
        ({"line": "2"}, "Choose what it is about"),
        ({"line": "９"}, "Choose what it is about"),
        ({"form_token": "forged"}, "too old or was changed"),
    ):
        answer = sends(order, form(order) | wrong)
        assert (answer.status_code, words in text(answer)) == (422, True), words
    assert (Repair.objects.count(), Device.objects.count()) == (0, 0)


def test_sixty_four_forms_at_once_are_one_repair(order: Order) -> None:
    body = form(order, serial=SERIAL)
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _n: closing(lambda: sends(order, body)), range(64)))
    assert {one.status_code for one in sent} == {303}
    assert len({one["Location"] for one in sent}) == 1
    assert (Repair.objects.count(), Device.objects.count()) == (1, 1)


def test_asked_for_again_it_leads_to_the_repair_that_is_open(order: Order) -> None:
    repair = asked(order)
    sent = sends(order, form(order, serial=SERIAL, symptom="noise"))
    assert sent["Location"].startswith(repair_path(repair.id))
    assert Repair.objects.count() == 1


def test_another_customers_number_is_answered_as_one_nobody_knows(order: Order, shop: Shop) -> None:
    device(order)
    answered = []
    for n, serial in enumerate((SERIAL, "WM-99999999")):
        other = sold(shop.now, claims=[Claim("external", f"buyer-{n + 2}", scope="shop")])
        sent = sends(other, form(other, serial=serial))
        repair = Repair.objects.get(order=other)
        shown = text(browser().get(sent["Location"])).replace(serial, "…").replace(repair.number, "…")
        shown = shown.replace(other.number, "…").replace(repair_path(repair.id), "…")
        answered.append((sent.status_code, re.sub(r"/[tmp]/[\w-]+/|C2026-\d+|\d\d:\d\d:\d\d[.\d]*", "…", shown)))
    assert answered[0] == answered[1]
    assert list(Device.objects.order_by("id").values_list("is_disputed", flat=True)) == [False, True, False]


def test_who_only_looks_or_guesses_gets_nowhere(order: Order) -> None:
    repair = asked(order)
    assert browser().get(path_of(order, LOOK)).status_code == 404
    good = repair_path(repair.id)
    for wrong in (good[:-2] + "/", good.replace("/m/", "/m/x"), "/m/…/", f"/m/{'a' * 43}/"):
        assert browser().get(wrong).status_code == 404, wrong


def test_a_quote_is_agreed_to_once_however_often_it_is_clicked(shop: Shop, order: Order) -> None:
    repair, quote = quoted(shop)
    shown = text(browser().get(repair_path(repair.id), {"language": "en"}))
    assert "115.50" in shown
    assert "Your turn: say yes or no below." in shown
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _n: closing(lambda: answers(repair, quote)), range(64)))
    assert {one.status_code for one in sent} == {303}
    repair.refresh_from_db()
    assert (repair.state, repair.owed_minor, told(repair).count("QuoteAccepted")) == ("approved", 11_550, 1)
    late = answers(repair, quote, "no")
    assert (late.status_code, "You have answered this quote already." in text(late)) == (422, True)


def test_a_quote_that_changed_meanwhile_is_refused_with_the_new_one_shown(shop: Shop, order: Order) -> None:
    repair, old = quoted(shop)
    send_quote(repair_id=repair.id, labour_minor=9_900, parts=[], valid_days=7, by=CLERK, at=shop.now)
    answer = answers(repair, old)
    assert answer.status_code == 422
    for words in ("The price has changed since you looked.", "99.00"):
        assert words in text(answer), words
    assert not Quote.objects.filter(is_accepted=True).exists()
    nothing = browser().post(f"{repair_path(repair.id)}answer/", {"quote": "x", "answer": "yes"})
    assert nothing.status_code == 422


def test_a_quote_that_is_over_is_not_agreed_to(shop: Shop, order: Order) -> None:
    repair, quote = quoted(shop)
    Quote.objects.update(valid_until=shop.now.date() - timedelta(days=1))
    shown = text(browser().get(repair_path(repair.id), {"language": "en"}))
    assert "It was valid until" in shown
    assert "Yes, repair it" not in shown
    answer = answers(repair, quote)
    assert (answer.status_code, "not valid any more" in text(answer)) == (422, True)


def test_declined_or_withdrawn_it_ends(shop: Shop, order: Order) -> None:
    repair, quote = quoted(shop)
    assert "declined" in answers(repair, quote, "no")["Location"]
    repair.refresh_from_db()
    assert repair.state == "declined"
    other = asked(order, at=shop.now)
    for _twice in range(2):
        assert browser().post(f"{repair_path(other.id)}withdraw/").status_code == 303
    other.refresh_from_db()
    assert other.state == "cancelled"
    Repair.objects.filter(id=other.id).update(state="in_repair", closed_at=None)
    late = browser().post(f"{repair_path(other.id)}withdraw/?language=en")
    assert (late.status_code, "too far on" in text(late)) == (422, True)
