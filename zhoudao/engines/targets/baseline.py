"""What is usual: the median of days and how far they lie around it; what is within reach: the best quarter of them."""

from collections.abc import Sequence
from datetime import date
from statistics import median, quantiles

from zhoudao.kit.frozen import frozen

BASELINE_DAYS = 28
FEWEST_DAYS = 14
_SIGMA = 1.4826  # of a normal spread, the median distance is 0.6745 of what two days of three lie within


@frozen
class Day:
    """A figure's value on one day, and over how many cases; no value where there was nothing to measure."""

    day: date
    value: float | None
    cases: int


@frozen
class Baseline:
    """`middle` ± `spread`: about two days of three lie within, and one odd day moves neither."""

    middle: float
    spread: float
    days: int


def baseline(days: Sequence[Day]) -> Baseline | None:
    """Of the newest 28 days given; None where fewer than a week of them were measured.

    Source: median absolute deviation, scaled to a normal spread (Hampel 1974).
    >>> from datetime import date
    >>> found = baseline([Day(date(2026, 3, one), float(one % 4), 5) for one in range(1, 29)])
    >>> (found.middle, round(found.spread, 2), found.days)
    (1.5, 1.48, 28)
    """
    values = [one.value for one in sorted(days, key=lambda one: one.day)[-BASELINE_DAYS:] if one.value is not None]
    if len(values) < 7:
        return None
    middle = median(values)
    return Baseline(middle, _SIGMA * median(abs(value - middle) for value in values), len(values))


def proposed(days: Sequence[Day], *, lower_is_better: bool) -> float | None:
    """The value that the best quarter of the measured days reach; None where there are fewer than fourteen.

    >>> from datetime import date
    >>> proposed([Day(date(2026, 3, one), float(one), 5) for one in range(1, 22)], lower_is_better=True)
    6.0
    """
    values = [one.value for one in days if one.value is not None]
    if len(values) < FEWEST_DAYS:
        return None
    first, _second, third = quantiles(values, n=4, method="inclusive")
    return first if lower_is_better else third


def mean(days: Sequence[Day], *, is_count: bool) -> float | None:
    """Of several days: of counts the mean of a day, of all else each day as heavy as the cases it was counted over."""
    measured = [(one.value, 1 if is_count else one.cases) for one in days if one.value is not None]
    weight = sum(cases for _value, cases in measured)
    return sum(value * cases for value, cases in measured) / weight if weight else None
