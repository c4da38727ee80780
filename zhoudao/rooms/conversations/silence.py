"""When a channel's silence is not normal: judged by how much would have come in the same hours of earlier weeks."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from zhoudao.kit.frozen import frozen

WEEKS = 8
FEWEST_WEEKS = 3
ENOUGH = 10.0  # by chance alone ten expected messages stay away once in 22,000 times; people come in bursts, so be wide
SHORTEST = timedelta(minutes=30)
DEFAULT = timedelta(hours=24)
DEFAULT_MESSAGES = 20  # in the two weeks before, for a channel too young to have a pattern
_HOUR, _WEEK = timedelta(hours=1), timedelta(weeks=1)


@frozen
class Verdict:
    """`expected`: how many messages would normally have come; None where there is no pattern yet."""

    is_silent: bool
    expected: float | None = None


def judge(received: Mapping[datetime, int], *, last_at: datetime, at: datetime) -> Verdict:
    """Whether nothing since `last_at` is out of the ordinary. `received`: messages by the hour they came in (UTC)."""
    if at - last_at < SHORTEST or not received:
        return Verdict(False)
    expected = expected_between(received, last_at, at)
    if expected is not None:
        return Verdict(expected >= ENOUGH, expected)
    before = sum(count for hour, count in received.items() if last_at - 2 * _WEEK <= hour <= last_at)
    return Verdict(at - last_at >= DEFAULT and before >= DEFAULT_MESSAGES)


def expected_between(received: Mapping[datetime, int], since: datetime, until: datetime) -> float | None:
    """How many messages the same hours of earlier weeks brought on average; None where fewer than three are known.

    Only weeks before the silence teach, so that a long one does not become normal. An outage of more than a week
    is judged by its first week.
    """
    first = min(received)
    until = min(until, since + _WEEK)
    total, hour = 0.0, _floor(since)
    while hour < until:
        samples = [received.get(hour - week * _WEEK, 0) for week in range(1, WEEKS + 1) if hour - week * _WEEK >= first]
        if len(samples) < FEWEST_WEEKS:
            return None
        share = (min(hour + _HOUR, until) - max(hour, since)) / _HOUR
        total += share * sum(samples) / len(samples)
        hour += _HOUR
    return total


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
