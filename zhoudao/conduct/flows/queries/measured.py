"""What the runs of a version tell about its steps: how many wait there, how many passed, how long it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet, Value

from zhoudao.conduct.flows.models import ALIVE, MOVING, Incident, Task, Timer
from zhoudao.conduct.flows.versions import Version
from zhoudao.engines.bpmn.graph import Kind

SPAN = timedelta(days=90)


@dataclass(frozen=True)
class Measured:
    """One element: open now, stuck now, done within the last ninety days, and the mean time from opened to done."""

    waiting: int = 0
    stuck: int = 0
    done: int = 0
    mean: timedelta | None = None


def measured(version: Version, at: datetime) -> dict[str, Measured]:
    """By element, only those that tell something (two statements)."""
    found: dict[str, dict[str, Any]] = {}
    for element, *figures in _tasks(version.id, at):
        found[element] = dict(zip(("waiting", "done", "mean"), figures, strict=True))
    for element, what, count in _moments(version).union(_incidents(version.id)):
        found.setdefault(element, {})[what] = count
    rows = {element: Measured(**figures) for element, figures in found.items()}
    return {element: row for element, row in rows.items() if row.waiting or row.stuck or row.done}


def _moments(version: Version) -> QuerySet[Any, Any]:
    """Runs that wait for a moment of their own, not for one that would interrupt a step."""
    catching = [node.id for node in version.graph.nodes if node.kind is Kind.CATCH]
    rows = Timer.objects.filter(run__version=version.id, run__status__in=MOVING, element__in=catching)
    return rows.order_by().annotate(what=Value("waiting")).values_list("element", "what").annotate(count=Count("id"))


def _incidents(version_id: UUID) -> QuerySet[Any, Any]:
    rows = Incident.objects.filter(run__version=version_id, resolved_at=None).exclude(element="")
    return rows.order_by().annotate(what=Value("stuck")).values_list("element", "what").annotate(count=Count("id"))


def _tasks(version_id: UUID, at: datetime) -> Any:
    is_open = Q(completed_at=None, cancelled_at=None, run__status__in=ALIVE)
    is_done = Q(completed_at__gte=at - SPAN, completed_at__lte=at)
    rows = Task.objects.filter(is_open | is_done, run__version=version_id, added_to=None).order_by()
    return rows.values_list("element").annotate(
        waiting=Count("id", filter=is_open),
        done=Count("id", filter=is_done),
        mean=Avg(F("completed_at") - F("opened_at"), filter=is_done),
    )
