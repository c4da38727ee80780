"""A return that is sent with a prepaid label: offered for what it costs, chosen once, printed, shown at the counter."""

from typing import Any

import pytest

from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.returns import labelling
from zhoudao.doors.portal.tests.test_return_pickups import order, page
from zhoudao.doors.portal.tests.test_returns import LANGUAGES, field, path_of
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, PNG, asked
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Inbound, receive_message
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.fulfilment.commands.sheets import finish_sheet, forget_sheets
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.pickups.tests.fetching import ordered
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.tests.pool import brought, labelled

__all__ = ["order"]


def takes(request: ReturnRequest, **more: str) -> Any:
    """The label the page offers is chosen."""
    shown = text(page(request, "label/"))
    given = {name: field(shown, name) for name in ("do", "fee", "carrier")}
    return page(request, "label/", **given | more)


def test_it_is_named_beside_the_other_ways_with_what_it_costs_and_without_numbers_is_not(
    shop: Shop, order: Order
) -> None:
    brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    shown = text(page(request, ""))
    for words in ("You send it with our prepaid label", "CN¥8.00, kept from your refund when it comes", "SF Express",
                  "We fetch it", "You send it", "You bring it to a store"):  # fmt: skip
        assert words in shown, words
    PrepaidNumber.objects.all().delete()
    without = text(page(request, ""))
    assert "prepaid label" not in without
    assert "You bring it to a store" in without
    assert page(request, "label/").status_code == 404


def test_it_is_chosen_once_printed_and_shown_and_what_comes_back_is_less(shop: Shop, order: Order) -> None:
    [number] = brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    before = text(page(request, ""))
    assert "Take the label for CN¥8.00" in text(page(request, "label/"))
    assert takes(request).status_code == 303
    waiting = page(request, "label/")
    assert waiting["Refresh"] == "2"
    assert number in text(waiting)
    assert page(request, "label/file/").status_code == 303, "there is none yet"
    finish_sheet(LabelSheet.objects.get(), b"%PDF-1.7")
    shown = page(request, "label/")
    assert "Refresh" not in shown
    assert "Open the label to print it" in text(shown)
    pdf = page(request, "label/file/")
    assert (pdf["Content-Type"], pdf["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert pdf.content == b"%PDF-1.7"
    after = text(page(request, ""))
    assert "Show and print the label" in after
    assert "On its way with" not in after, "a label that is printed is not sent"
    assert money(before) - money(after) == 800
    assert PrepaidNumber.objects.get().taken_by == "customer:link"


def money(shown: str) -> int:
    """What the page says comes back, in minor units."""
    said = shown.partition("You get back, if it is as you say")[2].partition("CN¥")[2]
    return int(said.partition("<")[0].replace(".", "").replace(",", ""))


def test_handed_in_it_is_on_its_way_and_its_file_is_made_again_when_it_is_gone(shop: Shop, order: Order) -> None:
    [number] = brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    takes(request)
    shown = text(page(request, "label/"))
    body = {name: field(shown, name) for name in ("carrier", "tracking_number")}
    assert page(request, "sent/", **body).status_code == 303
    request.refresh_from_db()
    assert (request.state, request.tracking_number, request.is_labelled) == ("sent", number, True)
    forget_sheets(at=shop.now + 2 * A_DAY)
    assert "Make the label again" in text(page(request, "label/"))
    assert page(request, "label/", do="print").status_code == 303
    assert LabelSheet.objects.get().state == "asked"


def test_what_is_our_fault_costs_nothing(shop: Shop, order: Order) -> None:
    brought(1, at=shop.now)
    request = asked(order, at=shop.now, reason="quality", photos=[PNG])
    assert "It costs you nothing." in text(page(request, "label/"))
    assert takes(request).status_code == 303
    assert PrepaidNumber.objects.get().fee_minor == 0


def test_of_several_carriers_one_is_chosen(shop: Shop, order: Order) -> None:
    brought(1, at=shop.now)
    brought(1, carrier="zto", at=shop.now)
    request = asked(order, at=shop.now)
    assert "With which carrier?" in text(page(request, "label/"))
    takes(request, carrier="zto")
    request.refresh_from_db()
    assert request.carrier == "zto"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fee": "0"}, "has changed since you looked"),
        ({"fee": "-5"}, "has changed since you looked"),
        ({"carrier": "pigeons"}, "No prepaid label is left"),
    ],
)
def test_what_cannot_be_is_said_and_takes_nothing(shop: Shop, order: Order, change: dict[str, str], words: str) -> None:
    brought(1, at=shop.now)
    answer = takes(asked(order, at=shop.now), **change)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert PrepaidNumber.objects.filter(taken_at=None).count() == 1


def test_the_last_one_taken_by_somebody_else_and_a_courier_that_comes_are_said(shop: Shop, order: Order) -> None:
    brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    shown = text(page(request, "label/"))
    given = {name: field(shown, name) for name in ("do", "fee", "carrier")}
    ordered(request, at=shop.now)
    answer = page(request, "label/", **given)
    assert (answer.status_code, "Call the courier off first" in text(answer)) == (422, True)
    PrepaidNumber.objects.update(taken_at=shop.now)
    answer = page(request, "label/", **given)
    assert answer.status_code == 422


def test_links_that_only_look_and_returns_of_others_open_nothing(shop: Shop, order: Order) -> None:
    brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    for path in ("label/", "label/file/"):
        look = f"{path_of(order, 'l')}{request.number}/{path}"
        assert browser().get(look).status_code == browser().get(f"/t/wrong/return/R1/{path}").status_code == 404
        assert browser().get(f"{path_of(order)}R2026-999999/{path}").status_code == 404
    assert browser().post(f"{path_of(order, 'l')}{request.number}/label/", {"fee": "800"}).status_code == 404
    assert page(request, "label/file/").status_code == 404


def test_whoever_asks_too_often_waits(shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    monkeypatch.setattr(labelling, "_ACTS", Limit("return-label-test", 1, 3600))
    codes = [page(request, "label/", fee="1").status_code for _ in range(3)]
    assert codes == [422, 422, 422]
    assert "wait a few minutes" in text(page(request, "label/", fee="1"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_three_languages_in_at_most_twelve_statements(
    shop: Shop, order: Order, language: str, django_assert_max_num_queries: Any
) -> None:
    brought(1, at=shop.now)
    request = asked(order, at=shop.now)
    seen = []
    for _ in range(2):
        for path in ("", "label/"):
            page(request, path, language)
            with django_assert_max_num_queries(12):
                answer = page(request, path, language)
            assert answer.status_code == 200
            assert "<script" not in text(answer)
            assert "style=" not in text(answer)
            seen.append(text(answer))
        if not request.is_labelled:
            takes(request)
            request.refresh_from_db()
    words = {"zh-hans": "预付面单", "zh-hant": "預付面單", "en": "prepaid label"}
    assert all(words[language] in one for one in seen)
    assert all(secret not in "".join(seen) for secret in ("王小姐", "中山北路", "138 1234 8000"))


@pytest.mark.django_db(transaction=True)
def test_the_customer_is_told_of_a_label_a_colleague_chose_and_not_of_their_own(shop: Shop, order: Order) -> None:
    hello = Inbound(channel="webchat", external_id="hello", customer_id=order.customer_id, text="你好")
    receive_message(inbound=hello, at=shop.now)
    brought(2, at=shop.now)
    own, given = asked(order, at=shop.now), asked(order, {1: 1}, at=shop.now)
    takes(own)
    labelled(given, by=CLERK, at=shop.now)
    dispatch.drain()
    texts = [one for one in Message.objects.values_list("text", flat=True) if "预付面单" in one]
    assert len(texts) == 1
    assert given.number in texts[0]
    assert "8.00" in texts[0]
