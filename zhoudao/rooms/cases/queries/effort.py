"""What solved cases cost their customers: figures out of what was counted, and exactly their cases."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Least

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.efforts import COUNTS
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.board import Asked, scope

SOLVED = (Status.RESOLVED, Status.CLOSED)
MANY = 6  # contacts from which on a case is drawn with all that took more
NONE = "none"
SPLITS = {
    "kind": "kind",
    "channel": "conversation__channel__kind",
    "team": "team_id",
    "store": "store_id",
}
_MORE = {  # which of the counted cases a figure opens: those that took more than one would wish
    figures.EFFORT_CONTACTS.code: Q(effort__contacts__gt=1),
    figures.EFFORT_REPEATS.code: Q(effort__told_again__gt=0) | Q(effort__asked_again__gt=0),
    figures.EFFORT_CHANNELS.code: Q(effort__channels__gt=1),
    figures.EFFORT_PEOPLE.code: Q(effort__people__gt=1),
    figures.EFFORT_WAITING.code: Q(effort__waited_seconds__gt=0),
}
FIGURES = frozenset([*_MORE, figures.EFFORT.code])


@frozen
class Slice:
    """A part of the counted cases: codes and ids as text, `NONE` for none; what is empty is not asked for."""

    split: str = ""  # which of `SPLITS` `part` is one of
    part: str = ""
    contacts: int = 0  # exactly so many, `MANY` or more for that


ALL = Slice()


@frozen
class Total:
    """Counted cases and what they cost together; `more` says how many of them each figure opens."""

    cases: int
    sums: dict[str, int]
    more: dict[str, int]

    def each(self, name: str) -> float | None:
        """Of one case, on average."""
        return self.sums[name] / self.cases if self.cases else None

    @property
    def repeats(self) -> int:
        """Facts told again and asked for again."""
        return self.sums["told_again"] + self.sums["asked_again"]

    @property
    def waited(self) -> timedelta:
        """All waits together."""
        return timedelta(seconds=self.sums["waited_seconds"])


def counted(viewer: Viewer, asked: Asked, part: Slice = ALL) -> QuerySet[Case]:
    """The cases resolved in the period, not open again, that were counted."""
    rows = scope(viewer, asked).filter(
        resolved_at__gte=asked.start, resolved_at__lt=asked.end, status__in=SOLVED, effort__isnull=False
    )
    if part.split in SPLITS and part.part:
        rows = rows.filter(**{SPLITS[part.split]: None if part.part == NONE else part.part})
    if part.contacts:
        how = "effort__contacts__gte" if part.contacts >= MANY else "effort__contacts"
        rows = rows.filter(**{how: part.contacts})
    return rows


def total(viewer: Viewer, asked: Asked, part: Slice = ALL) -> Total:
    """All of them together (one statement)."""
    sums = {name: Coalesce(Sum(f"effort__{name}"), 0) for name in COUNTS}
    more = {f"more_{place}": Count("id", filter=wanted) for place, wanted in enumerate(_MORE.values())}
    found = counted(viewer, asked, part).order_by().aggregate(cases=Count("id"), **sums, **more)
    return Total(
        found["cases"],
        {name: found[name] for name in COUNTS},
        {code: found[f"more_{place}"] for place, code in enumerate(_MORE)},
    )


def by(viewer: Viewer, asked: Asked, split: str, part: Slice = ALL) -> list[tuple[str, Total]]:
    """The same for each kind, channel, team or store (its code, id or `NONE`), most contacts first (one statement)."""
    sums = {name: Sum(f"effort__{name}") for name in COUNTS}
    grouped = counted(viewer, asked, part).order_by().values(key=F(SPLITS[split]))
    rows: list[dict[str, Any]] = [*map(dict, grouped.annotate(cases=Count("id"), **sums))]
    found = [(str(row["key"] or NONE), Total(row["cases"], {name: row[name] for name in COUNTS}, {})) for row in rows]
    return sorted(found, key=lambda one: (-(one[1].each("contacts") or 0), one[0]))


def spread(viewer: Viewer, asked: Asked, part: Slice = ALL) -> dict[int, int]:
    """How many cases took one contact, two, … `MANY` or more (one statement)."""
    rows = counted(viewer, asked, part).order_by().values(contacts=Least("effort__contacts", MANY))
    found: dict[int, int] = dict(rows.annotate(n=Count("id")).values_list("contacts", "n"))
    return {contacts: found.get(contacts, 0) for contacts in range(1, MANY + 1)}


def cases_of(viewer: Viewer, asked: Asked, code: str, part: Slice) -> QuerySet[Case]:
    """The cases a figure counted, newest change first.

    Raises: KeyError (no such figure)
    """
    rows = counted(viewer, asked, part)
    if code != figures.EFFORT.code:
        rows = rows.filter(_MORE[code])
    return rows.order_by("-updated_at", "-id")


def of_person(viewer: Viewer, group: Collection[UUID], *, since: datetime) -> tuple[Total, list[Case]]:
    """What a person's cases resolved since cost them, and the five that cost most (two statements)."""
    rows = Case.objects.filter(visible(viewer), customer_id__in=list(group), status__in=SOLVED, effort__isnull=False)
    rows = rows.filter(resolved_at__gte=since)
    sums = {name: Coalesce(Sum(f"effort__{name}"), 0) for name in COUNTS}
    found = rows.order_by().aggregate(cases=Count("id"), **sums)
    most = rows.select_related("effort").order_by("-effort__contacts", "-effort__waited_seconds", "-id")[:5]
    return Total(found["cases"], {name: found[name] for name in COUNTS}, {}), list(most)
