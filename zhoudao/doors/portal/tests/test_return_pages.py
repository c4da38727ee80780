"""A return's own page: where it stands, whose turn it is, what was accepted and paid; sent, withdrawn, slipped in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.portal.returns.page import _ACTS
from zhoudao.doors.portal.tests.test_home import enters, me
from zhoudao.doors.portal.tests.test_returns import path_of
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.kit.code128 import QUIET_ZONE
from zhoudao.kit.qr import qr_path
from zhoudao.kit.tests.test_code128 import read_dots
from zhoudao.rooms.aftersales.commands.deciding import approve_return, decline_return, expire_return
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, PNG, asked, delivered, found, here, told
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.stock.models import Warehouse

SENT = {"carrier": "yto", "tracking_number": "yt 1234567890"}


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two chairs and a lamp, delivered just now."""
    return delivered(at=shop.now)


def page_of(request: ReturnRequest, path: str = "", **given: str) -> Any:
    address = f"{path_of(request.order)}{request.number}/{path}?language=en"
    return browser().post(address, given) if path in ("sent/", "withdraw/") else browser().get(address)


def steps_in(shown: str) -> list[tuple[str, str]]:
    """Each step's words and whether it is done, current or next."""
    return [(words, state) for state, words in re.findall(r'<li class="(\w+)".*?step-words">([^<]*)<', shown)]


def test_it_says_step_by_step_where_it_stands_and_whose_turn_it_is(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    way = ["Asked for", "Agreed", "Sent", "Arrived", "Inspected", "Paid back"]

    def stands(done: int) -> str:
        shown = text(page_of(request))
        expected = ["done"] * done + ["current"] * (done < 6) + ["next"] * (5 - done)
        assert steps_in(shown) == list(zip(way, expected, strict=True))
        return shown

    agreed = stands(2)
    for words in (
        "Agreed: please send it to us.",
        "turn yours",
        "Your turn: send it by",
        "25 Mar 2026",
        "You get back",
    ):
        assert words in agreed, words
    assert page_of(request, "sent/", **SENT).status_code == 303
    assert "It is on its way back to us." in stands(3)
    here(request, at=shop.now + A_DAY)
    assert "It has arrived at our place." in stands(4)
    found(request, Finding("CH-1", 1, "used", "restock", lost_percent=20), at=shop.now + A_DAY)
    inspected = stands(5)
    refund = request.refunds.get()
    for words in (
        "Signs of use: accepted",
        "20 % of its worth is gone",
        "It is being paid.",
        f"{refund.amount.amount}",
    ):
        assert words in inspected, words
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=shop.now + 2 * A_DAY)
    paid = stands(6)
    for words in ("Your money has been paid back.", "turn solved", "It has been paid back the way you paid.", "12 Mar"):
        assert words in paid, words


def test_what_is_not_accepted_is_said_piece_by_piece_and_adds_up(shop: Shop, order: Order) -> None:
    request = asked(order, {0: 2, 1: 1}, at=shop.now)
    here(request, at=shop.now)
    found(
        request,
        Finding("CH-1", 1, "as_new", "restock"),
        Finding("CH-1", 1, "damaged", "send_back"),
        Finding("LP-7", 1, "foreign", "send_back"),
        at=shop.now,
    )
    shown = text(page_of(request))
    for words in (
        "As new: accepted",
        "Damaged: not accepted, it goes back to you",
        "Not what we sent: not accepted, it goes back to you",
    ):
        assert words in shown, words
    assert shown.count('class="is-refused"') == 2
    assert shown.count(f"{request.refunds.get().amount.amount}") >= 2, "with the piece, and as the sum"


def test_it_says_why_it_was_declined_expired_or_came_to_nothing(shop: Shop, order: Order) -> None:
    asks: dict[str, Any] = {"reason": "damaged", "kind": "refund_only", "photos": [PNG], "at": shop.now}
    request = asked(order, **asks)
    waits = text(page_of(request))
    assert ("We are deciding about it." in waits, "Withdraw it" in waits, "Send it here" in waits) == (
        True,
        True,
        False,
    )
    decline_return(request_id=request.id, reason="no_evidence", by=CLERK, at=shop.now)
    declined = text(page_of(request))
    assert "nothing shows the fault" in declined
    assert steps_in(declined) == [("Asked for", "done"), ("Declined", "done")]
    again = asked(order, **asks)
    approve_return(request_id=again.id, by=CLERK, at=shop.now)
    assert steps_in(text(page_of(again))) == [("Asked for", "done"), ("Agreed", "done"), ("Paid back", "current")]
    late = asked(order, {1: 1}, at=shop.now)
    ReturnRequest.objects.filter(id=late.id).update(send_by=shop.now.date() - A_DAY)
    expire_return(request_id=late.id, by=CLERK, at=shop.now)
    assert "It was not sent in time" in text(page_of(late))
    refused = asked(order, {1: 1}, at=shop.now)
    here(refused, at=shop.now)
    found(refused, Finding("LP-7", 1, "damaged", "send_back"), at=shop.now)
    nothing = text(page_of(refused))
    assert "Nothing is paid back." in nothing
    assert steps_in(nothing)[-1] == ("Nothing paid back", "done")


def test_its_parcel_is_told_put_right_and_checked(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    for wrong, says in (
        ({"carrier": "own", "tracking_number": "X1234"}, "Choose the carrier."),
        ({"carrier": "pigeon", "tracking_number": "X1234"}, "Choose the carrier."),
        ({"carrier": "yto", "tracking_number": "?"}, "This is no tracking number"),
        ({}, "Choose the carrier."),
    ):
        answer = page_of(request, "sent/", **wrong)
        assert (answer.status_code, says in text(answer)) == (422, True), wrong
    assert 'value="?"' in text(page_of(request, "sent/", carrier="yto", tracking_number="?")), "what was typed stays"
    page_of(request, "sent/", **SENT)
    page_of(request, "sent/", **SENT)
    page_of(request, "sent/", **(SENT | {"tracking_number": "YT999888777"}))
    request.refresh_from_db()
    assert (request.state, request.carrier, request.tracking_number) == ("sent", "yto", "YT999888777")
    assert told(request).count("ReturnSent") == 2
    here(request, at=shop.now)
    late = page_of(request, "sent/", **SENT)
    assert (late.status_code, "too far on for that" in text(late)) == (422, True)


def test_it_is_withdrawn_as_long_as_nothing_came(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    assert page_of(request, "withdraw/").status_code == 303
    assert page_of(request, "withdraw/").status_code == 303, "twice is once"
    request.refresh_from_db()
    shown = text(page_of(request))
    assert (request.state, "It was withdrawn." in shown, "Withdraw it" in shown) == ("cancelled", True, False)
    assert told(request).count("ReturnWithdrawn") == 1
    second = asked(order, at=shop.now)
    here(second, at=shop.now)
    assert "Withdraw it" not in text(page_of(second))
    late = page_of(second, "withdraw/")
    assert (late.status_code, "too far on for that" in text(late)) == (422, True)


def test_acts_are_counted_and_need_a_post(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    assert Client().get(f"{path_of(order)}{request.number}/withdraw/").status_code == 405
    for _ in range(_ACTS.count):
        _ACTS.knock(str(order.id))
    assert "That was a lot at once" in text(page_of(request, "withdraw/"))
    request.refresh_from_db()
    assert request.state == "approved"


def test_the_slip_is_read_by_scanners_and_says_nothing_of_the_person(shop: Shop, order: Order) -> None:
    request = asked(order, {0: 2}, at=shop.now)
    shown = text(page_of(request, "slip/"))
    bars = re.search(r'class="return-bars".*?<path d="([^"]*)"', shown)
    assert bars
    dark = {int(x) + n for x, width in re.findall(r"M(\d+) 0h(\d+)v1", bars[1]) for n in range(int(width))}
    drawn = "".join("1" if n in dark else "0" for n in range(QUIET_ZONE, max(dark) + 1))
    assert read_dots(drawn) == request.number
    assert qr_path(request.number).path in shown
    for words in (order.number, "2 ×", "餐椅"):
        assert words in shown, words
    for secret in ("王小姐", "中山北路", "13812348000", tracking_path(order.id).split("/")[2] + '"'):
        assert secret not in shown, secret


def test_it_goes_where_it_came_from_else_to_the_first_open_warehouse_else_to_the_store(shop: Shop) -> None:
    def place() -> str:
        number = f"PLACE-{ReturnRequest.objects.count()}"
        request = asked(delivered(at=shop.now, external_number=number), at=shop.now)
        found_ = re.search(r'return-place"><strong>([^<]*)</strong>(?:<br>([^<]*))?', text(page_of(request)))
        assert found_
        return " ".join(filter(None, found_.groups()))

    assert place() == str(shop.cast.stores["web"])
    for code, priority in (("far", 20), ("near", 10)):
        Warehouse.objects.create(
            code=code, names={"en": code}, priority=priority, province="江苏省", city="苏州市", kind="warehouse"
        )
    assert place() == "near 江苏省 苏州市"
    Warehouse.objects.filter(code="near").update(closed_at=shop.now)
    assert place() == "far 江苏省 苏州市"
    order = delivered(at=shop.now, external_number="FROM-FAR")
    Warehouse.objects.filter(code="near").update(closed_at=None)
    order.parcels.update(warehouse=Warehouse.objects.get(code="far"))
    assert "<strong>far</strong>" in text(page_of(asked(order, at=shop.now)))


def test_street_and_phone_are_told_and_printed_or_to_be_asked_for(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    Warehouse.objects.create(code="back", names={"zh-Hans": "退货仓"}, kind="warehouse", province="江苏", city="昆山")
    assert "Ask us for street and number before you send it." in text(page_of(request))
    Warehouse.objects.update(street="物流大道 88 号", phone="0512-5550 0188")
    shown = text(page_of(request))
    assert "Ask us for street" not in shown
    for page in (shown, text(page_of(request, "slip/"))):
        for words in ("退货仓", "江苏 昆山 物流大道 88 号", "0512-5550 0188"):
            assert words in page, words


def test_the_tracking_page_has_the_door_and_every_return(shop: Shop, order: Order) -> None:
    def tracked() -> str:
        return text(browser().get(f"{tracking_path(order.id)}?language=en"))

    first = tracked()
    assert ("Return or complain" in first, "Your returns" in first) == (True, False)
    request = asked(order, at=shop.now)
    assert f"{path_of(order)}{request.number}/?language=en" in tracked()
    browser().get(tracking_path(order.id))


def test_customers_find_their_returns_at_the_front_door(shop: Shop, order: Order) -> None:
    client = enters()
    Order.objects.filter(id=order.id).update(customer=me())
    order.refresh_from_db()
    assert "My returns" not in text(client.get("/portal/?language=en"))
    request = asked(order, at=shop.now)
    shown = text(client.get("/portal/?language=en"))
    assert ("My returns" in shown, f"{path_of(order)}{request.number}/" in shown) == (True, True)
    ReturnRequest.objects.filter(id=request.id).update(
        state="refunded", closed_at=shop.now, asked_at=shop.now - timedelta(days=91)
    )
    assert request.number not in text(client.get("/portal/?language=en")), "long over"


def test_the_page_of_its_case_leads_to_it_and_back(shop: Shop, order: Order) -> None:
    case = shop.hears("椅子太高了，想退")
    request = asked(order, at=shop.now, conversation_id=case.conversation_id)
    case = Case.objects.get(id=case.id)
    shown = text(browser().get(f"/p/{case.progress_token}/?language=en"))
    assert f"{path_of(order)}{request.number}/?language=en" in shown
    back = text(page_of(request))
    assert (case.number in back, f"/p/{case.progress_token}/" in back) == (True, True)
    assert "You hear from us by" not in back, "it is the customer's turn"
    page_of(request, "sent/", **SENT)
    assert "You hear from us by" in text(page_of(request))
