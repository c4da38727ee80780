"""What orders tell about the flow they follow, and one order's way on it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from zhoudao.conduct.flows.followed import way_of
from zhoudao.conduct.flows.models import Followed, StepDay
from zhoudao.conduct.flows.queries.diagram import EdgeView, ShapeView, drawn
from zhoudao.conduct.flows.versions import Version, version_of
from zhoudao.engines.bpmn.following import waits_at
from zhoudao.engines.bpmn.graph import PROCESS
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.orders.models import Order

WAY = "way"  # what an order calls its row


@frozen
class OrderWay:
    """One order on its flow, drawn. `step` is where it stands, or how it ended; `steps` are (name, state) of where it
    has stood, stands, and will stand if nothing unusual happens.
    """

    name: str
    version_id: UUID
    version: int
    view_box: str
    shapes: tuple[ShapeView, ...]
    edges: tuple[EdgeView, ...]
    step: str
    since: datetime
    is_over: bool
    steps: tuple[tuple[str, str], ...]


def order_way(order: Order, language: str) -> OrderWay | None:
    """An order's way; None where it follows none (no statement for one that was read with its `WAY`)."""
    row: Followed | None = getattr(order, WAY, None)
    if row is None:
        return None
    version = version_of(row.version_id)
    shapes, edges, box = drawn(version, _states(version, row), language)
    return OrderWay(
        name=pick(version.names, language),
        version_id=version.id,
        version=version.number,
        view_box=box,
        shapes=shapes,
        edges=edges,
        step=_name(version, row.node),
        since=row.since,
        is_over=row.ended_at is not None,
        steps=tuple(_steps(version, row)),
    )


def _states(version: Version, row: Followed) -> dict[str, str]:
    nodes = version.graph.nodes
    states = {nodes[index].id: "done" for index in row.passed}
    node = nodes[row.node]
    while row.ended_at is None:
        states[node.id] = "current"
        if node.scope == PROCESS:
            break
        node = nodes[node.scope]
    return states


def _steps(version: Version, row: Followed) -> Iterator[tuple[str, str]]:
    """A step gone through again is told of once, where it was last."""
    nodes = version.graph.nodes
    stood = [index for index in row.passed if waits_at(nodes[index]) and index != row.node]
    last = list(dict.fromkeys(reversed(stood)))[::-1]
    yield from ((_name(version, index), "done") for index in last)
    yield _name(version, row.node), "current" if row.ended_at is None else "done"
    if row.ended_at is None:
        yield from ((_name(version, index), "next") for index in way_of(version.id).usual(row.node))


def _name(version: Version, node: int) -> str:
    return version.graph.nodes[node].name or version.graph.nodes[node].id


def order_figures(version: Version, at: datetime, span: timedelta) -> tuple[dict[str, dict[str, Any]], int, Decimal]:
    """By element what `Measured` says; how many orders cost something, and how much (two statements)."""
    nodes = version.graph.nodes
    found: dict[str, dict[str, Any]] = {}
    waiting = Followed.objects.filter(version=version.id, ended_at=None).order_by().values_list("node")
    for node, count in waiting.annotate(count=Count("order")):
        found.setdefault(nodes[node].id, {})["waiting"] = count
    since = (at - span).astimezone(clock.zone()).date()
    days = StepDay.objects.filter(version=version.id, date__gte=since).order_by().values_list("node")
    sums = days.annotate(*(Sum(name, default=0) for name in ("done", "timed", "seconds", "late", "paid", "cost")))
    runs, total = 0, Decimal(0)
    for node, done, timed, seconds, late, paid, cost in sums:
        mean = timedelta(seconds=seconds / timed) if timed else None
        found.setdefault(nodes[node].id, {}).update(done=done, late=late, mean=mean)
        runs, total = runs + paid, total + cost
    return found, runs, total


def followers(version_ids: list[UUID]) -> dict[UUID, int]:
    """How many orders are on their way by each version (one statement)."""
    rows = Followed.objects.filter(version__in=version_ids, ended_at=None).order_by().values_list("version")
    return dict(rows.annotate(count=Count("order")))
