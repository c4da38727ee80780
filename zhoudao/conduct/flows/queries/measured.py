"""What the runs of a version, or the orders that follow it, tell about its steps: how many wait there, how many passed,
how long it took.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet, Value

from zhoudao.conduct.flows.heard import ORDER_FLOW
from zhoudao.conduct.flows.models import ALIVE, MOVING, Incident, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.queries.followed import order_figures
from zhoudao.conduct.flows.versions import Version
from zhoudao.engines.bpmn.graph import Kind
from zhoudao.kit.frozen import frozen

SPAN = timedelta(days=90)


@frozen
class Measured:
    """One element: open and stuck now; of the last ninety days done, late, and the mean time from opened to done."""

    waiting: int = 0
    stuck: int = 0
    done: int = 0
    late: int = 0
    mean: timedelta | None = None


@frozen
class Cost:
    """What the runs that ended well within ninety days cost: the steps people did, each at its standard."""

    runs: int
    total: Decimal

    @property
    def mean(self) -> Decimal | None:
        """Of one run."""
        return self.total / self.runs if self.runs else None


def measured(version: Version, at: datetime) -> dict[str, Measured]:
    """By element, only those that tell something (two statements)."""
    return measured_with_cost(version, at)[0]


def measured_with_cost(version: Version, at: datetime) -> tuple[dict[str, Measured], Cost]:
    """As `measured`, with what finished runs cost; what called flows cost counts there (two statements)."""
    if version.key == ORDER_FLOW:
        told, ended, cost = order_figures(version, at, SPAN)
        return _telling(told), Cost(ended, cost)
    found: dict[str, dict[str, Any]] = {}
    for element, *figures in _tasks(version.id, at):
        found[element] = dict(zip(("waiting", "done", "late", "mean"), figures, strict=True))
    runs, total = 0, Decimal(0)
    for element, what, count in _moments(version).union(_incidents(version.id), *_paid(version.id, at)):
        if what == "runs":
            runs = count
        elif what == "paid":
            total += (version.graph.node(element).step.cost or Decimal(0)) * count
        else:
            found.setdefault(element, {})[what] = count
    return _telling(found), Cost(runs, total)


def _telling(found: dict[str, dict[str, Any]]) -> dict[str, Measured]:
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


def _paid(version_id: UUID, at: datetime) -> list[QuerySet[Any, Any]]:
    """How many runs ended well, and how often people did each step in them."""
    ended = Run.objects.filter(
        version=version_id, status=RunStatus.COMPLETED, ended_at__gte=at - SPAN, ended_at__lte=at
    ).order_by()
    done = Task.objects.filter(run__in=ended, completed_at__isnull=False, added_to=None).order_by()
    by_step = done.annotate(what=Value("paid")).values_list("element", "what").annotate(count=Count("id"))
    runs = ended.annotate(element=Value(""), what=Value("runs")).values_list("element", "what")
    return [by_step, runs.annotate(count=Count("id"))]


def _tasks(version_id: UUID, at: datetime) -> Any:
    is_open = Q(completed_at=None, cancelled_at=None, run__status__in=ALIVE)
    is_done = Q(completed_at__gte=at - SPAN, completed_at__lte=at)
    rows = Task.objects.filter(is_open | is_done, run__version=version_id, added_to=None).order_by()
    return rows.values_list("element").annotate(
        waiting=Count("id", filter=is_open),
        done=Count("id", filter=is_done),
        late=Count("id", filter=is_done & Q(broken_at__isnull=False)),
        mean=Avg(F("completed_at") - F("opened_at"), filter=is_done),
    )
