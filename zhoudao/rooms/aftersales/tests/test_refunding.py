"""Who may pay how much back, and that one refund has one effect."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from zhoudao.rooms.aftersales.commands.inspecting import Finding, assess_again, inspect_return
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import approve_refund, refuse_refund
from zhoudao.rooms.aftersales.commands.requesting import request_return
from zhoudao.rooms.aftersales.models import Purse, Refund, ReturnRequest
from zhoudao.rooms.aftersales.refusals import (
    AboveLimit,
    AftersalesRefused,
    OwnRefund,
    ReferenceUnsaid,
    RefundDecided,
    RefundNotReady,
)
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    CLERK,
    LEAD,
    LINK,
    PNG,
    TEN,
    WORKER,
    asked,
    delivered,
    found,
    here,
    purse,
    wish,
)
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item

AT = TEN + 4 * A_DAY


def dear(price_minor: int = 80_000) -> ReturnRequest:
    """A sofa that came back, above what the policy pays by itself."""
    order = delivered(items=[Item("SOFA-1", 1, price_minor, "沙发")], discount_minor=0, shipping_minor=0, tax_minor=0)
    return found(here(asked(order)), Finding("SOFA-1", 1, "as_new", "restock"))


@pytest.mark.django_db
def test_above_the_policys_limit_a_colleague_approves_within_theirs() -> None:
    refund = dear().refunds.get()
    assert refund.state == "asked"
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=AT)
    with pytest.raises(AboveLimit):
        approve_refund(refund_id=refund.id, roles=("agent", "store_staff"), by=CLERK, at=AT)
    with pytest.raises(OwnRefund):
        approve_refund(refund_id=refund.id, roles=("administrator",), by=WORKER, at=AT)
    approve_refund(refund_id=refund.id, roles=("agent", "after_sales_clerk"), by=CLERK, at=AT)
    approve_refund(refund_id=refund.id, roles=("after_sales_clerk",), by=CLERK, at=AT)
    with pytest.raises(RefundDecided):
        approve_refund(refund_id=refund.id, roles=("administrator",), by=LEAD, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(("minor", "role"), [(100_000, "after_sales_clerk"), (500_000, "team_lead")])
def test_a_limit_is_reached_to_the_cent_and_not_a_cent_more(minor: int, role: str) -> None:
    for more, refusal in ((0, None), (1, AboveLimit)):
        refund = dear(minor + more).refunds.get()
        if refusal is None:
            approve_refund(refund_id=refund.id, roles=(role,), by=LEAD, at=AT)
        else:
            with pytest.raises(refusal):
                approve_refund(refund_id=refund.id, roles=(role,), by=LEAD, at=AT)


@pytest.mark.django_db
def test_refused_its_money_is_free_and_it_is_worked_out_anew() -> None:
    request = dear()
    first = request.refunds.get()
    refuse_refund(refund_id=first.id, reason="amount", by=LEAD, at=AT)
    assert purse(request.order) == (80_000, 0, 0)
    piece = request.pieces.get()
    assert (piece.refund_id, piece.paid_minor) == (None, 0)
    assess_again(request_id=request.id, lost={piece.id: 25}, by=WORKER, at=AT)
    second = request.refunds.exclude(id=first.id).get()
    assert (second.lost_minor, second.amount_minor, purse(request.order)) == (20_000, 60_000, (80_000, 60_000, 0))
    with pytest.raises(RefundDecided):
        refuse_refund(refund_id=first.id, reason="amount", by=LEAD, at=AT)


@pytest.mark.django_db
def test_paid_it_says_by_which_payment_and_cannot_be_refused_or_paid_again() -> None:
    request = here(asked(delivered()))
    refund = found(request, Finding("CH-1", 1, "as_new", "restock")).refunds.get()
    with pytest.raises(ReferenceUnsaid):
        pay_by_hand(refund_id=refund.id, reference="  ", by=CLERK, at=AT)
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=AT)
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=AT)
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=refund.id, reference="B-2", by=CLERK, at=AT)
    with pytest.raises(RefundDecided):
        refuse_refund(refund_id=refund.id, reason="twice", by=LEAD, at=AT)
    assert purse(request.order)[2] == refund.amount_minor


@pytest.mark.django_db
def test_the_database_itself_pays_no_cent_more_than_was_taken() -> None:
    request = dear()
    for wrong in ({"promised_minor": 80_001}, {"paid_minor": 80_001}, {"taken_minor": 79_999}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Purse.objects.filter(order=request.order).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(request=request).update(amount_minor=80_001)


@pytest.mark.django_db
def test_what_was_paid_ahead_and_lost_its_worth_is_noted_as_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhoudao.ground.decisions.commands import publish
    from zhoudao.ground.decisions.models import DecisionVersion

    order = delivered()
    live = DecisionVersion.objects.get(key="aftersales.policy", is_live=True)
    rules = [{**one, "instant": "true"} if one["_id"] == "r7" else one for one in live.content["rules"]]
    tests = [one for one in live.tests if one["name"] != "第七天无理由"]
    publish(key=live.key, content={**live.content, "rules": rules}, inputs=live.inputs, tests=tests, by=CLERK, at=TEN)
    request = asked(order)
    ahead = request.refunds.get()
    assert (request.state, ahead.state) == ("approved", "approved")
    pay_by_hand(refund_id=ahead.id, reference="B-1", by=CLERK, at=AT)
    request = found(here(ReturnRequest.objects.get(id=request.id)), Finding("CH-1", 1, "used", "scrap", 50))
    assert (request.state, request.refunds.count()) == ("refunded", 1)
    assert request.owed_minor == ahead.amount_minor - ahead.amount_minor * 50 // 100


def at_once(
    act: Callable[[int], object], times: int = 64, *, refused: type[Exception] = AftersalesRefused
) -> list[str]:
    """What each of so many at the same moment got: done, or why it was refused."""

    def one(n: int) -> str:
        try:
            act(n)
        except refused as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_sixty_four_clicks_are_one_approval_one_payment_and_one_sum() -> None:
    request = dear()
    refund = request.refunds.get()
    who = [CLERK, LEAD]

    def approve(n: int) -> None:
        approve_refund(refund_id=refund.id, roles=("administrator",), by=who[n % 2], at=AT)

    approved = at_once(approve)
    assert set(approved) == {"done", "RefundDecided"}
    paid = at_once(lambda n: pay_by_hand(refund_id=refund.id, reference=f"B-{n % 2}", by=who[n % 2], at=AT))
    assert set(paid) == {"done", "RefundNotReady"}
    assert purse(request.order) == (80_000, 80_000, 80_000)


@pytest.mark.django_db(transaction=True)
def test_asked_for_by_many_at_once_each_piece_is_in_one_return() -> None:
    order = delivered()
    outcomes = at_once(
        lambda _n: request_return(order_id=order.id, wish=wish(order), key=uuid4(), by=LINK, at=TEN + A_DAY)
    )
    assert sorted(set(outcomes)) == ["MoreThanDelivered", "done"]
    assert (outcomes.count("done"), ReturnRequest.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_inspected_and_refused_at_once_the_money_still_adds_up() -> None:
    order = delivered()
    requests = [here(asked(order, {0: 1})), here(asked(order, {0: 1})), here(asked(order, {1: 1}))]

    def act(n: int) -> None:
        request = requests[n % 3]
        sku = "LP-7" if n % 3 == 2 else "CH-1"
        if n % 2:
            inspect_return(
                request_id=request.id, findings=[Finding(sku, 1, "as_new", "restock")], key=uuid4(), by=WORKER, at=AT
            )
        else:
            for refund in request.refunds.all():
                with suppress(RefundDecided):
                    refuse_refund(refund_id=refund.id, reason="other", by=LEAD, at=AT)

    at_once(act)
    live = Refund.objects.filter(order=order).exclude(state="refused")
    assert purse(order)[1] == sum(one.amount_minor for one in live)
    assert Order.objects.get(id=order.id).payment == "captured"
    assert PNG
