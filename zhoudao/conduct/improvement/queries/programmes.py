"""Programmes: the list, one with its sums, and how far its new version is in use."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion, Run
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.improvement.models import Milestone, Programme
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.ground.accounts.models import Store
from zhoudao.kit.frozen import frozen

MOST = 100


@frozen
class Adopted:
    """Of the runs begun in a store since a version was deployed, how many walk by it."""

    store: Store
    by_it: int
    all: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.by_it / self.all


@frozen
class Subject:
    """The version readiness is asked for: its number, its graph, and whether it is only drawn yet."""

    number: int
    graph: Graph
    is_drawn: bool


def programmes() -> list[Programme]:
    """The newest, with how many milestones there are, are reached and are late (one statement)."""
    rows = Programme.objects.select_related("lead").annotate(
        all=Count("milestones"), done=Count("milestones", filter=Q(milestones__done_date__isnull=False))
    )
    return list(rows.order_by("-made_at", "-id")[:MOST])


def programme_of(programme_id: UUID) -> Programme | None:
    """One, with its lead (one statement)."""
    return Programme.objects.select_related("lead").filter(id=programme_id).first()


def money_of(one: Programme) -> tuple[int, int]:
    """What was planned and what was spent, in minor units (one statement)."""
    found = one.budget.aggregate(planned=Sum("planned_minor"), actual=Sum("actual_minor"))
    return found["planned"] or 0, found["actual"] or 0


def days_late(row: Milestone, today: date) -> int:
    """How many days after its day it was reached, or is not yet; 0 where it is in time."""
    return max(((row.done_date or today) - row.due_date).days, 0)


def subject_of(key: str) -> Subject | None:
    """What is drawn for all, as the next version; else the newest there is (two statements, where it is known)."""
    newest = FlowVersion.objects.filter(key=key).order_by("-version").defer("source").first()
    if newest is None:
        return None
    draft = FlowDraft.objects.filter(key=key, owner=None).first()
    if draft is not None:
        try:
            return Subject(newest.version + 1, parse(bytes(draft.source)), is_drawn=True)
        except FlowRefused:  # half drawn
            pass
    return Subject(newest.version, version_of(newest.id).graph, is_drawn=False)


def adoption(key: str) -> tuple[FlowVersion | None, list[Adopted]]:
    """The newest version that is in force somewhere, and how much of what began since walks by it, by store."""
    in_force = Q(is_live=True) | Q(pilot_stores__isnull=False)
    version = FlowVersion.objects.filter(in_force, key=key).order_by("-version").defer("source").first()
    if version is None:
        return None, []
    runs = Run.objects.filter(version__key=key, parent=None, store__isnull=False, started_at__gte=version.deployed_at)
    counted = runs.values("store").annotate(all=Count("id"), by_it=Count("id", filter=Q(version=version)))
    by_store = {row["store"]: row for row in counted.order_by("store")}
    stores = Store.objects.filter(id__in=by_store).order_by("code")
    return version, [Adopted(one, by_store[one.id]["by_it"], by_store[one.id]["all"]) for one in stores]
