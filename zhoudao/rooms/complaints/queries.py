"""What cases come from again and again, and exactly which."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.metrics.definitions import Metric, define
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.board import Asked, scope
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.complaints.models import Answer

CAUSES = define(
    Metric(
        "complaints.causes",
        _("Causes"),
        _(
            "Cases (complaints, unless another kind is chosen) resolved in the period and not open again, by the cause "
            "they were answered or resolved with. Cost: what their recorded answers granted. Satisfied: of those "
            "rated, the share with four or five stars. Trend: against the period of the same length before."
        ),
        "cases",
    )
)
SPLITS = ("store", "channel", "team", "product")
_FIELDS = {
    "store": "store_id",
    "channel": "conversation__channel__kind",
    "team": "team_id",
    "product": "answers__product",
}
_MOST = 12


@frozen
class Chosen:
    """Which cases: the board's period, team, store and channel, and besides a kind, a product and a cause."""

    asked: Asked
    kind: str = "complaint"
    product: str = ""
    cause: str | None = None


@frozen
class Row:
    """One cause. `share` of all, `up_to` with those above it; `before` is the period before."""

    code: str
    name: str
    count: int
    share: float
    up_to: float
    before: int
    cost_cents: int
    rated: int
    happy: int
    mean: float | None

    @property
    def change(self) -> float | None:
        """Against the period before; None where there was none."""
        return (self.count - self.before) / self.before if self.before else None

    @property
    def satisfied(self) -> float | None:
        """Of those rated."""
        return self.happy / self.rated if self.rated else None


def cases_of(viewer: Viewer, chosen: Chosen) -> QuerySet[Case]:
    """The cases counted, newest change first."""
    asked = chosen.asked
    rows = scope(viewer, asked).filter(
        kind=chosen.kind,
        status__in=[Status.RESOLVED, Status.CLOSED],
        resolved_at__gte=asked.start,
        resolved_at__lt=asked.end,
    )
    if chosen.product:
        rows = rows.filter(Exists(Answer.objects.filter(case=OuterRef("pk"), product=chosen.product)))
    if chosen.cause is not None:
        rows = rows.filter(cause=chosen.cause)
    return rows.order_by("-updated_at", "-id")


def by_cause(viewer: Viewer, chosen: Chosen) -> list[Row]:
    """Every cause of the period, most first (four statements)."""
    rows = cases_of(viewer, chosen)
    counted = (
        rows.order_by()
        .values("cause")
        .annotate(
            n=Count("id"),
            rated=Count("rating"),
            happy=Count("rating", filter=Q(rating__score__gte=4)),
            mean=Avg("rating__score"),
        )
    )
    costs = _costs(rows)
    earlier = _counts(cases_of(viewer, replace(chosen, asked=chosen.asked.before())))
    names, found = causes(offered=False), sorted(counted, key=lambda row: (-row["n"], row["cause"]))
    total, seen, result = sum(row["n"] for row in found), 0, []
    for row in found:
        seen += row["n"]
        code = row["cause"]
        result.append(
            Row(
                code=code,
                name=names.get(code, code) or "—",
                count=row["n"],
                share=row["n"] / total,
                up_to=seen / total,
                before=earlier.get(code, 0),
                cost_cents=costs.get(code, 0),
                rated=row["rated"],
                happy=row["happy"],
                mean=row["mean"],
            )
        )
    return result


def split(viewer: Viewer, chosen: Chosen, by: str) -> list[tuple[str, str, int]]:
    """The same cases by store, channel, team or product: (key, name, count), most first, at most twelve."""
    field = _FIELDS[by]
    rows = (
        cases_of(viewer, chosen).order_by().values(field).annotate(n=Count("id", distinct=True)).order_by("-n", field)
    )
    if by == "product":
        rows = rows.filter(answers__product__gt="")
    found = [(row[field], row["n"]) for row in rows[:_MOST]]
    names = _names(by, [key for key, _n in found])
    return [(str(key or ""), names.get(key, str(key or "—")), n) for key, n in found]


def products(viewer: Viewer, asked: Asked) -> list[str]:
    """Products that answers of the period name, for a choice."""
    cases = cases_of(viewer, Chosen(asked)).order_by()
    rows = Answer.objects.filter(case__in=cases).exclude(product="").order_by("product")
    return list(rows.values_list("product", flat=True).distinct()[:100])


def answers_of(case_ids: Sequence[UUID]) -> list[Answer]:
    """The recorded answers of these cases, newest first (one statement)."""
    rows = Answer.objects.filter(case_id__in=case_ids).select_related("by", "recording")
    return list(rows.order_by("-answered_at", "-id")[:10])


def _counts(rows: QuerySet[Case]) -> dict[str, int]:
    return dict(rows.order_by().values("cause").annotate(n=Count("id")).values_list("cause", "n"))


def _costs(rows: QuerySet[Case]) -> dict[str, int]:
    found = Answer.objects.filter(case__in=rows.order_by()).values("case__cause").annotate(cents=Sum("cost_cents"))
    return dict(found.values_list("case__cause", "cents"))


def _names(by: str, keys: Sequence[Any]) -> dict[object, str]:
    if by == "store":
        return {one.id: str(one) for one in Store.objects.filter(id__in=keys)}
    if by == "team":
        return {one.id: str(one) for one in Team.objects.filter(id__in=[key for key in keys if key])}
    return {}
