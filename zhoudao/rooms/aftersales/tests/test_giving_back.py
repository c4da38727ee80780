"""Money back while the goods stay: how much, by whom, and what is left for later."""

from typing import Any
from uuid import uuid4

import pytest

from zhoudao.rooms.aftersales.commands.giving_back import give_money_back
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import approve_refund, refuse_refund
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import return_named, returns_of
from zhoudao.rooms.aftersales.refusals import AboveLimit, AmountUnsound, KeyReused, NotPaidYet, OwnRefund, ReasonUnsaid
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    CLERK,
    LEAD,
    PNG,
    TEN,
    asked,
    delivered,
    found,
    here,
    lines_of,
    purse,
)
from zhoudao.rooms.aftersales.tests.test_refunding import at_once
from zhoudao.rooms.orders.models import Order

pytestmark = pytest.mark.django_db
AT = TEN + 4 * A_DAY


def gives(order: Order, amount: int, line: int | None = None, **more: object) -> ReturnRequest:
    """So many cents of the order, or of one line (by place), because the price fell."""
    given: dict[str, Any] = {"reason": "price_fell", "key": uuid4(), "by": CLERK, "at": AT} | more
    line_id = None if line is None else lines_of(order)[line]
    return give_money_back(order_id=order.id, amount_minor=amount, line_id=line_id, **given)


def goes(request: ReturnRequest) -> None:
    """Approved by somebody else, and paid."""
    refund = request.refunds.exclude(state="refused").get()
    approve_refund(refund_id=refund.id, roles=("administrator",), by=LEAD, at=AT)
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=AT)
    request.refresh_from_db()


def test_somebody_else_approves_it_within_their_limit_and_it_is_paid_once() -> None:
    order = delivered()
    request = gives(order, 3_000, 0)
    refund = request.refunds.get()
    assert (request.state, refund.state, refund.amount_minor) == ("inspected", "asked", 3_000)
    with pytest.raises(OwnRefund):
        approve_refund(refund_id=refund.id, roles=("administrator",), by=CLERK, at=AT)
    with pytest.raises(AboveLimit):
        approve_refund(refund_id=refund.id, roles=("agent",), by=LEAD, at=AT)
    assert list(returns_of(order)) == []  # nobody is shown what is not approved
    goes(request)
    order.refresh_from_db()
    assert (request.state, order.payment, purse(order)) == ("refunded", "partially_refunded", (31_000, 3_000, 3_000))
    assert return_named(order, request.number) is not None


def test_coming_back_later_a_piece_pays_only_what_was_not_paid_back() -> None:
    order = delivered()
    goes(gives(order, 3_001, 0))
    request = found(here(asked(order, {0: 2})), Finding("CH-1", 2, "as_new", "restock"))
    line = order.lines.get(position=1)
    assert request.refunds.get().amount_minor == line.paid_minor - 3_001
    one = delivered(external_number="T-2")
    goes(gives(one, 3_001, 0))
    first = found(here(asked(one)), Finding("CH-1", 1, "as_new", "restock")).refunds.get()
    assert first.amount_minor == 12_900 - line.unit_parts("discount")[0] - 1_501


def test_given_back_after_a_piece_came_back_it_lowers_only_those_that_stayed() -> None:
    order = delivered()
    found(here(asked(order)), Finding("CH-1", 1, "as_new", "restock"))
    line = order.lines.get(position=1)
    stayed = 12_900 - line.unit_parts("discount")[1]
    with pytest.raises(AmountUnsound):
        gives(order, stayed + 1, 0)
    goes(gives(order, stayed, 0))
    rest = found(here(asked(order)), Finding("CH-1", 1, "as_new", "restock"))
    assert not rest.refunds.exists()
    assert purse(order)[1] == line.paid_minor


def test_of_a_whole_order_it_lowers_every_piece_and_never_more_than_was_taken() -> None:
    order = delivered()
    goes(gives(order, 10_000))
    for wrong in (0, -1, 31_000, 19_801):
        with pytest.raises(AmountUnsound):
            gives(order, wrong)
    goes(gives(order, 19_800))
    everything = asked(order, {0: 2, 1: 1}, reason="wrong_item", photos=[PNG])
    request = found(here(everything), Finding("CH-1", 2, "as_new", "restock"), Finding("LP-7", 1, "as_new", "restock"))
    assert request.refunds.get().amount_minor == 1_200  # the way there
    assert purse(order)[1] == 31_000


def test_refused_its_money_is_free_and_it_is_over() -> None:
    order = delivered()
    request = gives(order, 3_000)
    refuse_refund(refund_id=request.refunds.get().id, reason="amount", by=LEAD, at=AT)
    request.refresh_from_db()
    assert (request.state, purse(order)) == ("rejected", (31_000, 0, 0))
    assert list(returns_of(order)) == []
    back = found(here(asked(order)), Finding("CH-1", 1, "as_new", "restock")).refunds.get()
    assert back.amount_minor == 12_900 - order.lines.get(position=1).unit_parts("discount")[0]


def test_the_same_form_twice_is_one_and_what_cannot_be_is_refused() -> None:
    order = delivered()
    key = uuid4()
    assert gives(order, 500, key=key).id == gives(order, 500, key=key).id
    with pytest.raises(KeyReused):
        gives(order, 600, key=key)
    for reason in ("no_reason", "because"):
        with pytest.raises(ReasonUnsaid):
            gives(order, 500, reason=reason)
    with pytest.raises(NotPaidYet):
        gives(delivered(external_number="T-2", payment="pending"), 500)


@pytest.mark.django_db(transaction=True)
def test_sixty_four_clicks_give_back_no_more_than_there_is() -> None:
    order = delivered()
    outcomes = at_once(lambda _n: gives(order, 5_000))
    assert (outcomes.count("done"), set(outcomes)) == (5, {"done", "AmountUnsound"})
    assert purse(order)[1] == 25_000
