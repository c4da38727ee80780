"""Rows as means of store and week, with store and week taken out: what every regression here stands on.

What is compared is constant within a store's week, so weighted means of store and week give exactly the estimates and
the exact robust variances of the single rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.shape import Codes, Flags, Outcomes, Values

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """One row (m,) a store and week that has cases: their mean, how many, which unit (0 …), which period. `treated` is
    by unit, as in `Outcomes`.
    """

    mean: Values
    count: Values
    unit: Codes
    period: Codes
    treated: Flags

    @property
    def treatment(self) -> Matrix:
        """Float64 (m, 1): 1 for pilot units from the start on."""
        return (self.treated[self.unit] & (self.period >= 0)).astype(np.float64)[:, None]


def cells(outcomes: Outcomes) -> Cells:
    """Means of every unit and period with rows. Open rows count with the value they have: see
    `survival.pseudo_values`.
    """
    keys = np.stack([outcomes.unit, outcomes.period], axis=1)
    found, place, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    sums = np.bincount(place.ravel(), weights=outcomes.value, minlength=len(found))
    return Cells(
        mean=sums / count,
        count=count.astype(np.float64),
        unit=found[:, 0].astype(np.int32),
        period=found[:, 1].astype(np.int32),
        treated=outcomes.treated,
    )


@dataclass(frozen=True)
class Absorbed:
    """Weighted, with units' means taken out. `interest` (m, q) and `value` (m,) have the periods taken out, too;
    `periods` (m, r) is an orthonormal base of what the periods explain. `groups`: the rows of every unit.
    """

    value: Values
    interest: Matrix
    periods: Matrix
    groups: tuple[NDArray[np.intp], ...]


def absorbed(given: Cells, interest: Matrix) -> Absorbed:
    """Takes units and periods out of the values and of the columns of interest (Frisch, Waugh and Lovell)."""
    root = np.sqrt(given.count)
    weeks = np.unique(given.period, return_inverse=True)[1].ravel()
    dummies = np.eye(int(weeks.max()) + 1)[weeks][:, 1:]
    base = _orthonormal(root[:, None] * _centred(given, dummies))

    def out(columns: Matrix) -> Matrix:
        weighted = root[:, None] * _centred(given, columns)
        left: Matrix = weighted - base @ (base.T @ weighted)
        return left

    groups = tuple(np.flatnonzero(given.unit == unit) for unit in np.unique(given.unit))
    return Absorbed(out(given.mean[:, None])[:, 0], out(interest), base, groups)


def _centred(given: Cells, columns: Matrix) -> Matrix:
    """Less the weighted mean of the row's unit."""
    units = int(given.unit.max()) + 1
    weights = np.bincount(given.unit, weights=given.count, minlength=units)
    means = np.empty((units, columns.shape[1]))
    for place in range(columns.shape[1]):
        sums = np.bincount(given.unit, weights=given.count * columns[:, place], minlength=units)
        means[:, place] = np.divide(sums, weights, out=np.zeros(units), where=weights > 0)
    centred: Matrix = columns - means[given.unit]
    return centred


def _orthonormal(columns: Matrix) -> Matrix:
    if not columns.shape[1]:
        return columns
    left, sizes, _right = np.linalg.svd(columns, full_matrices=False)
    kept: Matrix = left[:, sizes > 1e-10 * max(sizes[0], 1e-300)]
    return kept
