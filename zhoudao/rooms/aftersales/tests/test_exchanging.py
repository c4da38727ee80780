"""What goes out again: for the same money, for more or less, before or after what comes back, and never twice."""

from uuid import uuid4

import pytest

from zhoudao.rooms.aftersales.commands.concluding import hear_cancelled
from zhoudao.rooms.aftersales.commands.deciding import approve_return, decline_return, expire_return, withdraw_return
from zhoudao.rooms.aftersales.commands.inspecting import Finding, assess_again
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import approve_refund, refuse_refund
from zhoudao.rooms.aftersales.commands.replacing import pay_difference
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.refusals import (
    AmountUnsound,
    KeyReused,
    MoreThanDelivered,
    NoListPrice,
    NotEligible,
    NothingDue,
    ReferenceUnsaid,
    RefundNotReady,
    SwapUnknown,
)
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    BY,
    CLERK,
    LEAD,
    PNG,
    SF,
    TEN,
    WORKER,
    asked,
    delivered,
    found,
    here,
    lines_of,
    policy_with,
    priced,
    purse,
    shelf,
    told,
)
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import EndsByItself
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import book, holding
from zhoudao.rooms.parcels.commands.tracking import note_by_hand
from zhoudao.rooms.parcels.tests.depot import sent

pytestmark = pytest.mark.django_db
GOOD, BAD = Finding("CH-1", 1, "as_new", "restock"), Finding("CH-1", 1, "used", "send_back")
AT = TEN + 4 * A_DAY


def exchange(order: Order, sku: str = "", counts: dict[int, int] | None = None, **more: object) -> ReturnRequest:
    """One chair for the same again, or for another item."""
    given = {"kind": "exchange", "reason": "unsuitable"} | more
    swaps = {lines_of(order)[place]: sku for place in counts or {0: 1}} if sku else {}
    return asked(order, counts, swaps=swaps, **given)


def replacement(request: ReturnRequest) -> Order:
    """What is sent for it, as it is now."""
    request.refresh_from_db()
    assert request.replacement_id is not None
    return Order.objects.select_related("store", "customer").get(id=request.replacement_id)


def paid_for(order: Order) -> int:
    """What was paid for the first chair."""
    line = order.lines.get(position=1)
    return line.price_minor - line.unit_parts("discount")[0]


def test_the_same_again_costs_nothing_and_goes_out_once_the_old_one_is_accepted() -> None:
    order = delivered()
    shelf("CH-1", 1)
    request = exchange(order)
    new = replacement(request)
    assert (request.state, set(holding(new)), new.fulfilment) == ("approved", {"awaiting_return"}, "none")
    assert [(line.sku, line.quantity) for line in new.lines.all()] == [("CH-1", 1)]
    assert (new.total_minor, new.customer_id, new.external_number) == (
        paid_for(order),
        order.customer_id,
        request.number,
    )
    here(request)
    request = found(request, GOOD)
    new = replacement(request)
    assert (request.state, new.commercial, new.payment, new.fulfilment) == (
        "replaced",
        "approved",
        "captured",
        "reserved",
    )
    assert (book("CH-1"), holding(new)) == ((2, 1), {})
    worth = paid_for(order)
    assert (purse(order), purse(new)) == ((31_000, worth, worth), (worth, 0, 0))
    order.refresh_from_db()
    assert order.payment == "captured"  # nothing went back
    assert told(request)[-3:] == ["ReturnInspected", "RefundApproved", "ReplacementCredited"]


def test_something_cheaper_pays_the_rest_back_to_the_cent() -> None:
    order = delivered()
    priced(ST_1=9_900)
    request = exchange(order, "ST-1")
    here(request)
    request = found(request, GOOD)
    credit, rest = request.refunds.order_by("-is_credit")
    assert (credit.state, credit.amount_minor, rest.state) == ("paid", 9_900, "approved")
    assert rest.amount_minor == paid_for(order) - 9_900
    assert (request.state, replacement(request).total_minor) == ("inspected", 9_900)
    pay_by_hand(refund_id=rest.id, reference="B-1", by=CLERK, at=AT)
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=credit.id, reference="B-2", by=CLERK, at=AT)
    request.refresh_from_db()
    worth = paid_for(order)
    assert (request.state, purse(order), purse(replacement(request))) == (
        "replaced",
        (31_000, worth, worth),
        (9_900, 0, 0),
    )


def test_something_dearer_waits_until_the_difference_is_paid() -> None:
    order = delivered()
    priced(SOFA_1=20_000)
    request = exchange(order, "SOFA-1")
    with pytest.raises(NothingDue):
        pay_difference(request_id=request.id, reference="B-1", by=CLERK, at=AT)
    here(request)
    request = found(request, GOOD)
    due = 20_000 - paid_for(order)
    assert (request.state, request.due_minor, set(holding(replacement(request)))) == (
        "inspected",
        due,
        {"awaiting_payment"},
    )
    hold = holding(replacement(request))["awaiting_payment"]
    with pytest.raises(EndsByItself):
        release_hold(hold_id=hold.id, outcome="right", by=CLERK, at=AT)
    with pytest.raises(ReferenceUnsaid):
        pay_difference(request_id=request.id, reference=" ", by=CLERK, at=AT)
    pay_difference(request_id=request.id, reference="B-1", by=CLERK, at=AT)
    with pytest.raises(NothingDue):
        pay_difference(request_id=request.id, reference="B-1", by=CLERK, at=AT)
    new = replacement(request)
    assert (request.state, new.payment, new.fulfilment, purse(new)) == (
        "replaced",
        "captured",
        "reserved",
        (20_000, 0, 0),
    )


def test_what_was_sent_instead_is_worth_what_was_really_paid_for_it() -> None:
    order = delivered()
    priced(SOFA_1=20_000)
    request = exchange(order, "SOFA-1")
    found(here(request), GOOD)
    pay_difference(request_id=request.id, reference="B-1", by=CLERK, at=AT)
    new = replacement(request)
    parcel = sent(new, label=SF.__class__("sf", "SF2222222222"), at=AT)
    note_by_hand(parcel_id=parcel.id, state="delivered", by=BY, at=AT)
    again = asked(Order.objects.select_related("store", "customer").get(id=new.id), at=AT)
    refund = found(here(again), Finding("SOFA-1", 1, "as_new", "restock")).refunds.get()
    assert (refund.amount_minor, refund.order_id) == (20_000, new.id)
    whole = asked(order, {0: 1, 1: 1}, at=AT, reason="quality", photos=[PNG])
    back = found(here(whole), GOOD, Finding("LP-7", 1, "as_new", "restock")).refunds.get()
    assert back.amount_minor == 31_000 - paid_for(order) - order.lines.get(position=1).unit_parts("shipping")[0]


def test_worth_that_is_gone_is_paid_by_its_customer() -> None:
    order = delivered()
    shelf("CH-1", 1)
    request = found(here(exchange(order)), Finding("CH-1", 1, "damaged", "scrap", 40))
    assert request.due_minor == (paid_for(order) * 40 + 50) // 100
    assert set(holding(replacement(request))) == {"awaiting_payment"}


def test_what_is_not_accepted_is_not_replaced() -> None:
    order = delivered()
    shelf("CH-1", 2)
    both = exchange(order, counts={0: 2})
    request = found(here(both), GOOD, BAD)
    new = replacement(request)
    assert (new.total_minor, [line.quantity for line in new.lines.all()]) == (paid_for(order), [1])
    assert (request.state, purse(new)[0]) == ("replaced", paid_for(order))


def test_rejected_altogether_nothing_is_sent_and_nothing_paid() -> None:
    order = delivered()
    shelf("CH-1", 1)
    request = found(here(exchange(order)), BAD)
    assert (request.state, request.is_off, replacement(request).commercial) == ("rejected", True, "cancelled")
    assert purse(order) == (31_000, 0, 0)


def test_an_exchange_is_worked_out_once_when_nothing_is_to_come_any_more() -> None:
    order = delivered()
    shelf("CH-1", 2)
    request = exchange(order, counts={0: 2})
    found(here(request, CH_1=1), GOOD)
    assert not Refund.objects.exists()
    expire_return(request_id=request.id, by=BY, at=TEN + 40 * A_DAY)
    new = replacement(request)
    assert (request.state, [line.quantity for line in new.lines.all()]) == ("replaced", [1])
    assert purse(new)[0] == new.total_minor == paid_for(order)


def test_the_green_lane_sends_first_and_notes_what_then_never_came() -> None:
    order = delivered()
    policy_with("e5", instant="true", risk_limit="1000")
    shelf("CH-1", 1)
    request = exchange(order)
    new = replacement(request)
    assert (request.state, new.fulfilment, purse(new)[0]) == ("approved", "reserved", paid_for(order))
    sent(new, label=SF.__class__("sf", "SF2222222222"), at=AT)
    expire_return(request_id=request.id, by=BY, at=TEN + 40 * A_DAY)
    request.refresh_from_db()
    assert (request.state, request.owed_minor) == ("expired", paid_for(order))


def test_sent_first_and_cheaper_the_rest_is_paid_when_the_old_one_is_here() -> None:
    order = delivered()
    policy_with("e5", instant="true", risk_limit="1000")
    priced(ST_1=9_900)
    request = exchange(order, "ST-1")
    assert [one.amount_minor for one in request.refunds.all()] == [9_900]
    request = found(here(request), Finding("CH-1", 1, "used", "restock", 10))
    rest = request.refunds.get(is_credit=False)
    lost = paid_for(order) - paid_for(order) * 90 // 100
    assert (rest.amount_minor, request.owed_minor) == (paid_for(order) - 9_900 - lost, 0)


def test_what_was_sent_first_is_not_sent_when_it_had_not_left_and_nothing_came() -> None:
    order = delivered()
    policy_with("e5", instant="true", risk_limit="1000")
    shelf("CH-1", 1)
    request = exchange(order)
    expire_return(request_id=request.id, by=BY, at=TEN + 40 * A_DAY)
    new = replacement(request)
    assert (request.state, request.owed_minor, new.commercial) == ("expired", 0, "cancelled")
    assert (purse(order), purse(new), book("CH-1")) == ((31_000, 0, 0), (0, 0, 0), (1, 0))
    assert exchange(order, at=TEN + 6 * A_DAY).number != request.number  # its piece is free


def test_above_what_may_be_on_the_way_to_one_customer_goods_come_first() -> None:
    order = delivered()
    policy_with("e5", instant="true", risk_limit="200")  # whole units
    shelf("CH-1", 5)
    first, second = exchange(order), exchange(order)
    assert [one.terms["is_instant"] for one in (first, second)] == [True, False]
    assert set(holding(replacement(second))) == {"awaiting_return"}
    found(here(first), GOOD)
    other = delivered(external_number="T-2")
    assert exchange(other).terms["is_instant"] is True


def test_what_is_not_in_stock_is_said_before_anything_is_sent() -> None:
    order = delivered()
    shelf("CH-1", 1)
    with pytest.raises(NotEligible) as refusal:
        exchange(order, counts={0: 2})
    assert refusal.value.why == "out_of_stock"
    odd = exchange(order, counts={0: 2}, is_exception=True, by=CLERK)
    approve_return(request_id=odd.id, by=LEAD, at=AT)
    found(here(odd), Finding("CH-1", 2, "used", "scrap"))
    new = replacement(odd)
    for refund in odd.refunds.filter(state="asked"):
        approve_refund(refund_id=refund.id, roles=("administrator",), by=LEAD, at=AT)
    assert set(holding(new)) == {"out_of_stock"}
    assert book("CH-1")[1] == 0


def test_called_off_by_a_colleague_the_money_is_paid_back_instead_once() -> None:
    order = delivered()
    priced(SOFA_1=20_000)
    request = exchange(order, "SOFA-1")
    found(here(request), GOOD)
    pay_difference(request_id=request.id, reference="B-1", by=CLERK, at=AT)
    new = replacement(request)
    cancel_order(order_id=new.id, reason="no_stock", by=CLERK, at=AT)
    for _twice in range(2):
        hear_cancelled(order_id=new.id, by=BY, at=AT)
    request.refresh_from_db()
    worth, more = paid_for(order), 20_000 - paid_for(order)
    assert (request.state, request.is_off) == ("inspected", True)
    back, beside = request.refunds.exclude(state="refused").order_by("order__placed_at", "order_id")
    assert (back.order_id, back.amount_minor, back.state) == (order.id, worth, "approved")
    assert (beside.order_id, beside.amount_minor, beside.state) == (new.id, more, "asked")
    assert (purse(order), purse(new)) == ((31_000, worth, 0), (more, more, 0))
    approve_refund(refund_id=beside.id, roles=("administrator",), by=LEAD, at=AT)
    for one in (back, beside):
        pay_by_hand(refund_id=one.id, reference=f"B-{one.number}", by=CLERK, at=AT)
    request.refresh_from_db()
    assert (request.state, purse(order), purse(new)) == ("refunded", (31_000, worth, worth), (more, more, more))


def test_withdrawn_or_declined_nothing_is_sent() -> None:
    order = delivered()
    shelf("CH-1", 2)
    request = exchange(order)
    withdraw_return(request_id=request.id, by=BY, at=AT)
    assert replacement(request).commercial == "cancelled"
    late = exchange(order, at=TEN + 10 * A_DAY, is_exception=True, by=CLERK)
    decline_return(request_id=late.id, reason="too_late", by=LEAD, at=TEN + 10 * A_DAY)
    late.refresh_from_db()
    assert late.replacement is None


def test_another_item_needs_a_price_that_somebody_stands_for() -> None:
    order = delivered()
    shelf("ST-1", 3)
    with pytest.raises(NoListPrice):
        exchange(order, "ST-1")
    set_list_prices(prices={"ST-1": 9_900}, currency="USD", by=CLERK, at=TEN)
    with pytest.raises(NoListPrice):
        exchange(order, "ST-1")  # a price in another currency is none
    with pytest.raises(SwapUnknown):
        exchange(order, "NO-SUCH")
    for wrong in (-1, 10**11):
        with pytest.raises(AmountUnsound):
            exchange(order, "ST-1", prices={lines_of(order)[0]: wrong})
    said = exchange(order, "ST-1", prices={lines_of(order)[0]: 8_800}, by=CLERK)
    assert replacement(said).total_minor == 8_800


def test_the_same_form_twice_is_one_exchange_and_another_wish_is_refused() -> None:
    order = delivered()
    priced(ST_1=9_900)
    shelf("CH-1", 3)
    key = uuid4()
    assert exchange(order, "ST-1", key=key).id == exchange(order, "ST-1", key=key).id
    with pytest.raises(KeyReused):
        exchange(order, "CH-1", key=key)
    with pytest.raises(MoreThanDelivered):
        exchange(order, counts={0: 2})


def test_a_price_changed_since_changes_nothing_of_what_was_agreed() -> None:
    order = delivered()
    priced(ST_1=9_900)
    request = exchange(order, "ST-1")
    set_list_prices(prices={"ST-1": 1}, currency="CNY", by=CLERK, at=TEN)
    request = found(here(request), GOOD)
    assert replacement(request).total_minor == 9_900
    assert request.refunds.get(is_credit=True).amount_minor == 9_900


def test_above_the_policys_limit_a_colleague_lets_it_go() -> None:
    order = delivered(items=[Item("SOFA-1", 1, 80_000, "沙发")], discount_minor=0, shipping_minor=0, tax_minor=0)
    shelf("SOFA-1", 1)
    request = found(here(exchange(order)), Finding("SOFA-1", 1, "as_new", "restock"))
    credit = request.refunds.get()
    assert (credit.state, set(holding(replacement(request)))) == ("asked", {"awaiting_return"})
    refuse_refund(refund_id=credit.id, reason="inspection", by=LEAD, at=AT)
    assert purse(order) == (80_000, 0, 0)
    assess_again(request_id=request.id, lost={}, by=WORKER, at=AT)
    again = request.refunds.get(state="asked")
    for _twice in range(2):
        approve_refund(refund_id=again.id, roles=("administrator",), by=LEAD, at=AT)
    request.refresh_from_db()
    assert (request.state, replacement(request).commercial, purse(order)) == (
        "replaced",
        "approved",
        (80_000, 80_000, 80_000),
    )
