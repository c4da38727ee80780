"""Whether a count is out of the ordinary, given counts of the same window in earlier weeks.

Source: the predictive distribution of a Poisson count whose rate was seen n times (Jeffreys' prior): negative binomial
with r = S + 1/2 and p = n / (n + 1), S the sum of what was seen (Gelman, Bayesian Data Analysis, 2.6). Its tail is
wider than Poisson's by what n weeks leave unknown, so that a short history raises no false alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, log1p

CHANCE = 1e-6  # how often one look at one thing may be wrong
FEWEST = 5  # people: fewer are nobody's incident
TIMES = 3.0  # and at least so many times what is normal: people come in bursts, which chance alone does not know
WEEKS_NEEDED = 3


@dataclass(frozen=True)
class Verdict:
    """`expected` is the normal count; None where too little is known to say."""

    is_surge: bool
    count: int
    expected: float | None = None
    chance: float = 1.0


def judge(count: int, earlier: Sequence[int], *, chance: float = CHANCE) -> Verdict:
    """Whether a count is a surge. `earlier`: the same window one, two, … weeks before.

    The largest earlier count is taken for no more than the next largest: an incident of last month must not hide one
    of today.

    >>> judge(12, [1, 0, 2, 1, 0, 1, 0, 1]).is_surge, judge(12, [11, 9, 14, 10, 8, 12, 9, 10]).is_surge
    (True, False)
    """
    if len(earlier) < WEEKS_NEEDED:
        return Verdict(False, count)
    tame = _tamed(earlier)
    expected = sum(tame) / len(tame)
    found = chance_of(count, tame)
    return Verdict(count >= FEWEST and count >= TIMES * expected and found <= chance, count, expected, found)


def is_ordinary(count: int, some: Sequence[int], weeks: int, chance: float = CHANCE) -> bool:
    """Whether a count can be no surge whatever the rest of so many earlier weeks was, given `some` of them.

    >>> is_ordinary(12, [9, 11, 8, 10], 8), is_ordinary(12, [9, 11], 8)
    (True, False)
    """
    least = sum(some) - max(some, default=0)  # the largest may count for less, what is not known for nothing
    return count < TIMES * least / weeks or _chance(count, least, weeks) > chance


@lru_cache(maxsize=4096)
def _chance(count: int, total: int, weeks: int) -> float:
    return chance_of(count, [total] + [0] * (weeks - 1))


def chance_of(count: int, earlier: Sequence[int]) -> float:
    """How likely so many or more are, if nothing has changed since these counts.

    >>> round(chance_of(3, [0, 1, 1]), 4)
    0.0752
    """
    n, shape = len(earlier), sum(earlier) + 0.5
    total, k = 0.0, count
    log_stay, log_more = shape * log(n / (n + 1)), -log1p(n)
    while True:
        term = exp(lgamma(shape + k) - lgamma(shape) - lgamma(k + 1) + log_stay + k * log_more)
        total += term
        if term <= total * 1e-12 and k > shape / n:
            return min(total, 1.0)
        k += 1


def _tamed(earlier: Sequence[int]) -> list[int]:
    ranked = sorted(earlier)
    return [*ranked[:-1], ranked[-2]] if len(ranked) > WEEKS_NEEDED else ranked
