"""Flows, their versions and what is stuck, for those who look after them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from zhoudao.conduct.flows.models import ALIVE, FlowVersion, Incident, Run, RunStatus, Task
from zhoudao.conduct.flows.versions import version_of
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.models import Case

PAGE = 25


@dataclass(frozen=True)
class FlowRow:
    """A flow by its live version. `running` and `stuck` count runs of all its versions."""

    key: str
    name: str
    version_id: UUID
    version: int
    deployed_at: datetime
    running: int
    stuck: int


@dataclass(frozen=True)
class VersionRow:
    """One version of a flow and how many runs are on their way by it."""

    id: UUID
    version: int
    is_live: bool
    deployed_at: datetime
    deployed_by: str
    running: int


@dataclass(frozen=True)
class IncidentRow:
    """A run that cannot go on by itself, at a step."""

    id: UUID
    run_id: UUID
    flow: str
    version: int
    version_id: UUID
    step: str
    case_number: str
    code: str
    detail: str
    happened_at: datetime


@dataclass(frozen=True)
class IncidentPage:
    """Newest first; `next` is the cursor of the following page, empty at the end."""

    rows: list[IncidentRow]
    next: str


def flow_rows(language: str) -> list[FlowRow]:
    """Every live flow by its key (two statements)."""
    counted = Run.objects.filter(status__in=ALIVE).values("version__key").order_by()
    stuck = Count("id", filter=Q(status=RunStatus.INCIDENT))
    rows = counted.annotate(running=Count("id"), stuck=stuck).values_list("version__key", "running", "stuck")
    counts = {key: (running, waiting) for key, running, waiting in rows}
    return [
        FlowRow(
            key=live.key,
            name=pick(live.names, language),
            version_id=live.id,
            version=live.version,
            deployed_at=live.deployed_at,
            running=counts.get(live.key, (0, 0))[0],
            stuck=counts.get(live.key, (0, 0))[1],
        )
        for live in FlowVersion.objects.filter(is_live=True).defer("source").order_by("key")
    ]


def version_rows(key: str) -> list[VersionRow]:
    """The versions of a flow, newest first (one statement)."""
    running = Count("run", filter=Q(run__status__in=ALIVE))
    rows = FlowVersion.objects.filter(key=key).defer("source").annotate(running=running).order_by("-version")
    return [VersionRow(row.id, row.version, row.is_live, row.deployed_at, row.deployed_by, row.running) for row in rows]


def waiting_by_element(version_id: UUID) -> dict[str, int]:
    """How many open tasks wait at each element of a version (one statement)."""
    rows = Task.objects.filter(run__version=version_id, run__status__in=ALIVE, completed_at=None, cancelled_at=None)
    return dict(rows.order_by().values_list("element").annotate(waiting=Count("id")))


def incident_page(language: str, cursor: str = "") -> IncidentPage:
    """What is stuck now (two statements)."""
    rows = Incident.objects.filter(resolved_at=None).select_related("run")
    if cursor:
        happened, _, last = cursor.partition("~")
        rows = rows.filter(happened_at__lte=happened).exclude(happened_at=happened, id__gte=last)
    found = list(rows.order_by("-happened_at", "-id")[: PAGE + 1])
    cases = {incident.run.object_id for incident in found}
    numbers = dict(Case.objects.filter(id__in=cases).values_list("id", "number"))
    after = found[PAGE - 1] if len(found) > PAGE else None
    shown = [_incident(incident, language, numbers.get(incident.run.object_id, "")) for incident in found[:PAGE]]
    return IncidentPage(shown, f"{after.happened_at.isoformat()}~{after.id}" if after else "")


def _incident(incident: Incident, language: str, number: str) -> IncidentRow:
    version = version_of(incident.run.version_id)
    names = {node.id: node.name for node in version.graph.nodes}
    return IncidentRow(
        id=incident.id,
        run_id=incident.run_id,
        flow=pick(version.names, language),
        version=version.number,
        version_id=version.id,
        step=names.get(incident.element) or incident.element,
        case_number=number,
        code=incident.code,
        detail=incident.detail,
        happened_at=incident.happened_at,
    )
