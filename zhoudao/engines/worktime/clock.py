"""Exact arithmetic of one clock: when it is due, how much it has counted, when it warns.

`pauses` are (start, end) pairs in any order, overlapping or not; `end` None means until further notice. All moments
are aware; results are in UTC. The time between two moments counts while the calendar is open and no pause runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zhoudao.engines.worktime.calendar import Calendar, always
from zhoudao.engines.worktime.errors import BackwardPause, BadTarget, BeyondHorizon, PausedWithoutEnd
from zhoudao.engines.worktime.opening import ZERO, Interval, months
from zhoudao.kit.time import utc

Pauses = Sequence[tuple[datetime, datetime | None]]
HORIZON = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class Mark:
    """The moment at which a share of the target has been used."""

    share: float
    at: datetime


def due(start: datetime, target: timedelta, calendar: Calendar, pauses: Pauses = ()) -> datetime:
    """The first moment at which `target` has counted since `start`.

    Raises: BadTarget, BackwardPause, PausedWithoutEnd, BeyondHorizon, NaiveMoment.

    >>> from zhoudao.engines.worktime import Calendar
    >>> office = Calendar.weekly("Asia/Shanghai", {"fri": [("09:00", "18:00")], "mon": [("09:00", "18:00")]})
    >>> friday = datetime(2026, 3, 13, 9, tzinfo=UTC)  # 17:00 in Shanghai
    >>> due(friday, timedelta(hours=4), office).isoformat()
    '2026-03-16T04:00:00+00:00'
    """
    if target <= ZERO:
        raise BadTarget(str(target))
    begin, left = utc(start), target
    end = min(begin, _LAST - HORIZON) + HORIZON
    stretches, is_open_ended = _unpaused(begin, end, pauses)
    for since, until in stretches:
        for month in months(calendar, since, until):
            before = month.counted(max(since, month.start))
            available = month.counted(min(until, month.end)) - before
            if available >= left:
                return month.moment(before + left)
            left -= available
    if is_open_ended:
        raise PausedWithoutEnd
    raise BeyondHorizon(f"{target} from {begin.isoformat()}")


def worked(start: datetime, end: datetime, calendar: Calendar, pauses: Pauses = ()) -> timedelta:
    """The time that counted from `start` to `end`; none when `end` is not later.

    Raises: BackwardPause, NaiveMoment.
    """
    return sum((_open(calendar, *stretch) for stretch in _unpaused(utc(start), utc(end), pauses)[0]), ZERO)


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether the calendar counts at `at`."""
    return bool(worked(at, at + timedelta.resolution, calendar))


def remaining(start: datetime, target: timedelta, at: datetime, calendar: Calendar, pauses: Pauses = ()) -> timedelta:
    """What is left of `target` at `at`; below zero, by how much it is overrun."""
    return target - worked(start, at, calendar, pauses)


def share(start: datetime, target: timedelta, at: datetime, calendar: Calendar, pauses: Pauses = ()) -> float:
    """How much of `target` is used at `at`: 1.0 when due, more when overrun.

    Raises: BadTarget.
    """
    if target <= ZERO:
        raise BadTarget(str(target))
    return worked(start, at, calendar, pauses) / target


def warnings(
    start: datetime, target: timedelta, shares: Iterable[float], calendar: Calendar, pauses: Pauses = ()
) -> list[Mark]:
    """When each share of `target` is used, in order; shares beyond a pause without end are left out until it ends.

    Raises: BadTarget, BackwardPause, BeyondHorizon.
    """
    marks = []
    for part in sorted(set(shares)):
        try:
            marks.append(Mark(part, due(start, target * part, calendar, pauses)))
        except PausedWithoutEnd:
            break
    return marks


def merged(start: datetime, end: datetime, pauses: Pauses) -> list[Interval]:
    """The pauses between `start` and `end`, cut to them, joined and in order.

    Raises: BackwardPause.
    """
    joined: list[Interval] = []
    for since, until in sorted(_cut(start, end, pauses)):
        if joined and since <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(until, joined[-1][1])
        elif since < until:
            joined.append((since, until))
    return joined


def _cut(start: datetime, end: datetime, pauses: Pauses) -> Iterable[Interval]:
    for since, until in pauses:
        first, last = utc(since), end if until is None else utc(until)
        if until is not None and last < first:
            raise BackwardPause(f"{first.isoformat()}, {last.isoformat()}")
        if last > start and first < end:
            yield max(first, start), min(last, end)


def _unpaused(start: datetime, end: datetime, pauses: Pauses) -> tuple[list[Interval], bool]:
    stops = merged(start, end, pauses)
    edges = [start, *(edge for stop in stops for edge in stop), max(start, end)]
    stretches = [(since, until) for since, until in zip(edges[::2], edges[1::2], strict=True) if since < until]
    return stretches, any(until is None for _, until in pauses)


def _open(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    if calendar is always():
        return end - start
    counted = ZERO
    for month in months(calendar, start, end):
        counted += month.counted(min(end, month.end)) - month.counted(max(start, month.start))
    return counted


_LAST = datetime(9990, 1, 1, tzinfo=UTC)
