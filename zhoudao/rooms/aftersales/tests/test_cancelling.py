"""Single pieces are cancelled before anything left: what comes back of the money, what stays, and what is refused."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.commands.accepting import OfferChanged
from zhoudao.rooms.aftersales.commands.cancelling import Shown, cancel_whole
from zhoudao.rooms.aftersales.commands.giving_back import give_money_back
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import approve_refund, refuse_refund
from zhoudao.rooms.aftersales.models import Purse, Refund, ReturnRequest
from zhoudao.rooms.aftersales.pieces import had_of
from zhoudao.rooms.aftersales.queries.for_customers import returns_of
from zhoudao.rooms.aftersales.refusals import (
    KeyReused,
    NoPieceChosen,
    NotThatMany,
    OwedAnyway,
    PaidBackElsewhere,
    ReturnsStillOpen,
    SentForReturn,
)
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    BY,
    CLERK,
    LEAD,
    LINK,
    TEN,
    cancelled,
    lines_of,
    purse,
    sent_off,
    waiting,
)
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.models import Hold, Order, Storefront
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    CancelReasonUnknown,
    GoesWithAnother,
    LineSpokenFor,
    NotReadyTogether,
    OrderNotFound,
    OrderOver,
    OthersGoWithIt,
    PickingBegun,
    SentInParts,
    ShopOwnsIt,
)
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import book, told

pytestmark = pytest.mark.django_db
SOON = TEN + A_DAY / 24


def fresh(order: Order) -> Order:
    return Order.objects.select_related("store", "customer").get(id=order.id)


def test_one_of_two_chairs_goes_its_exact_part_comes_back_and_the_rest_stays_as_it_was() -> None:
    order = waiting()
    chair, lamp = order.lines.order_by("position")
    before = {name: (chair.unit_parts(name), lamp.unit_parts(name)) for name in ("discount", "shipping", "tax")}
    done = cancelled(order)
    now, kept = fresh(order), order.lines.order_by("position")[0]
    back = 12_900 - before["discount"][0][1] + before["shipping"][0][1]
    assert (done.less_minor, done.back_minor, done.is_all) == (back, back, False)
    assert (now.total_minor, now.taken_out_minor) == (31_000 - back, back)
    assert (kept.quantity, now.line_count, now.goods_minor) == (1, 2, 17_900)
    for name in ("discount", "shipping", "tax"):
        assert kept.unit_parts(name) == before[name][0][:1], name
        assert getattr(now, f"{name}_minor") == before[name][0][0] + sum(before[name][1]), name
    request = ReturnRequest.objects.get()
    refund = request.refunds.get()
    assert (request.kind, request.reason, request.state, request.pieces.count()) == (
        "cancel",
        "not_sent",
        "inspected",
        0,
    )
    assert (refund.state, refund.approved_by, refund.amount_minor) == ("approved", "system:policy", back)
    assert (refund.goods_minor, refund.shipping_minor) == (
        12_900 - before["discount"][0][1],
        before["shipping"][0][1],
    )
    assert purse(order) == (31_000, back, 0)
    [line] = done.lines.all()
    assert (line.sku, line.quantity, line.paid_minor + line.shipping_minor, line.tax_minor) == (
        "CH-1",
        1,
        back,
        before["tax"][0][1],
    )
    assert (book("CH-1"), book("LP-7")) == ((2, 1), (1, 1)), "what is cancelled is free for others at once"
    assert (now.commercial, now.fulfilment) == ("approved", "reserved")
    assert told(order).count("orders.OrderApproved") == 1, "nobody is told again that it is approved"
    assert told(order)[-3:] == ["aftersales.PiecesCancelled", "orders.PiecesTakenOut", "orders.OrderAllocated"]


def test_all_of_it_piece_by_piece_is_all_that_was_paid_and_the_last_piece_cancels_the_order() -> None:
    order = waiting()
    assert not cancelled(order).is_all
    assert not cancelled(order, {0: 1}).is_all
    last = cancelled(order, {0: 1})
    now = fresh(order)
    assert (last.is_all, now.commercial, now.cancel_reason, now.fulfilment) == (True, "cancelled", "customer", "none")
    assert [one.name for one in last.lines.all()] == ["台灯"]
    assert purse(order) == (31_000, 31_000, 0)
    assert sum(Cancellation.objects.values_list("back_minor", flat=True)) == 31_000
    assert (book("CH-1"), book("LP-7")) == ((2, 0), (1, 0))
    for n, refund in enumerate(Refund.objects.order_by("id")):
        pay_by_hand(refund_id=refund.id, reference=f"B-{n}", by=CLERK, at=SOON)
        assert fresh(order).payment == ("refunded" if n == 2 else "partially_refunded")
    assert purse(order) == (31_000, 31_000, 31_000)
    assert set(ReturnRequest.objects.values_list("state", flat=True)) == {"refunded"}
    with pytest.raises(OrderOver):
        cancelled(order, {0: 1})


def test_everything_at_once_is_the_whole_order_cancelled_with_its_money_promised() -> None:
    order = waiting()
    done = cancelled(order, {0: 2, 1: 1}, reason="no_stock")
    now = fresh(order)
    assert (done.is_all, done.back_minor, done.less_minor) == (True, 31_000, 31_000)
    assert (now.commercial, now.cancel_reason, now.total_minor) == ("cancelled", "no_stock", 31_000)
    assert purse(order) == (31_000, 31_000, 0)
    assert told(order)[-2:] == ["aftersales.PiecesCancelled", "orders.OrderCancelled"]


@pytest.mark.parametrize("payment", ["pending", "authorised", "failed"])
def test_not_paid_yet_only_the_total_drops_and_what_is_paid_later_is_the_rest(payment: str) -> None:
    order = waiting(payment=payment)
    done = cancelled(order, {1: 1})
    assert (done.back_minor, done.request, Refund.objects.count(), Purse.objects.count()) == (0, None, 0, 0)
    assert (fresh(order).total_minor, done.less_minor) == (31_000 - done.less_minor, 31_000 - fresh(order).total_minor)
    assert [line.sku for line in order.lines.all()] == ["CH-1"]
    Order.objects.filter(id=order.id).update(payment="captured")
    back = cancelled(order).back_minor
    assert purse(order) == (31_000 - done.less_minor, back, 0)


def test_the_same_form_twice_is_once_and_with_other_pieces_it_is_refused() -> None:
    order, key = waiting(), uuid4()
    first = cancelled(order, key=key)
    assert cancelled(order, key=key).id == first.id
    assert (Cancellation.objects.count(), Refund.objects.count(), fresh(order).line_count) == (1, 1, 2)
    for counts in ({0: 2}, {1: 1}, {0: 1, 1: 1}):
        with pytest.raises(KeyReused):
            cancelled(order, counts, key=key)
    with pytest.raises(KeyReused):
        cancelled(waiting(external_number="T-2"), key=key)


def test_it_is_done_only_for_the_money_that_was_shown() -> None:
    order = waiting()
    done = cancelled(waiting(external_number="T-2"))
    right = Shown(done.back_minor, 31_000 - done.less_minor)
    for wrong in (Shown(right.back_minor + 1, right.left_minor), Shown(right.back_minor, right.left_minor - 1)):
        with pytest.raises(OfferChanged):
            cancelled(order, shown=wrong)
    assert fresh(order).total_minor == 31_000
    assert cancelled(order, shown=right).back_minor == right.back_minor
    with pytest.raises(OfferChanged):
        cancelled(order, {0: 1}, shown=right)


@pytest.mark.parametrize(
    ("counts", "refusal"),
    [
        ({}, NoPieceChosen),
        ({0: 0}, NoPieceChosen),
        ({0: 3}, NotThatMany),
        ({0: -1}, NotThatMany),
        ({0: True}, NotThatMany),
    ],
)
def test_none_too_many_and_what_is_no_number_change_nothing(counts: dict[int, int], refusal: type[Exception]) -> None:
    order = waiting()
    lines = lines_of(order)
    from zhoudao.rooms.aftersales.commands.cancelling import cancel_pieces

    given: dict[str, Any] = {"key": uuid4(), "by": LINK, "at": SOON}
    with pytest.raises(refusal):
        cancel_pieces(order_id=order.id, counts={lines[place]: n for place, n in counts.items()}, **given)
    with pytest.raises(NotThatMany):
        cancel_pieces(order_id=order.id, counts={uuid4(): 1}, **given)
    with pytest.raises(CancelReasonUnknown):
        cancelled(order, reason="whim")
    with pytest.raises(OrderNotFound):
        cancel_pieces(order_id=uuid4(), counts={}, **given)
    assert (fresh(order).total_minor, Cancellation.objects.count()) == (31_000, 0)


@pytest.mark.parametrize(
    ("stands", "refusal"),
    [
        ({"fulfilment": "released"}, PickingBegun),
        ({"fulfilment": "picking"}, PickingBegun),
        ({"fulfilment": "packed"}, PickingBegun),
        ({"fulfilment": "shipped"}, AlreadyOnItsWay),
        ({"fulfilment": "delivered"}, AlreadyOnItsWay),
        ({"is_split": True}, SentInParts),
        ({"commercial": "completed"}, OrderOver),
        ({"commercial": "cancelled"}, OrderOver),
        ({"source": "replacement"}, SentForReturn),
        ({"payment": "refunded"}, PaidBackElsewhere),
        ({"payment": "partially_refunded"}, PaidBackElsewhere),
    ],
)
def test_what_cannot_be_cancelled_any_more_or_not_here_is_refused_with_what_to_do(
    stands: dict[str, Any], refusal: type[Exception]
) -> None:
    order = waiting()
    Order.objects.filter(id=order.id).update(**stands)
    with pytest.raises(refusal):
        cancelled(order)
    assert (Cancellation.objects.count(), Refund.objects.count()) == (0, 0)
    assert fresh(order).total_minor == 31_000


@pytest.mark.parametrize("stands", ["reserved", "picking", "packed"])
def test_cancelled_as_a_whole_what_was_paid_is_promised_back_once(stands: str) -> None:
    order = waiting()
    Order.objects.filter(id=order.id).update(fulfilment=stands)
    for _twice in range(2):
        now = cancel_whole(order_id=order.id, reason="customer", by=CLERK, at=SOON)
    assert (now.commercial, purse(order), Refund.objects.get().amount_minor) == (
        "cancelled",
        (31_000, 31_000, 0),
        31_000,
    )
    done = Cancellation.objects.get()
    assert (done.is_all, done.back_minor, done.lines.count()) == (True, 31_000, 2)
    assert told(order).count("aftersales.PiecesCancelled") == 1


def test_after_single_pieces_the_whole_pays_back_the_rest() -> None:
    order = waiting()
    first = cancelled(order)
    cancel_whole(order_id=order.id, reason="customer", by=CLERK, at=SOON)
    assert purse(order) == (31_000, 31_000, 0)
    assert Cancellation.objects.exclude(id=first.id).get().back_minor == 31_000 - first.back_minor


@pytest.mark.parametrize(
    "stands",
    [{"payment": "pending"}, {"payment": "refunded"}, {"payment": "partially_refunded"}, {"source": "replacement"}],
)
def test_of_a_whole_whose_money_is_not_ours_to_pay_back_nothing_is_promised(stands: dict[str, Any]) -> None:
    order = waiting()
    Order.objects.filter(id=order.id).update(**stands)
    assert cancel_whole(order_id=order.id, reason="customer", by=CLERK, at=SOON).commercial == "cancelled"
    assert (Cancellation.objects.count(), Refund.objects.count()) == (0, 0)


def test_what_has_left_is_not_cancelled_as_a_whole_and_nothing_is_promised() -> None:
    order = waiting()
    Order.objects.filter(id=order.id).update(fulfilment="shipped")
    with pytest.raises(AlreadyOnItsWay), transaction.atomic():
        cancel_whole(order_id=order.id, reason="customer", by=CLERK, at=SOON)
    with pytest.raises(CancelReasonUnknown), transaction.atomic():
        cancel_whole(order_id=order.id, reason="whim", by=CLERK, at=SOON)
    assert (Purse.objects.count(), Refund.objects.count(), fresh(order).commercial) == (0, 0, "approved")


def test_an_order_of_a_shop_is_cancelled_in_the_shop() -> None:
    order = waiting()
    Storefront.objects.create(code="shop", kind="webhook", store=order.store, secrets_sealed=b"")
    with pytest.raises(ShopOwnsIt):
        cancelled(order)
    assert cancel_whole(order_id=order.id, reason="customer", by=CLERK, at=SOON).commercial == "cancelled"
    assert not Refund.objects.exists(), "the shop pays it back"


def test_orders_that_go_out_together_are_separated_first_and_one_with_cancelled_pieces_goes_alone() -> None:
    first, second, third = (waiting(external_number=f"T-{n}") for n in range(3))
    merge_orders(order_id=first.id, others=[second.id], by=BY, at=SOON)
    with pytest.raises(OthersGoWithIt):
        cancelled(first)
    with pytest.raises(GoesWithAnother):
        cancelled(fresh(second))
    cancelled(third)
    for order_id, other in ((first.id, third.id), (third.id, first.id)):
        with pytest.raises(NotReadyTogether):
            merge_orders(order_id=order_id, others=[other], by=BY, at=SOON)


def test_money_given_back_before_is_not_given_back_again() -> None:
    order = waiting()
    given: dict[str, Any] = {"reason": "price_fell", "key": uuid4(), "by": CLERK, "at": SOON}
    lamp, chair = order.lines.get(position=2), order.lines.get(position=1)
    asked = give_money_back(order_id=order.id, amount_minor=3_001, line_id=chair.id, **given)
    with pytest.raises(ReturnsStillOpen):
        cancelled(order)
    refund = asked.refunds.get()
    approve_refund(refund_id=refund.id, roles=("administrator",), by=LEAD, at=SOON)
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=SOON)
    parts = [12_900 - chair.unit_parts("discount")[n] + chair.unit_parts("shipping")[n] for n in (0, 1)]
    done = cancelled(order)
    assert (done.less_minor, done.back_minor) == (parts[1], parts[1] - 1_500)
    assert [line.lowered_minor for line in done.lines.all()] == [1_500]
    with pytest.raises(LineSpokenFor):
        cancelled(order, {0: 1})
    assert fresh(order).total_minor == 31_000 - parts[1]
    last = cancelled(order, {0: 1, 1: 1})
    assert last.back_minor == parts[0] - 1_501 + lamp.paid_minor + lamp.shipping_minor
    assert purse(order)[1] == 31_000


def test_what_is_held_is_looked_at_again_and_goes_on_when_nothing_holds_it_any_more() -> None:
    order = waiting(items=[Item("CH-1", 1, 12_900, "餐椅"), Item("LP-7", 1, 5_000, "台灯")])
    open_hold(order_id=order.id, reason="other", due_at=SOON + A_DAY, by=CLERK, at=SOON)
    Hold.objects.filter(order=order).update(reason="out_of_stock", score=1.0)
    assert book("CH-1")[1] == 0
    cancelled(order, {0: 1})
    now = fresh(order)
    assert (now.commercial, now.fulfilment, now.open_holds) == ("approved", "reserved", 0)
    assert Hold.objects.get(order=order).ending == "fixed"


def test_what_a_person_holds_stays_held_and_money_paid_back_for_pieces_holds_nothing() -> None:
    order = waiting()
    refund = cancelled(order).request.refunds.get()  # type: ignore[union-attr]  # it was paid
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=SOON)
    assert fresh(order).payment == "partially_refunded"
    open_hold(order_id=order.id, reason="other", due_at=SOON + A_DAY, by=CLERK, at=SOON)
    cancelled(order, {1: 1})
    assert list(Hold.objects.filter(order=order, stage="pending").values_list("reason", flat=True)) == ["other"]


def test_the_table_says_up_to_what_nobody_approves_and_owed_money_is_refused_only_if_paid_otherwise() -> None:
    items = [Item("SOFA-1", 2, 900_000, "沙发")]
    order = waiting(items=items, discount_minor=0, shipping_minor=0, tax_minor=0)
    assert cancelled(order).request.refunds.get().state == "approved"  # type: ignore[union-attr]  # it was paid
    live = DecisionVersion.objects.get(key="aftersales.approval", is_live=True)
    rules = [{**one, "amount": "<= 1000"} if one["_id"] == "r0" else one for one in live.content["rules"]]
    tests = [one for one in live.tests if one["inputs"]["kind"] != "cancel"]
    publish(key=live.key, content={**live.content, "rules": rules}, inputs=live.inputs, tests=tests, by=CLERK, at=TEN)
    other = waiting(external_number="T-2", items=items, discount_minor=0, shipping_minor=0, tax_minor=0)
    request = cancelled(other).request
    assert request is not None
    refund = request.refunds.get()
    assert refund.state == "asked"
    with pytest.raises(OwedAnyway):
        refuse_refund(refund_id=refund.id, reason="amount", by=LEAD, at=SOON)
    refuse_refund(refund_id=refund.id, reason="twice", by=LEAD, at=SOON)
    request.refresh_from_db()
    assert (request.state, purse(other)) == ("rejected", (1_800_000, 0, 0))


def test_what_arrives_later_may_come_back_but_not_what_was_cancelled() -> None:
    order = waiting()
    cancelled(order)
    sent_off(fresh(order))
    assert [(one.line.sku, one.delivered) for one in had_of(fresh(order))] == [("CH-1", 1), ("LP-7", 1)]
    assert list(returns_of(order)) == [], "what was cancelled is no return of theirs"


def test_the_database_itself_keeps_what_was_cancelled_sound() -> None:
    done = cancelled(waiting())
    wrongs: list[dict[str, Any]] = [{"back_minor": -1}, {"back_minor": done.less_minor + 1}, {"request": None}]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Cancellation.objects.filter(id=done.id).update(**wrong)


def test_cancelled_whole_before_there_is_nothing_left_to_cancel() -> None:
    order = waiting()
    cancel_order(order_id=order.id, reason="customer", by=CLERK, at=SOON)
    with pytest.raises(OrderOver):
        cancelled(order)


def test_it_is_in_the_log_in_words_with_what_it_is_about() -> None:
    order = waiting()
    done = cancelled(order, {0: 1, 1: 1})
    fact = Event.objects.get(type="aftersales.PiecesCancelled")
    assert fact.attributes == {
        "number": order.number, "pieces": 2, "reason": "order_customer", "less_minor": done.less_minor,
        "back_minor": done.back_minor, "currency": "CNY", "is_all": False,
    }  # fmt: skip
    kinds = {kind: id_ for kind, id_, _role in fact.parties}
    assert kinds["order"] == str(order.id)
    assert set(kinds) == {"order", "customer", "cancellation", "return"}
