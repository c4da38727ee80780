"""How often a version's steps are bent: figures for whoever draws the flow, and the cases behind each.

A bend that was taken back counts nowhere. The share is that of all runs of the version in which a step was bent in one
way at least once. Where it is at least `HINT_SHARE`, and these are at least `HINT_RUNS` runs, the drawing does not fit
the work: a hint to redesign.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Aggregate, Count, FloatField, QuerySet

from zhoudao.conduct.flows.models import Bend, FlowVersion, Run
from zhoudao.conduct.flows.queries.bending import BendView, views_of
from zhoudao.conduct.flows.versions import version_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case

HINT_SHARE, HINT_RUNS = 0.10, 5
PAGE = 25
_TOP = 3


class Median(Aggregate):
    """The middle of a column's values, without those that are not known."""

    name = "Median"
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@frozen
class BentRow:
    """One way one step is bent: how often, in how many runs, what it gained (below zero) or added, by whom, why."""

    element: str
    step: str
    kind: str
    count: int
    runs: int
    share: float
    median: timedelta | None
    roles: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]

    @property
    def is_hint(self) -> bool:
        """Whether it happens so often that the flow should change."""
        return self.runs >= HINT_RUNS and self.share >= HINT_SHARE


@frozen
class BentVersion:
    """A version with bends, for choosing."""

    id: UUID
    name: str
    number: int
    is_live: bool
    count: int


@frozen
class BentCase:
    """One bend with the case it was done in."""

    view: BendView
    number: str
    at: datetime


def bent_versions(language: str) -> list[BentVersion]:
    """The versions anything was bent in, most bent first (two statements)."""
    counted = _counting().values("version").order_by().annotate(count=Count("id")).values_list("version", "count")
    counts = dict(counted)
    rows = FlowVersion.objects.filter(id__in=counts).defer("source")
    found = [BentVersion(row.id, pick(row.names, language), row.version, row.is_live, counts[row.id]) for row in rows]
    return sorted(found, key=lambda one: (-one.count, one.name, -one.number))


def bent_rows(version_id: UUID) -> tuple[list[BentRow], int]:
    """Every way a version's steps are bent, most bent runs first, and how many runs there are (four statements)."""
    runs = Run.objects.filter(version=version_id).count()
    bends = _counting().filter(version=version_id).order_by()
    grouped = bends.values_list("element", "kind")
    roles = _parts(grouped.annotate(Count("id")).values_list("element", "kind", "role", "id__count"))
    reasons = _parts(grouped.annotate(Count("id")).values_list("element", "kind", "reason", "id__count"))
    figures = grouped.annotate(Count("id"), Count("run", distinct=True), Median("minutes"))
    names = {node.id: node.name or node.id for node in version_of(version_id).graph.nodes}
    rows = [
        BentRow(
            element=element,
            step=names.get(element, ""),
            kind=kind,
            count=count,
            runs=bent,
            share=bent / runs if runs else 0.0,
            median=None if median is None else timedelta(minutes=median),
            roles=tuple(roles[element, kind].most_common()),
            reasons=tuple(reasons[element, kind].most_common(_TOP)),
        )
        for element, kind, count, bent, median in figures
    ]
    return sorted(rows, key=lambda row: (-row.runs, row.element, row.kind)), runs


def bends_on(version_id: UUID) -> dict[str, tuple[int, bool]]:
    """By element, how often it was bent, and whether one way is a hint to redesign (two statements)."""
    grouped = _counting().filter(version=version_id).order_by().values_list("element", "kind")
    found = list(grouped.annotate(Count("id"), Count("run", distinct=True)))
    runs = Run.objects.filter(version=version_id).count() if found else 0
    counts: Counter[str] = Counter()
    hints: set[str] = set()
    for element, _kind, count, bent in found:
        counts[element] += count
        if bent >= HINT_RUNS and bent / runs >= HINT_SHARE:
            hints.add(element)
    return {element: (count, element in hints) for element, count in counts.items() if element}


def bent_cases(
    version_id: UUID, element: str, kind: str, viewer: Viewer, *, before: tuple[datetime, UUID] | None = None
) -> list[BentCase]:
    """A page of the bends behind a figure and one more, newest first: those in cases the viewer may see."""
    cases = Case.objects.filter(visible(viewer))
    rows = _counting().filter(version=version_id, element=element, kind=kind)
    if viewer.stores is not None or viewer.teams is not None:
        rows = rows.filter(object_id__in=cases.values("id"))
    if before is not None:
        rows = rows.filter(beyond("-bent_at", before[0], before[1]))
    views = views_of(list(rows.select_related("task").order_by("-bent_at", "-id")[: PAGE + 1]))
    numbers = dict(Case.objects.filter(id__in=[one.bend.object_id for one in views]).values_list("id", "number"))
    return [BentCase(view, numbers.get(view.bend.object_id, ""), view.bend.bent_at) for view in views]


def _counting() -> QuerySet[Bend]:
    return Bend.objects.filter(undone_at=None)


def _parts(
    rows: "QuerySet[Bend, tuple[str, str, str, int]] | Sequence[tuple[str, str, str, int]]",
) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for element, kind, part, count in rows:
        found.setdefault((element, kind), Counter())[part] += count
    return found
