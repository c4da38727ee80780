"""Figures of all replications, with intervals, and how two scenarios differ under the same luck."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.simulation.measuring import Name


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its interval (Student's t); `low` and `high` are `nan` for a single one."""

    mean: float
    low: float
    high: float
    replications: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero: of a difference, whether there is one."""
        return self.low > 0 or self.high < 0

    @property
    def standard_error(self) -> float:
        """Of the mean: half the width of the interval by Student's factor of 95 %."""
        from scipy.stats import t

        return float((self.high - self.low) / 2 / t.ppf(0.975, self.replications - 1))


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Mean and 95 % interval of independent values; `nan` among them (nothing to measure there) is left out."""
    from scipy.stats import t

    known = values[~np.isnan(values)]
    count = len(known)
    if not count:
        return Estimate(math.nan, math.nan, math.nan, 0)
    mean = float(known.mean())
    if count == 1:
        return Estimate(mean, math.nan, math.nan, 1)
    half = float(t.ppf(0.975, count - 1) * known.std(ddof=1) / math.sqrt(count))
    return Estimate(mean, mean - half, mean + half, count)


@dataclass(frozen=True)
class Results:
    """Every figure of every replication: shape (replications,), in their order; and what a reader must be told."""

    figures: Mapping[Name, NDArray[np.float64]]
    replications: int
    warnings: tuple[str, ...] = ()

    def __getitem__(self, name: Name | str) -> Estimate:
        """One figure: `results["cycle_mean"]`, `results["wait", "investigate"]`. Raises: KeyError."""
        return estimate(self.figures[(name, "") if isinstance(name, str) else name])


def compared(before: Results, after: Results) -> dict[Name, Estimate]:
    """For each figure that both have: after less before, replication by replication, so that luck they share cancels.

    Both are of the same seed and number of replications. Raises: ValueError where they are not as many.
    """
    if before.replications != after.replications:
        raise ValueError("Both need the same number of replications.")
    return {
        name: estimate(after.figures[name] - values) for name, values in before.figures.items() if name in after.figures
    }
