"""Who is on call, and who is paged next until one takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhoudao.engines.worktime.calendar import Calendar
from zhoudao.engines.worktime.clock import is_open
from zhoudao.kit.time import utc


@dataclass(frozen=True, slots=True)
class Duty:
    """A member is on call while `calendar` is open, from `start` to `end` if stated, and not `away`; lower `rank` is
    paged first.
    """

    member: str
    calendar: Calendar
    rank: int = 0
    start: datetime | None = None
    end: datetime | None = None
    away: tuple[tuple[datetime, datetime], ...] = ()

    def covers(self, at: datetime) -> bool:
        """Whether the duty is running at `at`."""
        has_begun = self.start is None or utc(self.start) <= utc(at)
        is_over = self.end is not None and utc(self.end) <= utc(at)
        is_away = any(utc(left) <= utc(at) < utc(back) for left, back in self.away)
        return has_begun and not is_over and not is_away and is_open(at, self.calendar)


def oncall(roster: Sequence[Duty], at: datetime) -> list[str]:
    """The members on call at `at`, in the order they are paged: by rank, then as the roster lists them."""
    on_duty = sorted((duty for duty in roster if duty.covers(at)), key=lambda duty: duty.rank)
    return list(dict.fromkeys(duty.member for duty in on_duty))


def called_next(roster: Sequence[Duty], called: Mapping[str, int], at: datetime, most: int = 2) -> str | None:
    """Whoever is on call at `at` and was `called` least, so all are reached before anyone is called twice; nobody more
    than `most` times. None: nobody is on call, or all were called in vain.
    """
    able = [member for member in oncall(roster, at) if called.get(member, 0) < most]
    return min(able, key=lambda member: called.get(member, 0), default=None)
