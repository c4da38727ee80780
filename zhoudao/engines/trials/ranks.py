"""Two groups by ranks: whether one tends to be larger, and by how much.

Of rows within stores the ranks are not independent, so a pilot gives this the stores' own changes (one number a store):
that is the clustered version, exact however the rows of a store hang together.

Source: Mann and Whitney (1947); Hodges and Lehmann (1963); the exact distribution with ties by counting the ways
(Streitberg and Röhmel 1986).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.comparison import Estimate
from zhoudao.engines.trials.panel import cells
from zhoudao.engines.trials.shape import Flags, Outcomes, Values

MOST_EXACT = 50
"""Values in all up to which every way of dealing them out is counted."""


@dataclass(frozen=True)
class Ranked:
    """`u`: pairs in which the first is larger (ties half). `chance`: u as a share of all pairs. `shift`:
    Hodges–Lehmann, first less second; `low`, `high` its 95 % interval (None: too few values for one). `p` is
    two-sided.
    """

    u: float
    chance: float
    shift: float
    low: float | None
    high: float | None
    p: float
    is_exact: bool


def ranked(first: Values, second: Values, level: float = 0.05) -> Ranked:
    """Raises: ValueError where one group is empty."""
    m, n = len(first), len(second)
    if not m or not n:
        raise ValueError("Both groups need a value.")
    gaps = np.sort((first[:, None] - second[None, :]).ravel())
    u = float((gaps > 0).sum() + (gaps == 0).sum() / 2)
    is_exact = m + n <= MOST_EXACT
    doubled = _doubled_ranks(np.concatenate([first, second]))
    ways = _ways(doubled, m) if is_exact else None
    p = _exact(ways, int(doubled[:m].sum())) if ways is not None else _normal(doubled, u, (m, n))
    low, high = _interval(gaps, m, n, level)
    return Ranked(u, u / (m * n), float(np.median(gaps)), low, high, p, is_exact)


def _doubled_ranks(values: Values) -> NDArray[np.int64]:
    """Twice the mean rank, a whole number."""
    _steps, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = count.cumsum()
    return (2 * last - count + 1)[place.ravel()]


def _ways(doubled: NDArray[np.int64], m: int) -> Values:
    """(sum + 1,): the share of all choices of m values whose doubled ranks sum to the place."""
    total = int(doubled.sum())
    ways = np.zeros((m + 1, total + 1))
    ways[0, 0] = 1
    for seen, rank in enumerate(doubled.tolist(), 1):
        for chosen in range(min(m, seen), 0, -1):
            ways[chosen, rank:] += ways[chosen - 1, : total + 1 - rank]
    found: Values = ways[m] / ways[m].sum()
    return found


def _exact(ways: Values, seen: int) -> float:
    """Two-sided: the sums that lie as far from their mean."""
    sums = np.arange(len(ways))
    middle = float((ways * sums).sum())
    return min(1.0, float(ways[np.abs(sums - middle) >= abs(seen - middle) - 1e-9].sum()))


def _normal(doubled: NDArray[np.int64], u: float, sizes: tuple[int, int]) -> float:
    """With continuity and ties corrected."""
    m, n = sizes
    count = np.unique(doubled, return_counts=True)[1].astype(np.float64)
    ties = float((count**3 - count).sum()) / ((m + n) * (m + n - 1))
    spread = m * n / 12 * (m + n + 1 - ties)
    off = max(abs(u - m * n / 2) - 0.5, 0.0)
    return math.erfc(off / math.sqrt(2 * spread)) if spread > 0 else 1.0


def _interval(gaps: Values, m: int, n: int, level: float) -> tuple[float | None, float | None]:
    """Between the gaps that the test of no shift at this level leaves."""
    if m + n <= MOST_EXACT:
        heaps = np.cumsum(_ways(2 * np.arange(1, m + n + 1), m))[m * (m + 1) :: 2]  # by u = 0, 1, …
        outside = int((heaps <= level / 2).sum())
    else:
        outside = int(m * n / 2 - 1.959963984540054 * math.sqrt(m * n * (m + n + 1) / 12))
    if outside < 1:
        return None, None
    return float(gaps[outside - 1]), float(gaps[-outside])


def of_changes(outcomes: Outcomes) -> Estimate | None:
    """Of pilot and control stores' changes (mean after less mean before); None where a side has no store with both."""
    change, pilot = changes(outcomes)
    if not pilot.any() or pilot.all():
        return None
    found = ranked(change[pilot], change[~pilot])
    return Estimate(found.shift, found.low, found.high, found.p, "ranks")


def changes(outcomes: Outcomes) -> tuple[Values, Flags]:
    """Every store's mean after less before, weeks weighing by their rows, and whether it is of the pilot; stores
    without rows on both sides are left out.
    """
    change, units = by_unit(outcomes)
    return change, outcomes.treated[units]


def by_unit(outcomes: Outcomes) -> tuple[Values, NDArray[np.intp]]:
    """The change of each unit that has rows before and after, and which units those are."""
    given, size = cells(outcomes), len(outcomes.treated)
    sides = []
    for rows in (given.period < 0, given.period >= 0):
        count = np.bincount(given.unit[rows], weights=given.count[rows], minlength=size)
        total = np.bincount(given.unit[rows], weights=(given.count * given.mean)[rows], minlength=size)
        sides.append(np.divide(total, count, out=np.full(size, np.nan), where=count > 0))
    change = sides[1] - sides[0]
    units = np.flatnonzero(np.isfinite(change))
    return change[units], units
