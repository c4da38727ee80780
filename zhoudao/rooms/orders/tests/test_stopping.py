"""Something is not to be sold: what has it waits before it is allocated, and goes on when it may."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.commands.stopping import (
    free_unstopped,
    hold_stopped,
    lift_stop,
    stop_sale,
    to_free,
    to_hold,
)
from zhoudao.rooms.orders.models import LEFT, Hold, Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import BY, TEN, placed
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf

pytestmark = pytest.mark.django_db
CHAIRS, LAMPS = [Item("CH-1", 1, 12_900, "餐椅")], [Item("LP-7", 1, 5_000, "台灯")]
BOTH = [*CHAIRS, *LAMPS]


def stop(sku: str = "CH-1", reference: str = "Q1", after: int = 0) -> None:
    stop_sale(sku=sku, reference=reference, by=BY, at=TEN + timedelta(minutes=after))


def lift(sku: str = "CH-1", reference: str = "Q1", after: int = 30) -> bool:
    return lift_stop(sku=sku, reference=reference, by=BY, at=TEN + timedelta(minutes=after))


def clock(after: int = 40) -> None:
    """What the clock does, until nothing is left to do."""
    at = TEN + timedelta(minutes=after)
    for order_id in to_hold(100):
        hold_stopped(order_id, at=at)
    for hold_id in to_free(100):
        free_unstopped(hold_id, at=at)
    assert (to_hold(100), to_free(100)) == ([], [])


def ready(items: list[Item]) -> Order:
    """An approved order whose goods are kept."""
    order = placed(items=items, discount_minor=0, shipping_minor=0, tax_minor=0, remark="", payment="captured")
    review_order(order_id=order.id, at=TEN)
    Hold.objects.filter(order=order).delete()
    Order.objects.filter(id=order.id).update(open_holds=0)
    return approve_order(order_id=order.id, at=TEN)


def stopped(order: Order) -> list[Hold]:
    return list(Hold.objects.filter(order=order, reason="sale_stopped").exclude(stage="done"))


@pytest.fixture(autouse=True)
def _open() -> None:
    open_review()
    shelf("CH-1", 50)
    shelf("LP-7", 50)


def test_a_new_order_with_it_is_held_before_anything_is_kept_for_it() -> None:
    stop()
    order = placed(items=BOTH, remark="")
    other = placed(items=LAMPS, discount_minor=0, shipping_minor=0, tax_minor=0, remark="")
    for one in (order, other):
        review_order(order_id=one.id, at=TEN)
        approve_order(order_id=one.id, at=TEN)
    [hold] = stopped(order)
    assert (hold.kind, hold.evidence) == ("sku", {"sku": "CH-1", "skus": 1})
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment) == ("placed", "none")
    assert stopped(other) == []


def test_what_is_approved_already_loses_its_goods_and_what_left_does_not() -> None:
    one, gone, lamps = ready(CHAIRS), ready(BOTH), ready(LAMPS)
    assert one.fulfilment == "reserved"
    Order.objects.filter(id=gone.id).update(fulfilment="shipped")
    stop()
    clock()
    one.refresh_from_db()
    assert (one.commercial, one.fulfilment, len(stopped(one))) == ("placed", "none", 1)
    assert (stopped(gone), stopped(lamps)) == ([], [])


def test_lifted_they_go_on_unless_something_else_stops_or_holds_them() -> None:
    one, two = ready(CHAIRS), ready(BOTH)
    stop()
    stop("LP-7", "Q2")
    clock()
    open_hold(order_id=one.id, reason="other", due_at=TEN + timedelta(hours=2), by=BY, at=TEN)
    assert lift()
    assert not lift(), "lifted twice is lifted once"
    clock()
    assert stopped(one) == []
    one.refresh_from_db()
    assert one.open_holds == 1, "held by a person still"
    assert len(stopped(two)) == 1, "the lamp is stopped still"
    lift("LP-7", "Q2")
    clock()
    two.refresh_from_db()
    assert two.open_holds == 0
    assert approve_order(order_id=two.id, at=TEN).fulfilment == "reserved"


def test_two_notices_stop_the_same_and_one_of_them_is_not_enough_to_sell_it_again() -> None:
    order = ready(CHAIRS)
    stop(reference="Q1")
    stop(reference="Q2")
    clock()
    lift(reference="Q1")
    clock()
    assert len(stopped(order)) == 1
    lift(reference="Q2")
    clock()
    assert stopped(order) == []


def test_what_a_person_let_go_is_not_held_again_until_it_is_stopped_anew() -> None:
    order = ready(CHAIRS)
    stop()
    clock()
    release_hold(hold_id=stopped(order)[0].id, outcome="wrong", by=BY, at=TEN + timedelta(minutes=50))
    clock(60)
    assert stopped(order) == []
    lift(after=70)
    stop(after=80)
    clock(90)
    assert len(stopped(order)) == 1


def test_stopped_and_lifted_are_told_once() -> None:
    for _twice in range(2):
        stop()
        lift()
    types = Event.objects.filter(type__startswith="orders.Sale").order_by("id").values_list("type", flat=True)
    assert list(types) == ["orders.SaleStopped", "orders.SaleResumed"] * 2


class Machine(TestCase):
    """Whatever happens in whichever order, nothing is held in vain and nothing with something stopped may leave."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                ["stop", "lift", "stop2", "lift2", "lamp", "unlamp", "place", "pass", "cancel", "release", "clock"]
            ),
            max_size=14,
        ),
        st.integers(0, 99),
    )
    def test_no_order_is_held_in_vain(self, steps: list[str], seed: int) -> None:
        rng, open_stops, let_go = Random(seed), set[tuple[str, str]](), set[object]()
        for minute, step in enumerate(steps):
            orders = list(Order.objects.filter(commercial__in=("placed", "approved")).order_by("number"))
            order = rng.choice(orders) if orders else None
            which = {"2": ("CH-1", "Q2"), "p": ("LP-7", "Q3")}.get(step[-1], ("CH-1", "Q1"))
            if step in ("stop", "stop2", "lamp"):
                stop(*which, after=minute)
                open_stops.add(which)
                let_go.clear()
            elif step in ("lift", "lift2", "unlamp"):
                lift(*which, after=minute)
                open_stops.discard(which)
            elif step == "place":
                self._placed(rng)
            elif step == "clock":
                clock(minute)
            elif order is not None:
                self._done(step, order, minute, let_go)
        clock(60)
        self._nothing_in_vain({sku for sku, _reference in open_stops}, let_go)

    @staticmethod
    def _nothing_in_vain(skus: set[str], let_go: set[object]) -> None:
        for one in Order.objects.filter(commercial__in=("placed", "approved")).exclude(fulfilment__in=LEFT):
            has = bool(skus & set(one.lines.values_list("sku", flat=True)))
            if one.reviewed_at and one.id not in let_go:
                assert bool(stopped(one)) == has
            assert one.open_holds == one.holds.exclude(stage="done").count()

    @staticmethod
    def _placed(rng: Random) -> None:
        more = {"discount_minor": 0, "shipping_minor": 0, "tax_minor": 0, "remark": "", "payment": "captured"}
        order = placed(items=rng.choice((CHAIRS, LAMPS, BOTH)), **more)
        review_order(order_id=order.id, at=TEN)

    @staticmethod
    def _done(step: str, order: Order, minute: int, let_go: set[object]) -> None:
        at = TEN + timedelta(minutes=minute)
        if step == "pass":
            approve_order(order_id=order.id, at=at)
        elif step == "cancel":
            cancel_order(order_id=order.id, reason="customer", outcome="unsure", by=BY, at=at)
        elif step == "release" and stopped(order):
            release_hold(hold_id=stopped(order)[0].id, outcome="right", by=BY, at=at)
            let_go.add(order.id)
