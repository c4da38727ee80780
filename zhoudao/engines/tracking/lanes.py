"""How long a lane takes, as quantiles of what it took; and from that when a parcel is late, before it is.

Source: the empirical survival function. Of parcels that are still under way after an age, the share that is still under
way at the promised moment is S(promise) / S(age).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

STEPS = 40  # quantiles are kept for every 2.5 %
ENOUGH = 30  # parcels before a lane speaks for itself
LIKELY = 0.5  # flagged when it is as likely late as not
SHARES = tuple(n / STEPS for n in range(STEPS + 1))


@dataclass(frozen=True)
class Lane:
    """Hours from hand-over to delivery at each of SHARES, of `parcels` parcels; `gap_hours`: between two things said of
    a parcel, longer than nineteen of twenty.
    """

    hours: Sequence[float]
    parcels: int
    gap_hours: float


# Where nothing is known: most of what is sent within a country arrives in two to seven days.
USUAL = Lane(tuple(24 + 24 * 9 * share**1.6 for share in SHARES), 0, 72.0)


@dataclass(frozen=True)
class Judged:
    """What is found now, and when to look again (None: nothing more can be found)."""

    is_late: bool
    is_stuck: bool
    look_at: datetime | None


def expected_hours(lane: Lane, share: float = 0.8) -> float:
    """Within how many hours this share of a lane's parcels arrive."""
    place = share * STEPS
    below = min(int(place), STEPS - 1)
    return lane.hours[below] + (lane.hours[below + 1] - lane.hours[below]) * (place - below)


def still_under_way(lane: Lane, hours: float) -> float:
    """The share of a lane's parcels that are not delivered after so many hours.

    >>> lane = Lane([float(n) for n in range(41)], 100, 72.0)
    >>> [still_under_way(lane, hours) for hours in (-1.0, 10.0, 30.5, 50.0)]
    [1.0, 0.75, 0.2375, 0.0]
    """
    if hours < lane.hours[0]:
        return 1.0
    if hours >= lane.hours[-1]:
        return 0.0
    above = bisect_right(lane.hours, hours)
    low, high = lane.hours[above - 1], lane.hours[above]
    inside = (hours - low) / (high - low) if high > low else 0.0
    return round(1.0 - (above - 1 + inside) / STEPS, 6)


def chance_late(lane: Lane, *, age_hours: float, left_hours: float) -> float:
    """How likely a parcel of this age arrives after what is left until the promise."""
    if left_hours <= 0:
        return 1.0
    now = still_under_way(lane, age_hours)
    return still_under_way(lane, age_hours + left_hours) / now if now else 1.0


def likely_late_from(lane: Lane, promise_hours: float) -> float:
    """From which age on a parcel that is promised within so many hours is as likely late as not.

    >>> lane = Lane([float(n) for n in range(41)], 100, 72.0)
    >>> likely_late_from(lane, 30.0), likely_late_from(lane, 10.0), likely_late_from(lane, 99.0)
    (20.0, 0.0, 40.0)
    """
    wanted = still_under_way(lane, promise_hours) / LIKELY
    if wanted >= 1:
        return 0.0
    reached = expected_hours(lane, 1 - wanted)
    return min(reached, promise_hours)


def judge(
    lane: Lane,
    *,
    handed_over_at: datetime,
    heard_at: datetime | None,
    promised_at: datetime | None,
    has_news: bool,
    now: datetime,
) -> Judged:
    """Whether a parcel under way is as likely late as not, or stands still longer than its lane ever does, and when to
    look again. `has_news`: somebody would tell us if it moved.
    """
    moments: list[datetime] = []
    is_late = is_stuck = False
    if promised_at is not None:
        promise = _hours(promised_at - handed_over_at)
        from_ = handed_over_at + timedelta(hours=likely_late_from(lane, promise))
        is_late = now >= min(from_, promised_at)
        moments += [] if is_late else [min(from_, promised_at)]
    if has_news or heard_at is not None:
        still_from = (heard_at or handed_over_at) + timedelta(hours=lane.gap_hours)
        is_stuck = now >= still_from
        moments += [] if is_stuck else [still_from]
    return Judged(is_late, is_stuck, min(moments, default=None))


def nearest(lanes: dict[tuple[str, str, str], Lane], carrier: str, origin: str, target: str) -> Lane:
    """The lane that is known best: this carrier's between these places, else any carrier's, else to there, else all."""
    keys = ((carrier, origin, target), ("", origin, target), ("", "", target), ("", "", ""))
    found = (lanes.get(key) for key in keys)
    return next((lane for lane in found if lane is not None and lane.parcels >= ENOUGH), USUAL)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
