"""Flows and their versions: what is live where, since when, and who is on the way by which."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from zhoudao.conduct.flows.heard import ORDER_FLOW
from zhoudao.conduct.flows.models import ALIVE, FlowDraft, FlowVersion, Followed, PilotStore, Run, RunStatus
from zhoudao.conduct.flows.queries.followed import followers
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

PAGE = 25
_BASELINES = {"order_fulfilment": "fulfilment_before", "repair_after": "repair_before"}  # how it was done before


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
    """Every flow that is live, on trial or being drawn, by its key (six statements)."""
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
    counts = {key: (running, waiting) for key, running, waiting in counted}
    return counts | {ORDER_FLOW: (Followed.objects.filter(ended_at=None).count(), 0)}


def version_rows(key: str, before: int = 0) -> list[VersionRow]:
    """A page of a flow's versions and one more, newest first, from before a number if given (three statements)."""
    rows = FlowVersion.objects.filter(key=key)
    if before:
        rows = rows.filter(version__lt=before)
    found = list(_with_stores(rows).order_by("-version")[: PAGE + 1])
    ids = [row.id for row in found]
    counts = followers(ids) if key == ORDER_FLOW else _runs(ids)
    return [_row(row, counts.get(row.id, 0)) for row in found]


def _runs(version_ids: list[UUID]) -> dict[UUID, int]:
    rows = Run.objects.filter(version__in=version_ids, status__in=ALIVE).order_by().values_list("version")
    return dict(rows.annotate(running=Count("id")))


def live_flows(*, without: str) -> list[tuple[UUID, str, dict[str, str]]]:
    """The id, key and names of what is live of every other flow, the baseline of this one first (one statement)."""
    rows = FlowVersion.objects.filter(is_live=True).exclude(key=without).order_by("key")
    found = list(rows.values_list("id", "key", "names"))
    return sorted(found, key=lambda row: row[1] != _BASELINES.get(without))


def baseline_of(key: str) -> tuple[UUID, dict[str, str]] | None:
    """The live version, with its names, of the flow that says how this was done before (one statement, or none)."""
    rows = FlowVersion.objects.filter(key=_BASELINES.get(key, ""), is_live=True)
    return rows.values_list("id", "names").first() if key in _BASELINES else None


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
