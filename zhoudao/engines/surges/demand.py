"""Whether more arrives than is usual for the time, watched slot by slot: seen early, and ended when it is over.

Source: CUSUM of the likelihood ratio of a rate twice the usual against the usual (Page 1954; for Poisson counts Lucas,
"Counted data CUSUM's", 1985), divided by how much more than Poisson the counts vary. If nothing changes, false alarms
are on average at least exp(`LIMIT`) slots apart (Lorden 1971): with slots of a quarter of an hour 33 weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from zhoudao.engines.surges.judging import FEWEST, WEEKS_NEEDED

RATIO = 2.0
LIMIT = 10.0
_MOST, _CALM = 12.0, 5.0  # what is remembered at most, and from where it is over: a long rush ends soon after it ended
_HOUR = 4  # slots
_AROUND = 2  # slots before and after that tell of a slot


@dataclass(frozen=True)
class Demand:
    """`since` is the slot at which it began, `count` what has come since, `expected` what is usual for that time; all
    None or 0 where it is as ever. `is_known` is False with too few weeks to say.
    """

    is_high: bool
    since: int | None = None
    count: int = 0
    expected: float = 0.0
    is_known: bool = True


def watch(counts: Sequence[int], earlier: Sequence[Sequence[int]]) -> Demand:
    """How it stands after the last slot. `counts` are the slots up to now, `earlier` the same slots one, two, … weeks
    before.

    >>> usual = [[2, 1, 3, 2] * 8] * 4
    >>> watch([2, 1, 3, 2] * 8, usual).is_high, watch([2, 1, 3, 2] * 7 + [9, 9, 9, 9], usual).is_high
    (False, True)
    """
    if len(earlier) < WEEKS_NEEDED:
        return Demand(False, is_known=False)
    usual = usual_of(earlier)
    varied = spread_of(earlier, usual)
    level, began, is_high = 0.0, 0, False
    for slot, (count, mean) in enumerate(zip(counts, usual, strict=True)):
        if level <= 0:
            began = slot
        level = min(max(level + (count * log(RATIO) - mean * (RATIO - 1)) / varied, 0.0), _MOST)
        came = sum(counts[began : slot + 1])
        if is_high and (level <= _CALM or _is_quiet(counts, usual, slot)):
            is_high, level = False, 0.0
        elif not is_high:
            is_high = level >= LIMIT and came >= FEWEST
    if not is_high:
        return Demand(False)
    return Demand(True, began, sum(counts[began:]), sum(usual[began:]))


def _is_quiet(counts: Sequence[int], usual: Sequence[float], slot: int) -> bool:
    """Whether for two hours no more than usual has come: at night, when next to nothing is usual, nothing else ends."""
    lately = slice(max(slot - 2 * _HOUR + 1, 0), slot + 1)
    return sum(counts[lately]) <= sum(usual[lately])


def usual_of(earlier: Sequence[Sequence[int]]) -> list[float]:
    """What is usual in each slot: the mean of it and its neighbours over the weeks, above zero. The largest week counts
    for no more than the next: a rush of last month must not hide one of today.
    """
    slots = len(earlier[0])
    found = []
    for slot in range(slots):
        around = slice(max(slot - _AROUND, 0), slot + _AROUND + 1)
        weeks = sorted(sum(week[around]) for week in earlier)
        tame = [*weeks[:-1], weeks[-2]] if len(weeks) > WEEKS_NEEDED else weeks
        wide = len(earlier[0][around])
        found.append((sum(tame) + 0.5) / (len(tame) * wide))
    return found


def spread_of(earlier: Sequence[Sequence[int]], usual: Sequence[float]) -> float:
    """How many times more than Poisson the hours of these weeks vary, at least once: their variance over their mean,
    the busy hours weighing most.
    """
    hours = [slice(at, at + _HOUR) for at in range(0, len(usual) - _HOUR + 1, _HOUR)]
    if not hours:
        return 1.0
    gaps = sum((sum(week[hour]) - sum(usual[hour])) ** 2 for week in earlier for hour in hours)
    mean = sum(sum(usual[hour]) for hour in hours) * len(earlier)
    return max(1.0, gaps / (mean * (1 - 1 / len(earlier))))
