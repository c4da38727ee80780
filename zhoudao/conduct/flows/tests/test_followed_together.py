"""An order that goes out with another stands still on its flow: it is neither done nor cancelled, and may go on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from zhoudao.conduct.flows.models import Followed
from zhoudao.conduct.flows.tests.test_followed import Ears, depot, figures, stands
from zhoudao.rooms.fulfilment.tests.depot import SONG, Depot
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.queries.board import Asked, flow
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.pairs import approved

__all__ = ["depot"]
pytestmark = pytest.mark.django_db


def test_its_way_ends_when_it_goes_with_another_and_goes_on_when_it_comes_out(depot: Depot) -> None:
    ears = Ears()
    first = approved("王小姐", Item("LP-7", 2, 5_000), at=depot.now)
    second = approved("王小姐", Item("CH-1", 1, 12_900), at=depot.now)
    ears.hear()
    stood = stands(second)
    merge_orders(order_id=first.id, others=[second.id], by=SONG, at=depot.later(minutes=5))
    ears.hear()
    rows = {row.order_id: row for row in Followed.objects.all()}
    assert (rows[first.id].ended_at, rows[second.id].ended_at) == (None, depot.now)
    assert stands(second) == stood
    _steps, cost = figures(depot.now)
    assert cost.runs == 0, "nothing is finished"
    separate_orders(order_id=first.id, by=SONG, at=depot.later(minutes=5))
    ears.hear()
    assert Followed.objects.get(order=second).ended_at is None
    assert stands(second) == stood


def test_the_board_counts_both_as_approved_untouched_and_only_one_as_promised(depot: Depot) -> None:
    promised = depot.now + timedelta(hours=2)
    first = approved("王小姐", Item("LP-7", 2, 5_000), at=depot.now, promised_at=promised)
    second = approved("王小姐", Item("CH-1", 1, 12_900), at=depot.now, promised_at=promised)
    day: dict[str, Any] = {
        "start": depot.now - timedelta(hours=1),
        "end": depot.now + timedelta(days=1),
        "at": depot.later(hours=3),
    }
    before = flow(Asked(seen=Q(), **day))
    assert (before.approved, before.touchless_share, before.promised) == (2, 1.0, 2)
    merge_orders(order_id=first.id, others=[second.id], by=SONG, at=depot.now)
    after = flow(Asked(seen=Q(), **day))
    assert (after.approved, after.touchless_share, after.promised) == (2, 1.0, 1)
    assert after.approval_minutes == pytest.approx(before.approval_minutes, abs=0.001)
