"""A customer cancels single pieces on their order's page: chosen, seen in money, confirmed once, told."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.doors.portal.tracking import pieces
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.models import Refund
from zhoudao.rooms.aftersales.tests.returns import CLERK, cancelled, purse, waiting
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.orders.models import Hold, Order, Storefront
from zhoudao.rooms.parcels.links import LOOK, tracking_token

LANGUAGES = ("zh-hans", "zh-hant", "en")


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two chairs and a lamp, paid, of which nobody has begun to pick anything."""
    return waiting(at=shop.now)


def path_of(order: Order, kind: str = "f") -> str:
    return f"/t/{tracking_token(order.id, kind)}/cancel/pieces/"


def looks(order: Order, **given: str) -> Any:
    return browser().get(path_of(order), {"language": "en"} | given)


def form(order: Order, **given: str) -> dict[str, str]:
    """What the page gives to send for these picks."""
    shown = text(looks(order, **given))
    found = dict(re.findall(r'name="(form_token|back|left|q\d+)" value="([^"]*)"', shown))
    assert found.keys() >= {"form_token", "back", "left"}, shown
    return found


def sends(order: Order, body: dict[str, str], **more: str) -> Any:
    return browser().post(f"{path_of(order)}?language=en", body | more)


def tracked(order: Order, **asked: str) -> str:
    return text(browser().get(f"/t/{tracking_token(order.id)}/", {"language": "en"} | asked))


def test_what_comes_back_is_seen_before_it_is_confirmed_and_then_the_page_says_so(order: Order) -> None:
    assert f"{path_of(order)}?language=en" in tracked(order)
    chosen = looks(order)
    assert ("<script" in text(chosen), chosen.status_code, text(chosen).count("餐椅")) == (False, 200, 1)
    seen = text(looks(order, q1="1"))
    for words in ("CN¥129.83", "CN¥124.81", "CN¥5.02", "CN¥180.17", "1 ×", "餐椅", "Cancel these pieces"):
        assert words in seen, words
    assert Cancellation.objects.count() == 0
    done = sends(order, form(order, q1="1"))
    assert (done.status_code, done["Location"]) == (303, f"/t/{tracking_token(order.id)}/?language=en&said=pieces")
    page = tracked(order, said="pieces")
    for words in ("these pieces are cancelled", "Cancelled, not sent", "CN¥129.83 goes back the way you paid"):
        assert words in page, words
    assert purse(order) == (31_000, 12_983, 0)
    pay_by_hand(refund_id=Refund.objects.get().id, reference="B-1", by=CLERK, at=order.placed_at)
    assert "CN¥129.83 was paid back the way you paid" in tracked(order)
    assert done["Cache-Control"] == "private, no-store"


def test_they_are_told_in_their_thread_and_the_open_case_has_a_note(shop: Shop, order: Order) -> None:
    channel = Channel.objects.get(code="webchat")
    taken = receive_message(
        inbound=Inbound(
            channel=channel.code, external_id="m-1", customer_id=order.customer_id, text="椅子只要一把",
            order_number=order.number,
        ),
        at=shop.now,
    )  # fmt: skip
    Conversation.objects.filter(id=taken.conversation_id).update(language="en")
    dispatch.drain()
    assert Case.objects.filter(conversation_id=taken.conversation_id).exists()
    sends(order, form(order, q1="1"))
    dispatch.drain()
    said = list(
        Message.objects.filter(conversation_id=taken.conversation_id).order_by("id").values_list("text", flat=True)
    )
    [told] = [one for one in said if "is not sent" in one]
    for words in (order.number, "1 × 餐椅", "We pay back CN¥129.83", f"/t/{tracking_token(order.id)}/"):
        assert words in told, words
    [note] = [one for one in said if "发货前取消了" in one]
    assert "1 × 餐椅" in note
    pay_by_hand(refund_id=Refund.objects.get().id, reference="B-1", by=CLERK, at=shop.now)
    dispatch.drain()
    last = Message.objects.filter(conversation_id=taken.conversation_id).order_by("id").last()
    assert last is not None
    assert f"We have paid back CN¥129.83 for what was cancelled of order {order.number}" in last.text
    assert Case.objects.count() == 1, "no case of its own: nobody has anything to do"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_it_speaks_three_languages_in_at_most_twelve_statements(order: Order, language: str) -> None:
    cancelled(order)
    for given in ({}, {"q1": "1"}, {"q1": "1", "q2": "1"}, {"q1": "9"}):
        with CaptureQueriesContext(connection) as asked:
            answer = browser().get(path_of(order), {"language": language} | given)
        assert answer.status_code in (200, 422)
        assert len(asked) <= 12, [one["sql"][:90] for one in asked]
        assert ("Cancel single pieces" in text(answer)) == (language == "en")
    with CaptureQueriesContext(connection) as asked:
        page = browser().get(f"/t/{tracking_token(order.id)}/", {"language": language})
    assert (page.status_code, len(asked) <= 12) == (200, True), [one["sql"][:90] for one in asked]


def test_all_of_it_stops_the_whole_order_as_ever(order: Order) -> None:
    seen = text(looks(order, q1="2", q2="1"))
    assert ("Stop the whole order" in seen, "You get back" in seen) == (True, False)
    assert f"/t/{tracking_token(order.id)}/cancel/" in seen
    body = form(order, q1="1") | {"q1": "2", "q2": "1", "back": "31000", "left": "0"}
    refused = sends(order, body)
    assert (refused.status_code, Cancellation.objects.count()) == (422, 0)
    found = re.search(r'name="form_token" value="([^"]*)"', seen)
    assert found
    token = found[1]
    assert (
        browser().post(f"/t/{tracking_token(order.id)}/cancel/?language=en", {"form_token": token}).status_code == 303
    )
    assert Hold.objects.get(order=order).reason == "refund_requested"
    assert "Cancel single pieces only" not in tracked(order)


def test_not_paid_yet_the_page_says_that_it_costs_less(shop: Shop) -> None:
    order = waiting(at=shop.now, is_paid=False)
    seen = text(looks(order, q2="1"))
    assert ("You get back" in seen, "You have not paid yet" in seen) == (False, True)
    assert sends(order, form(order, q2="1")).status_code == 303
    assert (Refund.objects.count(), Order.objects.get(id=order.id).total_minor < 31_000) == (0, True)
    assert "goes back the way you paid" not in tracked(order)


@pytest.mark.parametrize(
    "given",
    [
        {"q1": "0"},
        {"q1": "3"},
        {"q1": "-1"},
        {"q1": "1.5"},
        {"q1": "viele"},
        {"q9": "1"},
        {"qx": "1"},
        {"q1": "9" * 40},
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(order: Order, given: dict[str, str]) -> None:
    answer = looks(order, **given)
    assert (answer.status_code, 'role="alert"' in text(answer)) == (422, True)
    assert "Show me what I get back" in text(answer), "the form is there to be put right"
    body = form(order, q1="1")
    body.pop("q1")
    assert sends(order, body | given).status_code == 422
    assert (Cancellation.objects.count(), Order.objects.get(id=order.id).total_minor) == (0, 31_000)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fulfilment": "picking"}, "It is being packed already"),
        ({"fulfilment": "shipped"}, "It has left already"),
        ({"is_split": True}, "It is sent in several parts"),
        ({"commercial": "cancelled"}, "This order is over already"),
        ({"source": "replacement"}, "something you gave back"),
        ({"payment": "refunded"}, "paid back another way"),
    ],
)
def test_what_cannot_be_cancelled_any_more_is_said_with_what_to_do(
    order: Order, changed: dict[str, Any], words: str
) -> None:
    body = form(order, q1="1")
    Order.objects.filter(id=order.id).update(**changed)
    for answer in (looks(order), sends(order, body)):
        assert words in text(answer)
        assert "#cancel" in text(answer) or "#ask" in text(answer)
    assert (Cancellation.objects.count(), sends(order, body).status_code) == (0, 422)


def test_what_was_bought_in_a_shop_is_cancelled_there(order: Order) -> None:
    Storefront.objects.create(code="shop", kind="webhook", store=order.store, secrets_sealed=b"")
    assert "You ordered it in our online shop" in text(looks(order))


def test_money_that_changed_since_it_was_shown_is_shown_anew_and_nothing_is_done(order: Order) -> None:
    body = form(order, q1="1")
    cancelled(order, {1: 1})
    answer = sends(order, body)
    assert (answer.status_code, "has changed since you looked" in text(answer)) == (422, True)
    assert Cancellation.objects.count() == 1
    for wrong in ({"back": "1"}, {"left": "x"}, {"form_token": "x"}, {"back": ""}):
        assert sends(order, form(order, q1="1") | wrong).status_code == 422
    assert Cancellation.objects.count() == 1


def test_pressed_at_once_it_is_cancelled_once(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_CANCELS", Limit("many", 1_000, 60))
    body = form(order, q1="1")

    def one(_n: int) -> int:
        try:
            return int(sends(order, body).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(32)))
    assert set(answers) == {303}
    assert (Cancellation.objects.count(), Refund.objects.count(), purse(order)[1]) == (1, 1, 12_983)


def test_only_the_customers_own_link_opens_it_and_not_too_often(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser().get(path_of(order, LOOK)).status_code == 404
    assert browser().post(path_of(order, LOOK), {}).status_code == 404
    assert browser().put(path_of(order)).status_code == 405
    monkeypatch.setattr(pieces, "_CANCELS", Limit("few", 1, 60))
    body = form(order, q1="1")
    sends(order, body | {"back": "1"})
    assert sends(order, body).status_code == 429
    assert Cancellation.objects.count() == 0
