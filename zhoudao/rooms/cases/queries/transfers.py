"""How often cases change hands, who passes to whom and why, and exactly which cases; defined in `figures`."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.models import Case, Transfer
from zhoudao.rooms.cases.queries.board import Asked, behind, scope
from zhoudao.rooms.cases.transfers import REASONS, words_of

FIGURES = frozenset(one.code for one in (figures.TRANSFERS_PER_CASE, figures.TRANSFERS, figures.BOUNCES))
NOBODY = "none"
_MOST = 50
_BOUNCED = Count("id", filter=Q(is_bounce=True))


@frozen
class Way:
    """From whom to whom (ids as text, `NOBODY` for none), and why; what is empty is not asked for."""

    from_owner: str = ""
    from_team: str = ""
    to_owner: str = ""
    to_team: str = ""
    reason: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any], *sides: str) -> "Way":
        """The way of a counted row."""
        return cls(**{side: str(row[side] or NOBODY) for side in sides})

    @property
    def names_people(self) -> bool:
        """Whether it says who passes to whom, not only which teams."""
        return bool(self.from_owner or self.to_owner)

    def asked(self) -> dict[str, str]:
        """What is asked for, by name."""
        return {one.name: said for one in fields(self) if (said := getattr(self, one.name))}

    def filters(self) -> dict[str, str | None]:
        """The same for rows."""
        return {name: None if said == NOBODY else said for name, said in self.asked().items()}


@frozen
class Passed:
    """One way cases go, by names, how often, and how often back."""

    source: str
    target: str
    way: Way
    count: int
    bounces: int


@frozen
class Totals:
    """`handed` is how often the `resolved` cases of the period were handed over, `touched` how many of them were."""

    count: int
    cases: int
    bounces: int
    resolved: int
    handed: int
    touched: int

    @property
    def per_case(self) -> float | None:
        """Of the resolved ones."""
        return self.handed / self.resolved if self.resolved else None


@frozen
class Told:
    """One hand-over in words."""

    by: str
    source: str
    target: str
    reason: str
    words: str
    is_bounce: bool
    is_undone: bool


def made(viewer: Viewer, asked: Asked) -> QuerySet[Transfer]:
    """The hand-overs of the period that count, of the cases the viewer's boards speak of."""
    rows = Transfer.objects.filter(at__gte=asked.start, at__lt=asked.end, undone_at=None)
    return rows.filter(case__in=scope(viewer, asked).order_by())


def totals(viewer: Viewer, asked: Asked, *, at: datetime) -> Totals:
    """The period in figures (three statements)."""
    solved = behind(viewer, asked, figures.RESOLUTION.code, at=at).order_by()
    of_solved = Transfer.objects.filter(case__in=solved, undone_at=None)
    return Totals(
        **made(viewer, asked).aggregate(count=Count("id"), cases=Count("case", distinct=True), bounces=_BOUNCED),
        resolved=solved.count(),
        **of_solved.aggregate(handed=Count("id"), touched=Count("case", distinct=True)),
    )


def between_teams(viewer: Viewer, asked: Asked, names: Mapping[UUID, str]) -> list[Passed]:
    """Which teams pass to which, the fifty most used ways (one statement); `names` are the teams'."""
    counted = made(viewer, asked).values("from_team", "to_team").annotate(n=Count("id"), bounced=_BOUNCED)
    return [
        Passed(
            names.get(row["from_team"], "—"),
            names.get(row["to_team"], "—"),
            Way.of(row, "from_team", "to_team"),
            row["n"],
            row["bounced"],
        )
        for row in counted.order_by("-n", "from_team", "to_team")[:_MOST]
    ]


def between_people(viewer: Viewer, asked: Asked, teams: Mapping[UUID, str]) -> list[Passed]:
    """Who passes to whom, a team where nobody is named, the fifty most used ways (two statements)."""
    by = ("from_owner", "from_team", "to_owner", "to_team")
    counted = made(viewer, asked).values(*by).annotate(n=Count("id"), bounced=_BOUNCED)
    rows = list(counted.order_by("-n", *by)[:_MOST])
    people = {row[name] for row in rows for name in ("from_owner", "to_owner") if row[name]}
    names = dict(User.objects.filter(id__in=people).values_list("id", "name"))
    return [
        Passed(
            _holder(names.get(row["from_owner"], ""), teams.get(row["from_team"], "")),
            _holder(names.get(row["to_owner"], ""), teams.get(row["to_team"], "")),
            Way.of(row, *by),
            row["n"],
            row["bounced"],
        )
        for row in rows
    ]


def by_reason(viewer: Viewer, asked: Asked) -> list[tuple[str, str, int]]:
    """Why: (code, words, how often), most first (one statement)."""
    counted = made(viewer, asked).values_list("reason").annotate(n=Count("id")).order_by("-n", "reason")
    return [(code, str(REASONS.get(code, code)), n) for code, n in counted]


def cases_of(viewer: Viewer, asked: Asked, code: str, way: Way, *, at: datetime) -> QuerySet[Case]:
    """The cases a figure counted, newest change first.

    Raises: KeyError (no such figure)
    """
    if code not in FIGURES:
        raise KeyError(code)
    if code == figures.TRANSFERS_PER_CASE.code:
        solved = behind(viewer, asked, figures.RESOLUTION.code, at=at)
        return solved.filter(id__in=Transfer.objects.filter(undone_at=None).values("case_id"))
    rows = made(viewer, asked).filter(**way.filters())
    rows = rows.filter(is_bounce=True) if code == figures.BOUNCES.code else rows
    return scope(viewer, asked).filter(id__in=rows.values("case_id")).order_by("-updated_at", "-id")


def told(ids: Collection[str]) -> dict[str, Told]:
    """These hand-overs in words (one statement, and one for sealed words)."""
    around = ("by", "from_owner", "from_team", "to_owner", "to_team")
    rows = list(Transfer.objects.filter(id__in=ids).select_related(*around)) if ids else []
    box.warm(row.words_sealed for row in rows)
    return {str(row.id): _told(row) for row in rows}


def _told(row: Transfer) -> Told:
    is_far = row.from_team_id != row.to_team_id
    source, target = (str(team) if team else "" for team in (row.from_team, row.to_team))
    return Told(
        row.by.name if row.by else "",
        _holder(row.from_owner.name if row.from_owner else "", source, both=is_far),
        _holder(row.to_owner.name if row.to_owner else "", target, both=is_far),
        str(REASONS.get(row.reason, row.reason)),
        words_of(row),
        row.is_bounce,
        row.undone_at is not None,
    )


def _holder(person: str, team: str, *, both: bool = True) -> str:
    """A person with their team, or the team alone."""
    return " · ".join(part for part in (person, team if both or not person else "") if part) or "—"
