"""Chance by turning whole stores round: the wild cluster bootstrap, and labels dealt anew.

Source: Cameron, Gelbach and Miller, REStat 90 (2008), with the null imposed; Webb's six weights (2014) where two would
give too few different samples; MacKinnon and Webb, "Wild bootstrap inference for wildly different cluster sizes" (2017)
for when it may be trusted. All combinations are tried where there are at most `MOST`.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from zhoudao.engines.trials.comparison import Estimate
from zhoudao.engines.trials.panel import Absorbed, Cells, Matrix, absorbed
from zhoudao.engines.trials.shape import Flags, Values

MOST, DRAWN = 20_000, 9_999
_WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))
_SAME = 1 - 1e-9


@dataclass(frozen=True)
class Draws:
    """Weights (b, g) by which stores' errors are multiplied; `is_all`: every combination, so p is exact."""

    weights: Matrix
    is_all: bool


def draws(units: int, rng: Generator) -> Draws:
    """Six weights while the two give fewer than a thousand combinations, two after; all of them where they are few."""
    choices = np.concatenate([-_WEBB, _WEBB]) if units < 10 else np.array([-1.0, 1.0])
    if len(choices) ** units <= MOST:
        return Draws(np.array(list(itertools.product(choices, repeat=units))), True)
    return Draws(rng.choice(choices, (max(999, min(DRAWN, 600_000 // units)), units)), False)


@dataclass(frozen=True)
class Turned:
    """What every draw makes of numerators (b, q) and of stores' scores (b, g, q), for errors of the values (`at` 0) and
    of the column of interest itself: together they give every null value without another draw.
    """

    top: Matrix
    scores: Matrix
    top_unit: Matrix
    scores_unit: Matrix
    is_all: bool

    def p(self, null: float = 0.0) -> float:
        """How often chance alone makes as much, were the effect `null` (only with one column other than 0)."""
        top, scores = self.top - null * self.top_unit, self.scores - null * self.scores_unit
        seen = _wald(top, scores)
        least = int((seen[1:] >= seen[0] * _SAME).sum())
        count = len(seen) - 1
        return least / count if self.is_all else (least + 1) / (count + 1)


def turned(out: Absorbed, drawn: Draws) -> Turned:
    """Row 0 is what was seen (all weights one); the rest are the draws."""
    weights = np.concatenate([np.ones((1, len(out.groups))), drawn.weights])
    top, scores = _of(out, out.value, weights)
    top_unit, scores_unit = _of(out, out.interest[:, 0], weights)
    return Turned(top, scores, top_unit, scores_unit, drawn.is_all)


def _of(out: Absorbed, errors: Values, weights: Matrix) -> tuple[Matrix, Matrix]:
    base = np.linalg.qr(out.interest)[0]
    whole = np.concatenate([base, out.periods], axis=1)
    own = np.stack([out.interest[rows].T @ errors[rows] for rows in out.groups])
    pulled = np.stack([whole[rows].T @ errors[rows] for rows in out.groups])
    pulling = np.stack([out.interest[rows].T @ whole[rows] for rows in out.groups])
    left = weights @ pulled
    scores = weights[:, :, None] * own - np.einsum("gqp,bp->bgq", pulling, left)
    top: Matrix = weights @ own
    return top, scores


def _wald(top: Matrix, scores: Matrix) -> Values:
    if top.shape[1] == 1:
        spread = (scores[:, :, 0] ** 2).sum(axis=1)
        found: Values = np.divide(top[:, 0] ** 2, spread, out=np.full(len(top), np.inf), where=spread > 1e-300)
        return found
    meat = np.einsum("bgq,bgr->bqr", scores, scores)
    scaled: Values = np.einsum("bq,bqr,br->b", top, np.linalg.pinv(meat, hermitian=True), top)
    return scaled


def wild(given: Cells, rng: Generator, level: float = 0.05) -> Estimate:
    """The difference in differences with p by the restricted wild bootstrap, and the interval of what it does not
    refuse; `low` or `high` is None where nothing on that side is refused. Raises: NothingToTell.
    """
    from zhoudao.engines.trials.did import solved

    out = absorbed(given, given.treatment)
    found = solved(out)
    value, error = float(found.value[0]), float(np.sqrt(found.cr1[0, 0]))
    turns = turned(out, draws(len(out.groups), rng))
    low, high = (_edge(turns, value, sign * max(error, 1e-12), level) for sign in (-1, 1))
    return Estimate(value, low, high, turns.p(), "wild")


def _edge(turns: Turned, value: float, step: float, level: float) -> float | None:
    """The null value on this side from which on p is at most the level."""
    outside = next(
        (value + step * 2**power for power in range(1, 11) if turns.p(value + step * 2**power) <= level), None
    )
    if outside is None:
        return None
    inside, edge = value, float(outside)
    for _half in range(30):
        middle = (inside + edge) / 2
        inside, edge = (inside, middle) if turns.p(middle) <= level else (middle, edge)
    return edge


def joint(given: Cells, interest: Matrix, rng: Generator) -> float:
    """p of all columns of interest being nought together (Wald, wild bootstrap). Raises: NothingToTell."""
    from zhoudao.engines.trials.did import solved

    out = absorbed(given, interest)
    solved(out)
    return turned(out, draws(len(out.groups), rng)).p()


def permuted(given: Cells, rng: Generator, most: int = 40) -> Estimate | None:
    """p by dealing the pilot anew among the stores: how often as large a t comes out. All ways where they are few; None
    with more than `most` units, where nobody needs it. Raises: NothingToTell.
    """
    units = np.unique(given.unit)
    if len(units) > most:
        return None
    after = given.period >= 0
    singly = np.stack([(given.unit == unit) & after for unit in units], axis=1).astype(np.float64)
    out = absorbed(given, singly)
    pulls = np.stack([out.interest[rows].T @ out.value[rows] for rows in out.groups])
    grams = np.stack([out.interest[rows].T @ out.interest[rows] for rows in out.groups])
    real = given.treated[units]
    dealt, is_all = _dealt(real, rng)
    seen = np.array([_studentised(pulls, grams, row) for row in np.concatenate([real[None], dealt])])
    least = int((seen[1:, 1] >= seen[0, 1] * _SAME).sum())
    p = least / len(dealt) if is_all else (least + 1) / (len(dealt) + 1)
    return Estimate(float(seen[0, 0]), None, None, p, "permutation")


def _dealt(real: Flags, rng: Generator) -> tuple[Matrix, bool]:
    units, pilots = len(real), int(real.sum())
    if math.comb(units, pilots) <= 5_000:
        ways = list(itertools.combinations(range(units), pilots))
        dealt = np.zeros((len(ways), units))
        dealt[np.arange(len(ways))[:, None], np.array(ways)] = 1
        return dealt, True
    return np.stack([rng.permutation(real) for _draw in range(1_999)]).astype(np.float64), False


def _studentised(pulls: Matrix, grams: Matrix, row: Values | Flags) -> tuple[float, float]:
    """The effect and its |t| were these the pilot units."""
    row = row.astype(np.float64)
    tops, sizes = pulls @ row, np.einsum("gij,i,j->g", grams, row, row)
    size = float(sizes.sum())
    if size <= 1e-12:
        return 0.0, 0.0
    value = float(tops.sum()) / size
    error = math.sqrt(float(((tops - value * sizes) ** 2).sum())) / size
    return value, abs(value) / error if error > 0 else math.inf
