"""When people work, read from what they did: the hours of a week in which each is seen often enough."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.kit.compiled import compiled

HOUR = 3_600_000_000
WEEK = 168 * HOUR
_MONDAY = 4 * 24 * HOUR  # 1970 began on a Thursday
CONFIDENCE, SUPPORT, FEW = 0.1, 0.7, 20


class Clock(NamedTuple):
    """A zone as a table: from `since[k]` on, local time is UTC plus `offset[k]` microseconds."""

    since: Times
    offset: Times


@dataclass(frozen=True, eq=False)
class Calendars:
    """`hours[k, h]`: whether calendar k works in hour h of the week (0 is Monday 00:00, local); `of` is the calendar of
    each resource; `worked[k, h]` the hours worked in the week before hour h, with the whole week last.
    """

    hours: NDArray[np.bool_]
    of: Codes
    clock: Clock

    @property
    def worked(self) -> Times:
        whole = np.cumsum(self.hours, axis=1, dtype=np.int64)
        return np.concatenate([np.zeros((len(whole), 1), np.int64), whole], axis=1)


def clock_of(zone: str, log: Log) -> Clock:
    """The changes of a zone's offset between a log's first and last moment."""
    if not len(log):
        return Clock(np.zeros(1, np.int64), np.zeros(1, np.int64))
    tz, day = ZoneInfo(zone), timedelta(hours=1)
    first = int(min(log.end.min(), log.end.min() if log.begun is None else log.begun.min()))
    at = datetime.fromtimestamp(first / 1e6, UTC).replace(minute=0, second=0, microsecond=0)
    last = datetime.fromtimestamp(int(log.end.max()) / 1e6, UTC)
    since, offsets = [-(2**62)], [_offset(at, tz)]
    while at < last:
        ahead = min(at + timedelta(days=7), last + day)
        if _offset(ahead, tz) != offsets[-1]:
            ahead = at + day
            if _offset(ahead, tz) != offsets[-1]:
                since.append(int(ahead.timestamp()) * 1_000_000)
                offsets.append(_offset(ahead, tz))
        at = ahead
    return Clock(np.array(since, np.int64), np.array(offsets, np.int64))


def _offset(at: datetime, tz: ZoneInfo) -> int:
    return int((at.astimezone(tz).utcoffset() or timedelta()).total_seconds()) * 1_000_000


def calendars(
    log: Log, clock: Clock, *, confidence: float = CONFIDENCE, support: float = SUPPORT, few: int = FEW
) -> Calendars:
    """The calendar of each resource, and as the last one that of all of them, for those of whom little is known (fewer
    than `few` moments, or hours that hold less than `support` of them).

    An hour of the week is worked if the resource was seen in it on at least the share `confidence` of the days it was
    seen at all on that weekday; while the hours hold less than `support` of its moments, the likeliest one is added.
    A moment is a beginning or an end of work.

    Source: Estrada-Torres et al., "Discovering business process simulation models in the presence of multitasking and
    availability constraints" (2021); confidence and support as in Simod.
    """
    people = len(log.resources)
    who, at = _moments(log)
    order = np.argsort(at, kind="stable")
    counts, days, weekdays = _seen(who[order], at[order], clock, people)
    everyone = _hours(counts[-1], days[-1], weekdays[-1], confidence, support)
    hours, of = [], np.full(people, people, np.int32)
    for one in range(people):
        own = _hours(counts[one], days[one], weekdays[one], confidence, support)
        if counts[one].sum() >= few and counts[one][own].sum() >= support * counts[one].sum():
            of[one] = one
        hours.append(own)
    return Calendars(np.array([*hours, everyone], np.bool_), of, clock)


def _moments(log: Log) -> tuple[Codes, Times]:
    who = np.zeros(len(log), np.int32) if log.resource is None else log.resource
    named = who >= 0
    if log.begun is None:
        return who[named], log.end[named]
    return np.concatenate([who[named], who[named]]), np.concatenate([log.begun[named], log.end[named]])


def _hours(
    counts: Times, days: Times, weekdays: Times, confidence: float, support: float
) -> NDArray[np.bool_]:  # fmt: skip
    """Of one resource: moments and distinct days by hour of the week, and days seen by weekday."""
    share = days / np.maximum(np.repeat(weekdays, 24), 1)
    worked = (share >= confidence) & (counts > 0)
    for hour in np.argsort(-counts, kind="stable"):
        if counts[worked].sum() >= support * counts.sum():
            break
        worked[hour] = counts[hour] > 0 or worked[hour]
    return np.asarray(worked, np.bool_)


def of_hours(
    hour: Times, count: Times, *, confidence: float = CONFIDENCE, support: float = SUPPORT
) -> NDArray[np.bool_]:
    """The hours of a week that are worked (shape (168,)), of how many moments each single hour (`hours_of`) saw."""
    counts, days = (np.bincount(hour % 168, weights, 168).astype(np.int64) for weights in (count, None))
    weekdays = np.bincount(np.unique(hour // 24) % 7, minlength=7)
    return _hours(counts, days, weekdays, confidence, support)


@compiled
def hours_of(at: Times, clock: Clock) -> Times:
    """The number of the local hour of each moment, counted from a Monday."""
    found = np.empty(len(at), np.int64)
    for row in range(len(at)):
        found[row] = (local(at[row], clock) - _MONDAY) // HOUR
    return found


@compiled
def local(at: int, clock: Clock) -> int:
    """Microseconds on the local clock."""
    return int(at + clock.offset[np.searchsorted(clock.since, at, side="right") - 1])


@compiled
def _seen(who: Codes, at: Times, clock: Clock, people: int) -> tuple[Times, Times, Times]:
    """Moments, distinct days by hour of the week, and days by weekday, of each resource and of all together."""
    counts, days = np.zeros((people + 1, 168), np.int64), np.zeros((people + 1, 168), np.int64)
    weekdays = np.zeros((people + 1, 7), np.int64)
    last, last_day = np.full((people + 1, 168), -(2**62), np.int64), np.full((people + 1, 7), -(2**62), np.int64)
    for row in range(len(at)):
        here = local(at[row], clock) - _MONDAY
        hour, day = (here // HOUR) % 168, here // (24 * HOUR)
        for one in (np.int64(who[row]), people):
            counts[one, hour] += 1
            if last[one, hour] != day:
                last[one, hour] = day
                days[one, hour] += 1
            if last_day[one, hour // 24] != day:
                last_day[one, hour // 24] = day
                weekdays[one, hour // 24] += 1
    return counts, days, weekdays


@compiled
def on_duty(since: int, until: int, worked: Times, hours: NDArray[np.bool_], clock: Clock) -> int:
    """How much of [since, until) one calendar works, in microseconds: never below zero nor above the whole."""
    took = _duty(local(until, clock), worked, hours) - _duty(local(since, clock), worked, hours)
    return int(min(max(took, 0), until - since))


@compiled
def _duty(at: int, worked: Times, hours: NDArray[np.bool_]) -> int:
    """Working time from a Monday long ago until a local moment."""
    at -= _MONDAY
    weeks, rest = at // WEEK, at % WEEK
    hour = rest // HOUR
    inside = rest % HOUR if hours[hour] else 0
    return int((weeks * worked[168] + worked[hour]) * HOUR + inside)
