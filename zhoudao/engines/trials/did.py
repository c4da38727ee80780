"""Difference in differences: what changed in pilot stores beyond what changed in the others, robust by store.

Source: Bell and McCaffrey (2002) and Pustejovsky and Tipton, "Small-sample methods for cluster-robust variance
estimation", JBES 36 (2018), for CR2 and its degrees of freedom; Imbens and Kolesár, REStat 98 (2016), for their use.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.comparison import Estimate
from zhoudao.engines.trials.panel import Absorbed, Cells, Matrix, absorbed, cells
from zhoudao.engines.trials.shape import Outcomes, Values


class NothingToTell(ValueError):
    """The effect cannot be told from stores and weeks: no pilot store after the start, no other store, or no before."""


@dataclass(frozen=True)
class Fit:
    """Coefficients (q,), their CR2 covariance (q, q), CR1 covariance, Bell–McCaffrey degrees of freedom of each."""

    value: Values
    cr2: Matrix
    cr1: Matrix
    degrees: Values
    clusters: int

    def estimate(self, place: int = 0, level: float = 0.05) -> Estimate:
        """One coefficient with interval and p by Student's t."""
        from scipy.stats import t

        value, error = float(self.value[place]), float(np.sqrt(max(self.cr2[place, place], 0)))
        half = float(t.ppf(1 - level / 2, self.degrees[place])) * error
        p = float(2 * t.sf(abs(value) / error, self.degrees[place])) if error > 0 else float(value == 0)
        return Estimate(value, value - half, value + half, p, "cr2")


def effect(outcomes: Outcomes) -> Estimate:
    """The difference in differences with store and week effects, in the unit of the values; rows weigh alike.

    Raises: NothingToTell.
    """
    given = cells(outcomes)
    return fit(given, given.treatment).estimate()


def fit(given: Cells, interest: Matrix) -> Fit:
    """Values on columns of interest (m, q; noughts and ones), unit and period effects. Raises: NothingToTell."""
    return solved(absorbed(given, interest))


def solved(out: Absorbed) -> Fit:
    """The same of what has unit and period effects out already. Raises: NothingToTell."""
    gram = out.interest.T @ out.interest
    rank = np.linalg.matrix_rank(gram, tol=1e-8, hermitian=True)
    if not len(gram) or rank < len(gram):
        raise NothingToTell(NothingToTell.__doc__)
    bread = np.linalg.inv(gram).astype(np.float64)
    value = bread @ (out.interest.T @ out.value)
    left = out.value - out.interest @ value
    scores: list[Values] = []
    raw: list[Values] = []
    leaning: list[Matrix] = []
    for rows in out.groups:
        turned = _adjusted(out, bread, rows)
        scores.append(turned.T @ left[rows])
        raw.append(out.interest[rows].T @ left[rows])
        leaning.append(turned)
    units = len(out.groups)
    small = units / (units - 1) if units > 1 else 1.0
    degrees = _degrees(out, bread, leaning)
    return Fit(value, _sandwich(bread, scores), small * _sandwich(bread, raw), degrees, units)


def _sandwich(bread: Matrix, scores: list[Values]) -> Matrix:
    stacked = np.stack(scores)
    found: Matrix = bread @ (stacked.T @ stacked) @ bread
    return found


def _adjusted(out: Absorbed, bread: Matrix, rows: NDArray[np.intp]) -> Matrix:
    """A X of one unit, A the symmetric root of the inverse of I − H: what makes CR2 unbiased where errors are alike."""
    columns, base = out.interest[rows], out.periods[rows]
    hat = columns @ bread @ columns.T + base @ base.T
    sizes, vectors = np.linalg.eigh(np.eye(len(rows)) - hat)
    roots = np.where(sizes > 1e-8, 1 / np.sqrt(np.maximum(sizes, 1e-8)), 0.0)
    turned: Matrix = vectors @ (roots[:, None] * (vectors.T @ columns))
    return turned


def _degrees(out: Absorbed, bread: Matrix, leaning: list[Matrix]) -> Values:
    """Satterthwaite's degrees of freedom of each coefficient, were errors alike and independent."""
    found = []
    for place in range(len(bread)):
        parts = [turned @ bread[:, place] for turned in leaning]
        pulls = np.stack([out.interest[rows].T @ part for rows, part in zip(out.groups, parts, strict=True)])
        bases = np.stack([out.periods[rows].T @ part for rows, part in zip(out.groups, parts, strict=True)])
        shared = np.diag([float(part @ part) for part in parts]) - pulls @ bread @ pulls.T - bases @ bases.T
        squares = float((shared**2).sum())
        found.append(max(float(np.trace(shared)) ** 2 / squares, 1.0) if squares > 0 else 1.0)
    return np.array(found)


def leads(given: Cells, most: int = 3) -> Matrix | None:
    """Columns (m, q) of the pilot units in q spans of the time before, the last span being the rest: where stores ran
    side by side all are nought. As many as units and periods allow; None with fewer than three periods from before.
    """
    before = np.unique(given.period[given.period < 0])
    count = min(most, len(before) - 1, max(len(np.unique(given.unit)) // 3, 1))
    if len(before) < 3:
        return None
    spans = np.array_split(before, count + 1)[:-1]
    pilot = given.treated[given.unit]
    return np.stack([pilot & np.isin(given.period, span) for span in spans], axis=1).astype(np.float64)


def event_study(outcomes: Outcomes) -> dict[int, Estimate]:
    """The difference of pilot and control in every period against the one before the start (−1, which is nought).

    Raises: NothingToTell.
    """
    given = cells(outcomes)
    pilot = given.treated[given.unit]
    periods = [int(each) for each in np.unique(given.period[pilot]) if each != -1]
    columns = np.stack([pilot & (given.period == each) for each in periods], axis=1).astype(np.float64)
    found = fit(given, columns)
    return {period: found.estimate(place) for place, period in enumerate(periods)}
