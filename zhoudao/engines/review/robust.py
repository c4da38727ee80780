"""How far an amount lies from what is usual, unmoved by a few wrong ones among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import median

FEWEST = 5  # observations: fewer say nothing of what is usual
FAR = 3.5  # robust deviations; Iglewicz & Hoaglin, How to Detect and Handle Outliers (1993)
_CONSISTENT = 1.4826  # makes the median deviation of a normal law its standard deviation
_LEAST = log(1.05)  # a shop's own discounts move a price by so much: less spread is no spread


@dataclass(frozen=True)
class Deviation:
    """`times` is how many times too much or too little; `is_far`: farther than its own spread explains."""

    usual: int
    times: float
    is_high: bool
    is_far: bool
    seen: int


def deviation(amount: int, usual: Sequence[int], *, spread: float = _LEAST) -> Deviation | None:
    """Amounts are compared by their ratio, so that three times too much is as far as a third. None: too few are known.

    `spread` is the least that is taken for usual, in natural logarithms.

    >>> deviation(300, [100, 99, 101, 100, 100]).times, deviation(33, [100, 99, 101, 100, 100]).is_high
    (3.0, False)
    """
    if len(usual) < FEWEST or amount <= 0:
        return None
    logs = [log(one) for one in usual]
    middle = median(logs)
    own = _CONSISTENT * median(abs(one - middle) for one in logs)
    off = log(amount) - middle
    return Deviation(
        round(exp(middle)), round(exp(abs(off)), 4), off > 0, abs(off) > FAR * max(own, spread), len(usual)
    )
