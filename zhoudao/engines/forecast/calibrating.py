"""What is said is what happens: likelihoods set right by isotonic regression, and how right they are."""

from typing import NamedTuple

import numpy as np

from zhoudao.engines.forecast.facts import Numbers


class Isotonic(NamedTuple):
    """A rising line of steps: `value` at each `score`, straight between two, level beyond the ends."""

    score: Numbers
    value: Numbers

    def of(self, score: Numbers) -> Numbers:
        """The likelihood that belongs to each score."""
        return np.interp(score, self.score, self.value)


def isotonic(score: Numbers, came: Numbers, weight: Numbers) -> Isotonic:
    """The rising line nearest to what came. Each block's share is drawn a little to the middle, so that nothing is ever
    called impossible or certain.

    Source: pool adjacent violators, Ayer et al. (1955); as calibration Zadrozny and Elkan (2002).

    >>> isotonic(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0]), np.full(3, 1e6)).value.round(2).tolist()
    [0.0, 0.5]
    """
    order = np.argsort(score, kind="stable")
    blocks: list[list[float]] = []  # score × weight, came × weight, weight
    for at, hit, mass in zip(score[order].tolist(), came[order].tolist(), weight[order].tolist(), strict=True):
        blocks.append([at * mass, hit * mass, mass])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            last = blocks.pop()
            blocks[-1] = [ours + theirs for ours, theirs in zip(blocks[-1], last, strict=True)]
    return Isotonic(
        np.array([block[0] / block[2] for block in blocks]),
        np.array([(block[1] + 0.5) / (block[2] + 1) for block in blocks]),
    )


class Bin(NamedTuple):
    """Of cases with a forecast from `low` to `high`: how likely it was said to be, how often it came, of how many."""

    low: float
    high: float
    said: float
    came: float
    rows: int


def reliability(said: Numbers, came: Numbers, weight: Numbers, bins: int = 10) -> list[Bin]:
    """The curve of what was said against what came, by tenths of likelihood; tenths that nobody said are not in it."""
    place = np.minimum((said * bins).astype(np.int64), bins - 1)
    found = []
    for at in np.unique(place).tolist():
        rows = place == at
        mean = [float(np.average(values[rows], weights=weight[rows])) for values in (said, came)]
        found.append(Bin(at / bins, (at + 1) / bins, mean[0], mean[1], int(rows.sum())))
    return found


def brier(said: Numbers, came: Numbers, weight: Numbers) -> float:
    """The mean squared gap between likelihood and what came: 0 is perfect. Source: Brier (1950)."""
    return float(np.average((said - came) ** 2, weights=weight))
