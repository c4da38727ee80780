"""Orders follow their flow by what happens to them: no run, no task, one light row an order.

Runs for the subscriber "followed", a few statements for a batch of events whatever is in it. A new subscriber reads the
log from its beginning, so the orders of an installation that had none are taken up by it, each with its own times.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.conduct.flows.heard import ORDER_FLOW, ORDERS
from zhoudao.conduct.flows.models import Followed
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.following import Moved, Way
from zhoudao.engines.bpmn.graph import Step
from zhoudao.engines.decisions.expressions import ExpressionFailed, ExpressionInvalid, evaluate, names
from zhoudao.engines.worktime import worked
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.kit.kept import Kept
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id
from zhoudao.rooms.orders.models import Order

TYPES = ORDERS
# over, whatever a flow draws; one that goes with another stands still until it comes out again
_CANCELLED, _WENT, _CAME = "orders.OrderCancelled", "orders.OrderWentInto", "orders.OrderCameOutOf"
_OVER = (_CANCELLED, _WENT)
# the first parcel is told of twice; an order that was sent elsewhere, before it came here, only like this
_ALSO = {"orders.OrderShipped": "parcels.ParcelHandedOver"}
_COLUMNS = ("order_id", "version_id", "node", "since", "passed", "cost", "started_at", "ended_at")
_FIGURES = ("done", "timed", "seconds", "late", "paid", "cost")
_LIVE = """
    SELECT v.id, p.store_id FROM flows_flowversion v LEFT JOIN flows_pilotstore p ON p.version_id = v.id
    WHERE v.key = %s AND (v.is_live OR p.id IS NOT NULL)
    ORDER BY v.is_live
"""
_STAND = """
    INSERT INTO flows_followed (order_id, version_id, node, since, passed, cost, started_at, ended_at)
    SELECT order_id, version_id, node, since, passed::smallint[], cost, started_at, ended_at
    FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[], %s::text[], %s::numeric[], %s::timestamptz[],
                %s::timestamptz[]) AS v (order_id, version_id, node, since, passed, cost, started_at, ended_at)
    ON CONFLICT (order_id) DO UPDATE SET
        node = excluded.node, since = excluded.since, passed = excluded.passed, cost = excluded.cost,
        ended_at = excluded.ended_at
"""
_ADD = """
    INSERT INTO flows_stepday AS d (version_id, node, date, done, timed, seconds, late, paid, cost)
    SELECT * FROM unnest(%s::uuid[], %s::int[], %s::date[], %s::int[], %s::int[], %s::bigint[], %s::int[], %s::int[],
                         %s::numeric[])
    ON CONFLICT (version_id, node, date) DO UPDATE SET
        done = d.done + excluded.done, timed = d.timed + excluded.timed, seconds = d.seconds + excluded.seconds,
        late = d.late + excluded.late, paid = d.paid + excluded.paid, cost = d.cost + excluded.cost
"""
_teams: Kept[str, UUID | None] = Kept(10.0)


def on_event(event: Event) -> None:
    """As `gather`, for one that could not be dealt with among others."""
    gather([event])


def gather(events: Sequence[Event]) -> set[UUID]:
    """This will move the orders these events tell of (four statements, five with new orders); all are dealt with."""
    told = [(order_id, event) for event in events for order_id in _order_of(event)]
    ids = {order_id for order_id, _event in told}
    rows = Followed.objects.in_bulk(ids)
    begun = _Begun(ids - rows.keys())
    batch = _Batch()
    for order_id, event in told:
        row = rows.get(order_id) or begun.row(order_id, event.occurred_at)
        if row is not None:
            if order_id not in rows:
                rows[order_id] = row
                batch.begin(row)
            batch.hear(row, event)
    batch.keep()
    return {event.id for event in events}


@lru_cache(maxsize=50)
def way_of(version_id: UUID) -> Way:
    """A version as something that is followed; versions never change."""
    return Way(version_of(version_id).graph, holds)


def holds(condition: str, data: Mapping[str, object]) -> bool:
    """Whether a condition does; what cannot be worked out does not, so that the order goes the usual way."""
    try:
        return evaluate(condition, {name: data[name] for name in _names(condition) if name in data}) is True
    except (ExpressionFailed, ExpressionInvalid):
        return False


@lru_cache(maxsize=200)
def _names(condition: str) -> frozenset[str]:
    return names(condition)


def _order_of(event: Event) -> Iterable[UUID]:
    return [UUID(id_) for kind, id_, _role in event.parties if kind == "order"][:1]


@dataclass
class _Begun:
    """Orders that follow nothing yet, and what they will: what is live, or their store's pilot."""

    ids: set[UUID]
    stores: dict[UUID, UUID] = field(init=False, default_factory=dict)
    versions: dict[UUID | None, UUID] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.ids:
            return
        self.stores = dict(Order.objects.filter(id__in=self.ids).values_list("id", "store_id"))
        with connection.cursor() as cursor:
            cursor.execute(_LIVE, [ORDER_FLOW])
            for version_id, store_id in cursor.fetchall():
                self.versions[store_id] = version_id

    def row(self, order_id: UUID, at: datetime) -> Followed | None:
        """None: there is no such order, or nothing to follow."""
        store_id = self.stores.get(order_id)
        version_id = self.versions.get(store_id) or self.versions.get(None)
        if store_id is None or version_id is None:
            return None
        return Followed(order_id=order_id, version_id=version_id, node=0, since=at, started_at=at)


@dataclass
class _Figures:
    done: int = 0
    timed: int = 0
    seconds: int = 0
    late: int = 0
    paid: int = 0
    cost: Decimal = Decimal(0)

    def time(self, since: datetime, at: datetime) -> None:
        """This will count what took so long."""
        self.timed += 1
        self.seconds += round((at - since).total_seconds())


@dataclass
class _Batch:
    """What changes with some events: rows as they stand after them, and the days' figures."""

    rows: dict[UUID, Followed] = field(default_factory=dict)
    days: dict[tuple[UUID, int, date], _Figures] = field(default_factory=lambda: defaultdict(_Figures))

    def begin(self, row: Followed) -> None:
        """This will put an order where everything begins."""
        self._move(row, way_of(row.version_id).begin(), row.started_at)

    def hear(self, row: Followed, event: Event) -> None:
        """This will move an order by one fact."""
        if event.type == _CAME and row.ended_at is not None:
            row.ended_at, self.rows[row.order_id] = None, row
        if row.ended_at is not None:
            return
        fact, at = _ALSO.get(event.type, event.type), max(event.occurred_at, row.since)
        moved = way_of(row.version_id).follow(row.node, fact, event.attributes)
        if moved is not None:
            self._move(row, moved, at, is_paid=event.type not in _OVER)
        if event.type in _OVER and row.ended_at is None:
            row.ended_at, self.rows[row.order_id] = at, row

    def _move(self, row: Followed, moved: Moved, at: datetime, *, is_paid: bool = True) -> None:
        nodes, day = way_of(row.version_id).graph.nodes, at.astimezone(clock.zone()).date()
        for step in moved.steps:
            figures = self.days[row.version_id, step.node, day]
            figures.done += 1
            if step.is_waited:
                figures.time(row.since, at)
                figures.late += _is_late(nodes[step.node].step, row.since, at)
                row.cost += nodes[step.node].step.cost or 0
        row.passed = [*row.passed, *moved.through]
        row.node, row.since = moved.standing, at
        if moved.is_over:
            end, row.ended_at = self.days[row.version_id, row.node, day], at
            end.time(row.started_at, at)
            if row.cost and is_paid:
                end.paid, end.cost = end.paid + 1, end.cost + row.cost
        self.rows[row.order_id] = row

    def keep(self) -> None:
        """This will write all of it (two statements)."""
        if not self.rows:
            return
        rows = [self.rows[order_id] for order_id in sorted(self.rows)]
        columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
        columns[_COLUMNS.index("passed")] = [f"{{{','.join(map(str, row.passed))}}}" for row in rows]
        days = sorted(self.days.items(), key=lambda one: str(one[0]))
        sums: list[list[Any]] = [[key[place] for key, _one in days] for place in range(3)]
        sums += [[getattr(one, name) for _key, one in days] for name in _FIGURES]
        with connection.cursor() as cursor:
            cursor.execute(_STAND, columns)
            if days:
                cursor.execute(_ADD, sums)


def _is_late(step: Step, since: datetime, at: datetime) -> bool:
    """Whether it took longer than its target, by every hour or its team's."""
    if step.target is None:
        return False
    took = at - since
    if step.business and took > step.target:
        team = _teams.get(step.team, lambda: Team.objects.filter(code=step.team).values_list("id", flat=True).first())
        took = worked(since, at, calendar(team_calendar_id(team)))
    return took > step.target
