"""Free times, by arithmetic alone: a grid of the store's wall clock, open hours, and what is taken already.

A time may begin where the wall clock stands at a whole step of the day. It is free when it lies within one open
stretch, and nothing taken lies in it or in what is kept free around it. What daylight saving skips is never offered,
what it repeats is offered twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from zhoudao.engines.worktime.opening import Interval, offsets
from zhoudao.kit.frozen import frozen

STEPS = (5, 10, 15, 20, 30, 60)  # minutes; each divides the hour, so that days need no beginning of their own


@frozen
class Shape:
    """How long it takes, what is kept free before and after, and at which minutes it may begin."""

    length: timedelta
    before: timedelta
    after: timedelta
    step: timedelta

    def busy(self, start: datetime) -> Interval:
        """What it takes of somebody's time, with what is kept free around it."""
        return start - self.before, start + self.length + self.after


def grid(zone: str, start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    """The moments from `start` (inclusive) to `end` at which the wall clock stands at a whole step of its day.

    >>> noon = datetime(2026, 3, 10, 4, 10, tzinfo=UTC)
    >>> [one.minute for one in grid("Asia/Shanghai", noon, noon + timedelta(hours=1), timedelta(minutes=20))]
    [20, 40, 0]
    """
    for begin, finish, offset in offsets(zone, start.astimezone(UTC), end.astimezone(UTC)):
        wall = begin + offset
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = begin + (midnight - wall) % step
        while moment < finish:
            yield moment
            moment += step


def fits(shape: Shape, start: datetime, open_: Sequence[Interval]) -> bool:
    """Whether it lies within one open stretch. `open_`: in order and apart."""
    place = bisect_right(open_, start, key=lambda stretch: stretch[0]) - 1
    return place >= 0 and start + shape.length <= open_[place][1]


def is_free(shape: Shape, start: datetime, taken: Sequence[Interval]) -> bool:
    """Whether nothing taken lies in it, or in what is kept free around it. `taken`: in order and apart."""
    since, until = shape.busy(start)
    place = bisect_left(taken, until, key=lambda span: span[0]) - 1
    return place < 0 or taken[place][1] <= since


def starts(
    shape: Shape, moments: Sequence[datetime], open_: Sequence[Interval], taken: Sequence[Interval]
) -> list[datetime]:
    """The moments of the grid at which it can begin."""
    return [moment for moment in moments if fits(shape, moment, open_) and is_free(shape, moment, taken)]
