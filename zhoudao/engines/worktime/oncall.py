"""Who is on call, and who is paged next until one takes it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhoudao.engines.worktime.calendar import Calendar
from zhoudao.engines.worktime.clock import is_open
from zhoudao.engines.worktime.errors import BadTarget, NobodyOnCall
from zhoudao.kit.time import utc


@dataclass(frozen=True, slots=True)
class Duty:
    """A member is on call while `calendar` is open, from `start` to `end` if stated; lower `rank` is paged first."""

    member: str
    calendar: Calendar
    rank: int = 0
    start: datetime | None = None
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the duty is running at `at`."""
        has_begun = self.start is None or utc(self.start) <= utc(at)
        is_over = self.end is not None and utc(self.end) <= utc(at)
        return has_begun and not is_over and is_open(at, self.calendar)


@dataclass(frozen=True, slots=True)
class Page:
    """Call `member` at `at` if nobody took it before."""

    member: str
    at: datetime


def oncall(roster: Sequence[Duty], at: datetime) -> list[str]:
    """The members on call at `at`, in the order they are paged: by rank, then as the roster lists them."""
    on_duty = sorted((duty for duty in roster if duty.covers(at)), key=lambda duty: duty.rank)
    return list(dict.fromkeys(duty.member for duty in on_duty))


def paging(roster: Sequence[Duty], at: datetime, every: timedelta, limit: int = 10) -> list[Page]:
    """`limit` pages from `at` on, one each `every`: always whoever is on call then and was paged least, so all are
    reached before anyone is called twice, and a change of shift is followed. A moment nobody covers has no page.

    Raises: BadTarget, NobodyOnCall when no moment is covered.
    """
    if every <= timedelta(0):
        raise BadTarget(str(every))
    pages: list[Page] = []
    times: Counter[str] = Counter()
    for moment in (utc(at) + every * step for step in range(limit)):
        candidates = oncall(roster, moment)
        if candidates:
            chosen = min(candidates, key=lambda member: times[member])
            times[chosen] += 1
            pages.append(Page(chosen, moment))
    if not pages:
        raise NobodyOnCall(utc(at).isoformat())
    return pages
