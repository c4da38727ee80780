"""Flows and their versions: what is live where, since when, and who is on the way by which."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from zhoudao.conduct.flows.models import ALIVE, FlowDraft, FlowVersion, PilotStore, Run, RunStatus
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

PAGE = 25


@frozen
class VersionRow:
    """One version of a flow. `stores` are (id, name) of its pilot; `running` counts runs on their way by it."""

    id: UUID
    version: int
    is_live: bool
    stores: tuple[tuple[UUID, str], ...]
    note: str
    deployed_at: datetime
    deployed_by: str
    running: int = 0


@frozen
class FlowRow:
    """A flow with what is in force. `running` and `stuck` count runs of all its versions."""

    key: str
    name: str
    live: VersionRow | None
    pilots: tuple[VersionRow, ...]
    draft_saved_at: datetime | None
    running: int
    stuck: int

    @property
    def newest(self) -> VersionRow | None:
        """What its page shows first."""
        return self.live or next(iter(self.pilots), None)


@dataclass
class _Found:
    name: str = ""
    live: VersionRow | None = None
    pilots: list[VersionRow] = field(default_factory=list)


def flow_names(language: str) -> dict[str, str]:
    """Every live flow's name by its key (one statement)."""
    rows = FlowVersion.objects.filter(is_live=True).order_by("key").values_list("key", "names")
    return {key: pick(names, language) or key for key, names in rows}


def flow_rows(language: str) -> list[FlowRow]:
    """Every flow that is live, on trial or being drawn, by its key (five statements)."""
    found: dict[str, _Found] = {}
    in_force = FlowVersion.objects.filter(Q(is_live=True) | Q(pilot_stores__isnull=False)).distinct()
    for version in _with_stores(in_force).order_by("key", "-version"):
        flow = found.setdefault(version.key, _Found(pick(version.names, language)))
        if version.is_live:
            flow.live, flow.name = _row(version), pick(version.names, language)
        else:
            flow.pilots.append(_row(version))
    drafts = dict(FlowDraft.objects.filter(owner=None).values_list("key", "saved_at"))
    for key in drafts:
        found.setdefault(key, _Found(key))
    counts = _counts()
    return [
        FlowRow(key, flow.name, flow.live, tuple(flow.pilots), drafts.get(key), *counts.get(key, (0, 0)))
        for key, flow in sorted(found.items())
    ]


def _counts() -> dict[str, tuple[int, int]]:
    """By key: how many runs are on their way, how many of them are stuck."""
    stuck = Count("id", filter=Q(status=RunStatus.INCIDENT))
    rows = Run.objects.filter(status__in=ALIVE).values("version__key").order_by()
    counted = rows.annotate(running=Count("id"), stuck=stuck).values_list("version__key", "running", "stuck")
    return {key: (running, waiting) for key, running, waiting in counted}


def version_rows(key: str, before: int = 0) -> list[VersionRow]:
    """A page of a flow's versions and one more, newest first, from before a number if given (three statements)."""
    rows = FlowVersion.objects.filter(key=key)
    if before:
        rows = rows.filter(version__lt=before)
    found = list(_with_stores(rows).order_by("-version")[: PAGE + 1])
    running = Run.objects.filter(version__in=[row.id for row in found], status__in=ALIVE).order_by()
    counts = dict(running.values_list("version").annotate(running=Count("id")))
    return [_row(row, counts.get(row.id, 0)) for row in found]


def version_row(version_id: UUID) -> tuple[FlowVersion, VersionRow] | None:
    """One version without its text, and as a row of the page (two statements)."""
    found = _with_stores(FlowVersion.objects.filter(id=version_id)).first()
    return (found, _row(found)) if found else None


def _with_stores(rows: QuerySet[FlowVersion]) -> QuerySet[FlowVersion]:
    stores = PilotStore.objects.select_related("store").order_by("store__code")
    return rows.defer("source").prefetch_related(Prefetch("pilot_stores", stores))


def _row(row: FlowVersion, running: int = 0) -> VersionRow:
    stores = tuple((pilot.store_id, str(pilot.store)) for pilot in row.pilot_stores.all())
    return VersionRow(
        row.id, row.version, row.is_live, stores, row.note, row.deployed_at, row.deployed_by, running=running
    )
