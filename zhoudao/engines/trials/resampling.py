"""Intervals of what has no formula (medians, nine-in-ten times, shares): whole stores drawn again.

Source: Efron, "Better bootstrap confidence intervals", JASA 82 (1987), BCa; the acceleration is found by leaving out
one store after the other (Field and Welsh, JRSS B 69, 2007, for drawing clusters).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from zhoudao.engines.trials.comparison import Estimate
from zhoudao.engines.trials.shape import Outcomes, Values

Weights = NDArray[np.float64]
DRAWN, LEAST, WORK = 999, 199, 20_000_000
_ENDS = 1.959963984540054


def drawn_again(
    statistic: Callable[[Weights], float], treated: NDArray[np.bool_], rng: Generator, *, rows: int = 1, method: str
) -> Estimate:
    """The statistic with its BCa interval. It takes weights (g,), how often each store was drawn; stores are drawn
    within pilot and within control. `rows` it must read: with many of them fewer samples are drawn. Draws for which it
    is no number are left out; without an interval left, `low` and `high` are None.
    """
    seen = statistic(np.ones(len(treated)))
    sides = [np.flatnonzero(treated), np.flatnonzero(~treated)]
    count = int(np.clip(WORK // max(rows, 1), LEAST, DRAWN))
    values = np.array([statistic(_weights(sides, len(treated), rng)) for _draw in range(count)])
    values = np.sort(values[np.isfinite(values)])
    if len(values) < LEAST // 2 or not np.isfinite(seen):
        return Estimate(seen, None, None, None, method)
    low, high = _ends(values, seen, _acceleration(statistic, treated))
    return Estimate(seen, low, high, None, method)


def _weights(sides: list[NDArray[np.intp]], size: int, rng: Generator) -> Weights:
    found = np.zeros(size)
    for side in sides:
        np.add.at(found, rng.choice(side, len(side)), 1.0)
    return found


def _ends(values: Values, seen: float, acceleration: float) -> tuple[float, float]:
    from scipy.stats import norm

    below = (float((values < seen).sum()) + float((values == seen).sum()) / 2) / len(values)
    bias = float(norm.ppf(np.clip(below, 0.5 / len(values), 1 - 0.5 / len(values))))
    ends = []
    for sign in (-1, 1):
        moved = bias + sign * _ENDS
        at = norm.cdf(bias + moved / max(1 - acceleration * moved, 1e-3))
        ends.append(float(np.quantile(values, at)))
    return ends[0], ends[1]


def _acceleration(statistic: Callable[[Weights], float], treated: NDArray[np.bool_]) -> float:
    left = []
    for place in range(len(treated)):
        weights = np.ones(len(treated))
        weights[place] = 0
        if weights[treated == treated[place]].any():
            left.append(statistic(weights))
    values = np.array([each for each in left if np.isfinite(each)])
    off = values.mean() - values if len(values) else values
    size = float((off**2).sum()) ** 1.5
    return float((off**3).sum()) / (6 * size) if size > 1e-300 else 0.0


@dataclass(frozen=True)
class _Group:
    """Rows of one of the four groups, by time."""

    value: Values
    is_open: NDArray[np.bool_]
    unit: NDArray[np.int32]


def quantile_change(outcomes: Outcomes, share: float) -> Callable[[Weights], float]:
    """The difference in differences of a quantile (Kaplan–Meier where rows are open), as a function of stores' weights;
    `nan` where too many are open to know.
    """
    groups = []
    for pilot in (True, False):
        for after in (True, False):
            rows = np.flatnonzero((outcomes.is_pilot == pilot) & (outcomes.is_after == after))
            rows = rows[np.lexsort((outcomes.is_open[rows], outcomes.value[rows]))]
            groups.append(_Group(outcomes.value[rows], outcomes.is_open[rows], outcomes.unit[rows]))

    def statistic(weights: Weights) -> float:
        found = [_quantile(group, weights[group.unit], share) for group in groups]
        return (found[0] - found[1]) - (found[2] - found[3])

    return statistic


def _quantile(group: _Group, weights: Weights, share: float) -> float:
    """The time within which this share is done: rows by time, each as often as its store was drawn."""
    left = weights[::-1].cumsum()[::-1]
    passing = np.where(group.is_open | (weights <= 0), 1.0, 1 - weights / np.maximum(left, 1e-300))
    reached = np.cumprod(np.maximum(passing, 0)) <= 1 - share + 1e-9
    place = int(np.argmax(reached))
    return float(group.value[place]) if len(reached) and reached[place] else float("nan")
