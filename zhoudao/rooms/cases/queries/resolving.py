"""How many of the cases of a period are solved, how many are complaints and how long those take; and exactly which."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.models import Case, Kind, Status
from zhoudao.rooms.cases.queries.board import Asked, Percentile, minutes_until, scope

GRADES = ("A", "B", "C", "D")
NO_GRADE = "none"
FIELDS = {
    "grade": "grade",
    "store": "store_id",
    "team": "team_id",
    "channel": "conversation__channel__kind",
}
_SOLVED = Q(status__in=[Status.RESOLVED, Status.CLOSED], resolved_at__isnull=False)
_COMPLAINT = Q(kind=Kind.COMPLAINT)
_BEHIND: dict[str, Q] = {
    figures.COHORT.code: Q(),
    figures.RESOLUTION_RATE.code: _SOLVED,
    figures.UNSOLVED.code: ~_SOLVED,
    figures.COMPLAINT_RATE.code: _COMPLAINT,
    figures.COMPLAINT_REPLY.code: _COMPLAINT & Q(first_human_contact_at__isnull=False),
    figures.COMPLAINT_RESOLUTION.code: _COMPLAINT & _SOLVED,
}
FIGURES = frozenset(_BEHIND)


@frozen
class Settled:
    """Of the cases opened in a period. Times in minutes, None where there was nothing to measure."""

    opened: int = 0
    solved: int = 0
    complaints: int = 0
    answered: int = 0  # complaints, by a person
    settled: int = 0  # complaints solved
    reply: float | None = None
    solution: float | None = None

    @property
    def unsolved(self) -> int:
        """Still to be solved, or opened again."""
        return self.opened - self.solved

    @property
    def solved_share(self) -> float | None:
        """Of all."""
        return self.solved / self.opened if self.opened else None

    @property
    def complaint_share(self) -> float | None:
        """Of all."""
        return self.complaints / self.opened if self.opened else None


def settled(viewer: Viewer, asked: Asked, by: str = "") -> dict[str, Settled]:
    """Counted from the cases themselves, by a key of `FIELDS`, '' without (one statement)."""
    rows = _opened(viewer, asked).order_by()
    counts = {
        "opened": Count("id"),
        "solved": Count("id", filter=_SOLVED),
        "complaints": Count("id", filter=_COMPLAINT),
        "answered": Count("id", filter=_BEHIND[figures.COMPLAINT_REPLY.code]),
        "settled": Count("id", filter=_COMPLAINT & _SOLVED),
        "reply": Percentile(minutes_until("first_human_contact_at"), share=0.5, filter=_COMPLAINT),
        "solution": Percentile(minutes_until("resolved_at"), share=0.5, filter=_COMPLAINT & _SOLVED),
    }
    if not by:
        return {"": Settled(**rows.aggregate(**counts))}
    counted = rows.annotate(key=F(FIELDS[by])).values("key").annotate(**counts)
    return {_key(key, by): Settled(*found) for key, *found in counted.values_list("key", *counts)}


def cases_of(viewer: Viewer, asked: Asked, code: str, grade: str = "") -> QuerySet[Case]:
    """The cases a figure counted, of one grade or all, newest change first.

    Raises: KeyError (no such figure)
    """
    rows = _opened(viewer, asked).filter(_BEHIND[code])
    if grade:
        rows = rows.filter(grade="" if grade == NO_GRADE else grade)
    return rows.order_by("-updated_at", "-id")


def _opened(viewer: Viewer, asked: Asked) -> QuerySet[Case]:
    return scope(viewer, asked).filter(opened_at__gte=asked.start, opened_at__lt=asked.end)


def _key(found: Any, by: str) -> str:
    return str(found or (NO_GRADE if by == "grade" else ""))
