"""Times of which some are not over yet: an open case is never dropped, for the slow ones are those still open.

Source: Kaplan and Meier (1958) with Greenwood's variance, intervals on the log-log scale (Kalbfleisch and Prentice);
log-rank by Mantel (1966), stratified; pseudo-values by Andersen, Klein and Rosthøj (2003), for clusters by Logan, Zhang
and Klein (2011). Who is still open is taken to be like the others of the group (independent censoring).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.shape import Flags, Outcomes, Values


@dataclass(frozen=True)
class Survival:
    """Steps (k,): at `times` something finished; `share` is still open just after, `low` to `high` its 95 % band.
    `at_risk`, `done`: how many were open just before, how many finished then. `longest`: the longest time looked at.
    """

    times: Values
    share: Values
    low: Values
    high: Values
    at_risk: NDArray[np.int64]
    done: NDArray[np.int64]
    longest: float

    def quantile(self, share: float) -> float | None:
        """The time within which this share is done; None where too many are open to know.

        >>> survival(np.array([1.0, 2, 3, 4]), np.zeros(4, bool)).quantile(0.5)
        2.0
        """
        reached = np.flatnonzero(self.share <= 1 - share + 1e-12)
        return float(self.times[reached[0]]) if len(reached) else None

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """The mean of the shorter of time and horizon, and its standard error (Greenwood). Beyond the longest time
        looked at the curve is taken to stay as it is.
        """
        inside = self.times < horizon
        times, share = self.times[inside], self.share[inside]
        edges = np.concatenate([[0.0], times, [horizon]])
        areas = np.diff(edges) * np.concatenate([[1.0], share])
        later = areas[::-1].cumsum()[::-1][1:]
        at_risk, done = self.at_risk[inside], self.done[inside]
        spread = np.divide(done, at_risk * (at_risk - done), out=np.zeros(len(done)), where=at_risk > done)
        return float(areas.sum()), math.sqrt(float((later**2 * spread).sum()))


def survival(times: Values, is_open: Flags) -> Survival:
    """Kaplan and Meier's curve; at the same time, what finishes does so before what is still open is left out of
    sight.
    """
    steps, place, seen = np.unique(times, return_inverse=True, return_counts=True)
    done = np.bincount(place.ravel(), weights=~is_open, minlength=len(steps)).astype(np.int64)
    at_risk = len(times) - np.concatenate([[0], seen.cumsum()[:-1]]).astype(np.int64) if len(steps) else done
    happened = done > 0
    steps, done, at_risk = steps[happened], done[happened], at_risk[happened]
    share = np.cumprod(1 - done / at_risk).astype(np.float64)
    low, high = _band(share, done, at_risk)
    return Survival(steps, share, low, high, at_risk, done, float(times.max()) if len(times) else 0.0)


def _band(share: Values, done: NDArray[np.int64], at_risk: NDArray[np.int64]) -> tuple[Values, Values]:
    terms = np.divide(done, at_risk * (at_risk - done), out=np.zeros(len(done)), where=at_risk > done)
    inner = (share > 0) & (share < 1)
    logs = np.log(share, out=np.full(len(share), -1.0), where=inner)
    half = 1.959963984540054 * np.sqrt(terms.cumsum()) / np.abs(logs)
    low = np.where(inner, np.exp(logs * np.exp(half)), share)
    high = np.where(inner, np.exp(logs * np.exp(-half)), share)
    return low, high


def log_rank(times: Values, is_open: Flags, group: Flags, strata: NDArray[np.int32]) -> float | None:
    """p of the two groups finishing alike, compared within each stratum only; None where nothing can be compared."""
    from scipy.stats import chi2

    ahead, spread = 0.0, 0.0
    for stratum in np.unique(strata):
        rows = strata == stratum
        more, wide = _ahead(times[rows], is_open[rows], group[rows])
        ahead, spread = ahead + more, spread + wide
    return float(chi2.sf(ahead**2 / spread, 1)) if spread > 0 else None


def _ahead(times: Values, is_open: Flags, group: Flags) -> tuple[float, float]:
    """Finished in the group less expected, with its variance (hypergeometric)."""
    order = np.argsort(times, kind="stable")
    times, finished, mine = times[order], ~is_open[order], group[order]
    steps, first = np.unique(times, return_index=True)
    done = np.add.reduceat(finished.astype(np.float64), first)
    done_mine = np.add.reduceat((finished & mine).astype(np.float64), first)
    at_risk = (len(times) - first).astype(np.float64)
    mine_left = mine[::-1].cumsum()[::-1][first].astype(np.float64)
    part = mine_left / at_risk
    wide = done * part * (1 - part) * np.divide(
        at_risk - done, at_risk - 1, out=np.zeros(len(steps)), where=at_risk > 1
    )  # fmt: skip
    return float((done_mine - done * part).sum()), float(wide.sum())


def pseudo_values(times: Values, is_open: Flags, horizon: float) -> Values:
    """For every row what it adds to the restricted mean, as if the time were known: n θ − (n − 1) θ without the row.
    A finished row of a group without open ones has the shorter of its time and the horizon.

    >>> pseudo_values(np.array([1.0, 2.0, 5.0]), np.zeros(3, bool), 4.0).round(9).tolist()
    [1.0, 2.0, 4.0]
    """
    n = len(times)
    if n < 2 or not is_open.any():
        return np.minimum(times, horizon)
    if is_open.all():
        return np.full(n, horizon)
    curve = survival(times, is_open)
    whole = curve.restricted_mean(horizon)[0]
    walk = _walk(curve, horizon)
    without = np.where(is_open, _without_open(times, walk), _without_finished(times, walk))
    return n * whole - (n - 1) * without


class _Walk(NamedTuple):
    """A curve step by step (k), cut at the horizon. `fewer` (k + 1,): the product of the first j steps with one row
    fewer at risk; `area` (k + 1,): the area under it until step j − 1; `starts` (k + 1,): where that step is. `rest`
    (k,): the area from step j to the horizon of the curve as it is, were it 1 just after; `passing` (k,): share that
    passes step j.
    """

    curve: Survival
    horizon: float
    starts: Values
    fewer: Values
    area: Values
    rest: Values
    passing: Values


def _walk(curve: Survival, horizon: float) -> _Walk:
    steps = np.minimum(curve.times, horizon)
    lone = np.divide(curve.done, curve.at_risk - 1, out=np.zeros(len(steps)), where=curve.at_risk > 1)
    fewer = np.concatenate([[1.0], np.cumprod(np.maximum(1 - lone, 0))])
    starts = np.concatenate([[0.0], steps])
    area = np.concatenate([[0.0], (np.diff(starts) * fewer[:-1]).cumsum()])
    passing = 1 - curve.done / curve.at_risk
    rest = np.empty(len(steps))
    beyond, end = 0.0, horizon
    for j in range(len(steps) - 1, -1, -1):
        rest[j] = end - steps[j] + beyond
        beyond, end = passing[j] * rest[j], steps[j]
    return _Walk(curve, horizon, starts, fewer, area, rest, passing)


def _without_finished(times: Values, walk: _Walk) -> Values:
    """Restricted means without each row, were it finished: fewer at risk until its step, one fewer finishes there."""
    place = np.searchsorted(walk.curve.times, times, side="left")
    own = np.minimum(place, len(walk.rest) - 1)
    until = walk.area[place] + (np.minimum(times, walk.horizon) - walk.starts[place]) * walk.fewer[place]
    left = walk.curve.at_risk[own] - 1
    passing = np.divide(left + 1 - walk.curve.done[own], left, out=np.ones(len(times)), where=left > 0)
    found: Values = until + walk.fewer[place] * passing * walk.rest[own]
    return found


def _without_open(times: Values, walk: _Walk) -> Values:
    """Restricted means without each row, were it open: fewer at risk until its time, then the curve as it is."""
    place = np.searchsorted(walk.curve.times, times, side="right")
    ends = np.minimum(times, walk.horizon)
    until = walk.area[place] + (ends - walk.starts[place]) * walk.fewer[place]
    following, is_last = np.minimum(place, len(walk.rest) - 1), place == len(walk.rest)
    gap = np.where(is_last, walk.horizon, walk.starts[following + 1]) - ends
    rest = np.where(is_last, 0.0, walk.passing[following] * walk.rest[following])
    found: Values = until + walk.fewer[place] * (gap + rest)
    return found


def imagined(outcomes: Outcomes) -> tuple[Outcomes, float | None]:
    """The rows with pseudo-values in place of times, made within each of the four groups (pilot or control, before or
    after), and the horizon to which means are restricted: as far as every group was looked at. Without an open row the
    rows as they are, and None.
    """
    if not outcomes.is_open.any():
        return outcomes, None
    groups = outcomes.is_pilot * 2 + outcomes.is_after
    horizon = math.inf
    for group in np.unique(groups):
        rows = groups == group
        longest = outcomes.value[rows].max()
        if (outcomes.is_open[rows] & (outcomes.value[rows] >= longest)).any():
            horizon = min(horizon, float(longest))
    horizon = min(horizon, float(outcomes.value.max()))
    values = np.empty(len(outcomes))
    for group in np.unique(groups):
        rows = groups == group
        values[rows] = pseudo_values(outcomes.value[rows], outcomes.is_open[rows], horizon)
    return outcomes.valued(values), horizon
