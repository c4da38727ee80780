"""Open time of several calendars at once, and what absences leave of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from zhoudao.engines.worktime.calendar import Calendar
from zhoudao.engines.worktime.opening import Interval, intervals


def open_time(calendars: Iterable[Calendar | None], start: datetime, end: datetime) -> list[Interval]:
    """When all of these are open between `start` and `end`; None is always open."""
    found: list[Interval] = [(start.astimezone(UTC), end.astimezone(UTC))]
    for calendar in calendars:
        if calendar is not None:
            found = _both(found, _joined(intervals(calendar, start.astimezone(UTC), end.astimezone(UTC))))
    return found


def without(open_: Sequence[Interval], away: Sequence[Interval]) -> list[Interval]:
    """The open time less absences."""
    left = list(open_)
    for gone, back in away:
        pieces = [piece for since, until in left for piece in ((since, min(until, gone)), (max(since, back), until))]
        left = [(since, until) for since, until in pieces if since < until]
    return sorted(left)


def _both(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    found: list[Interval] = []
    place = 0
    for since, until in first:
        while place < len(second) and second[place][1] <= since:
            place += 1
        for begin, end in second[place:]:
            if begin >= until:
                break
            found.append((max(since, begin), min(until, end)))
    return found


def _joined(stretches: Iterable[Interval]) -> list[Interval]:
    """Stretches that touch are one: a month's end cuts none in two."""
    found: list[Interval] = []
    for since, until in stretches:
        if found and found[-1][1] >= since:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found
