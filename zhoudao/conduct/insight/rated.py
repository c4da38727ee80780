"""How the time of a step and what customers say of their cases go together.

That they go together does not say that one makes the other; the page says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ENOUGH = 30
_SAMPLES = 1000


@dataclass(frozen=True)
class Rated:
    """What is expected of the rating (in points) if a step took less time, with a 95 % interval; of `cases` rated cases
    that passed it. All `nan` where they are not enough (fewer than 30, or all of one time or one rating).
    """

    change: float
    low: float
    high: float
    cases: int

    @property
    def is_enough(self) -> bool:
        return not np.isnan(self.change)

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def rated(seconds: ArrayLike, ratings: ArrayLike, *, faster: float, seed: int = 1) -> Rated:
    """`seconds` that each case spent at the step (waiting before it too) and what its customer said, of one length.
    Ratings are drawn as a line over the logarithm of the time, so that a long case weighs as a short one does and the
    same share of time saved is worth the same everywhere; the interval is of a thousand samples of cases (bootstrap).

    >>> rated([60] * 10, [3] * 10, faster=0.2)
    Rated(change=nan, low=nan, high=nan, cases=10)
    """
    time, said = np.asarray(seconds, np.float64), np.asarray(ratings, np.float64)
    count = len(time)
    nothing = Rated(float("nan"), float("nan"), float("nan"), count)
    if count < ENOUGH:
        return nothing
    x = np.log(np.maximum(time, 1.0))
    if np.ptp(x) == 0 or np.ptp(said) == 0:
        return nothing
    rows = np.random.default_rng(seed).integers(0, count, (_SAMPLES, count))
    slopes = _slopes(x[rows], said[rows])
    low, high = np.nanpercentile(slopes * np.log(1 - faster), [2.5, 97.5])
    change = float(_slopes(x[np.newaxis], said[np.newaxis])[0] * np.log(1 - faster))
    return Rated(change, float(low), float(high), count)


def _slopes(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Of the line of least squares through each row; `nan` where all of x is the same."""
    one, other = np.asarray(x, np.float64), np.asarray(y, np.float64)
    off = one - one.mean(axis=1, keepdims=True)
    spread = (off**2).sum(axis=1)
    slopes = np.divide((off * other).sum(axis=1), spread, out=np.full(len(one), np.nan), where=spread > 0)
    return np.asarray(slopes, np.float64)
