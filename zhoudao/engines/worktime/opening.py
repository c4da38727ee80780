"""A calendar's open time as UTC intervals, by month, so that a clock adds up months and searches only the last one."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from zhoudao.engines.worktime.calendar import Calendar

Interval = tuple[datetime, datetime]
ZERO = timedelta(0)
_DAY = timedelta(days=1)
_PROBE = timedelta(hours=6)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Month:
    """Open intervals of one UTC month, in order and apart, with the open time before each."""

    start: datetime
    end: datetime
    intervals: tuple[Interval, ...]
    before: tuple[timedelta, ...]

    def counted(self, moment: datetime) -> timedelta:
        """Open time from the month's start to `moment`."""
        place = bisect_right(self.intervals, moment, key=lambda interval: interval[0]) - 1
        if place < 0:
            return ZERO
        start, end = self.intervals[place]
        return self.before[place] + min(moment, end) - start

    def moment(self, counted: timedelta) -> datetime:
        """The first moment at which `counted` (above zero, at most the month's whole) has passed."""
        place = bisect_right(self.before, counted - timedelta.resolution) - 1
        return self.intervals[place][0] + (counted - self.before[place])


def months(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Month]:
    """The months that touch the UTC span from `start` to `end`."""
    year, month = start.year, start.month
    while datetime(year, month, 1, tzinfo=UTC) < end:
        yield _month(calendar, year, month)
        year, month = _following(year, month)


def intervals(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """Open intervals between `start` and `end`, cut to them."""
    for month in months(calendar, start, end):
        for opened, closed in month.intervals:
            if opened < end and closed > start:
                yield max(opened, start), min(closed, end)


@lru_cache(maxsize=2048)
def _month(calendar: Calendar, year: int, month: int) -> Month:
    start, end = datetime(year, month, 1, tzinfo=UTC), datetime(*_following(year, month), 1, tzinfo=UTC)
    opened: list[Interval] = []
    for begin, finish, offset in offsets(calendar.zone, start, end):
        for interval in _in_stretch(calendar, begin, finish, offset):
            if opened and opened[-1][1] == interval[0]:
                opened[-1] = opened[-1][0], interval[1]
            else:
                opened.append(interval)
    lengths = [closed - since for since, closed in opened]
    return Month(start, end, tuple(opened), tuple(accumulate(lengths, initial=ZERO))[: len(opened)])


def _following(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < 12 else (year + 1, 1)


def _in_stretch(calendar: Calendar, start: datetime, end: datetime, offset: timedelta) -> Iterator[Interval]:
    for day in local_days(start - _DAY, end, offset):
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
        for window in calendar.windows_on(day):
            opened = max(start, midnight + timedelta(minutes=window.start))
            closed = min(end, midnight + timedelta(minutes=window.end))
            if opened < closed:
                yield opened, closed


def local_days(start: datetime, end: datetime, offset: timedelta) -> Iterator[date]:
    """The wall dates from `start` to `end` at one offset."""
    day, last = (start + offset).date(), (end + offset - timedelta.resolution).date()
    while day <= last:
        yield day
        day += _DAY


def offsets(zone: str, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The span cut where the zone's offset from UTC changes: (from, to, offset)."""
    info, stretches, begin, probe = ZoneInfo(zone), [], start, start
    while probe < end:
        following = min(probe + _PROBE, end)
        offset = _offset(info, probe)
        if _offset(info, following) != offset and (change := _change(info, probe, following)) < end:
            stretches.append((begin, change, offset))
            begin = following = change
        probe = following
    return (*stretches, (begin, end, _offset(info, begin)))


def _offset(info: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(info).utcoffset() or ZERO


def _change(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _offset(info, low)
    while high - low > _SECOND:
        middle = low + ((high - low) // 2) // _SECOND * _SECOND
        low, high = (middle, high) if _offset(info, middle) == before else (low, middle)
    return high
