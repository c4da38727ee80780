"""Merged, separated, split, held, released, approved, cancelled in any order: units and money are where they belong."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.reviewing import approve_order
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.commands.splitting import merge_order, split_order
from zhoudao.rooms.orders.handlers import on_event
from zhoudao.rooms.orders.models import Hold, Order, OrderLine
from zhoudao.rooms.orders.refusals import OrderRefused
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import BY, TEN
from zhoudao.rooms.orders.tests.pairs import AMOUNTS, approved, kept
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf
from zhoudao.rooms.stock.models import Movement
from zhoudao.rooms.stock.refusals import StockRefused
from zhoudao.rooms.stock.tests.shelf import differences

pytestmark = pytest.mark.django_db
SKUS = ("LP-7", "CH-1")
ONE = st.integers(0, 3)
ASKED: dict[str, Any] = {"by": BY, "at": TEN + timedelta(hours=1)}
PAID = {"discount_minor": 7, "tax_minor": 13, "shipping_minor": 101}


def newest() -> Any:
    """The id of the newest event."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first()


def hear(last: Any) -> None:
    """This will have orders hear which of their waits were filled since."""
    for event in Event.objects.filter(id__gt=last, type="stock.BackorderFilled").order_by("id"):
        on_event(event)


class Orders(RuleBasedStateMachine):
    """Four orders of one buyer, two items, not always enough of them."""

    @initialize(counts=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), min_size=4, max_size=4))
    def open(self, counts: list[tuple[int, int]]) -> None:
        open_review()
        who = f"buyer-{uuid7().hex[-8:]}"
        for sku in SKUS:
            shelf(sku, 4, code=f"m{uuid7().hex[-12:]}")
        self.orders = [
            approved(
                who, *(Item(sku, n, 1_000 + n) for sku, n in zip(SKUS, each, strict=True) if n), minutes=turn, **PAID
            )
            for turn, each in enumerate(counts)
        ]
        self.before = {one.id: [getattr(one, name) for name in AMOUNTS] for one in self.orders}

    def tries(self, work: Any, *args: Any, **asked: Any) -> None:
        """What is freed may fill what another order waits for: that is heard at once here."""
        last = newest()
        with suppress(OrderRefused, StockRefused):
            work(*args, **asked, **ASKED)
        hear(last)

    @rule(one=ONE, others=st.sets(ONE, min_size=1, max_size=3))
    def merge(self, one: int, others: set[int]) -> None:
        self.tries(merge_orders, order_id=self.orders[one].id, others=[self.orders[n].id for n in sorted(others)])

    @rule(one=ONE)
    def separate(self, one: int) -> None:
        self.tries(separate_orders, order_id=self.orders[one].id)

    @rule(one=ONE, is_together=st.booleans())
    def split(self, one: int, is_together: bool) -> None:
        self.tries(merge_order if is_together else split_order, order_id=self.orders[one].id)

    @rule(one=ONE)
    def hold(self, one: int) -> None:
        due_at = ASKED["at"] + timedelta(hours=1)
        self.tries(open_hold, order_id=self.orders[one].id, reason="other", due_at=due_at)

    @rule(one=ONE)
    def release(self, one: int) -> None:
        for hold in Hold.objects.filter(order=self.orders[one]).exclude(stage="done"):
            self.tries(release_hold, hold_id=hold.id, outcome="unsure")

    @rule(one=ONE)
    def approve(self, one: int) -> None:
        self.tries(approve_order, order_id=self.orders[one].id)

    @rule(one=ONE)
    def cancel(self, one: int) -> None:
        self.tries(cancel_order, order_id=self.orders[one].id, reason="customer")

    @rule(sku=st.sampled_from(SKUS), count=st.integers(1, 3))
    def receive(self, sku: str, count: int) -> None:
        last = newest()
        shelf(sku, count, code=f"m{uuid7().hex[-12:]}")
        hear(last)

    @invariant()
    def money_is_whole(self) -> None:
        now = {one.id: one for one in Order.objects.filter(id__in=self.before)}
        for one in now.values():
            family = [one, *(other for other in now.values() if other.merged_into_id == one.id)]
            if one.merged_into_id is None:
                wanted = [sum(self.before[each.id][n] for each in family) for n in range(len(AMOUNTS))]
                assert [getattr(one, name) for name in AMOUNTS] == wanted
                lines = list(OrderLine.objects.filter(order=one))
                assert sum(line.goods_minor for line in lines) == one.goods_minor
                for name in ("discount_minor", "shipping_minor", "tax_minor"):
                    assert sum(getattr(line, name) for line in lines) == getattr(one, name)
                assert one.line_count == len(lines)

    @invariant()
    def units_are_where_they_belong(self) -> None:
        for one in Order.objects.filter(id__in=self.before):
            there = kept(one)
            if one.commercial != "approved":
                assert there == {}
                continue
            wanted: dict[str, int] = {}
            for line in OrderLine.objects.filter(order=one):
                wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
            assert {sku: sum(counts) for sku, counts in there.items()} == wanted
            assert one.fulfilment == (
                "backordered" if any(waiting for _held, waiting in there.values()) else "reserved"
            )
            moved = sum(Movement.objects.filter(purpose_id=one.id).values_list("reserved", flat=True))
            assert moved == sum(held for held, _waiting in there.values()), "the ledger says the same of each order"

    @invariant()
    def the_book_is_the_ledger(self) -> None:
        assert differences() == []


def test_whatever_is_done_in_whatever_order() -> None:
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.mark.soak
def test_whatever_is_done_in_whatever_order_for_long() -> None:
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=400,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
