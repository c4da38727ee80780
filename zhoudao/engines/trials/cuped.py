"""Less noise by what was known of each customer before: CUPED.

Source: Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online controlled experiments by utilizing
pre-experiment data", WSDM 2013.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.shape import Outcomes, Values


@dataclass(frozen=True)
class Reduced:
    """`theta`: what a unit of the value from before takes off; `gained`: the share of variance it removes (0 to 1)."""

    outcomes: Outcomes
    theta: float
    gained: float


def reduced(outcomes: Outcomes) -> Reduced:
    """The rows with θ (before − its mean) taken off their values. θ is found within stores' weeks, so nothing of the
    pilot goes with it; where nothing is known of a row from before, it stays as it is.
    """
    if outcomes.before is None:
        return Reduced(outcomes, 0.0, 0.0)
    known = np.isfinite(outcomes.before)
    covariate = np.where(known, outcomes.before, 0.0)
    if not known.any():
        return Reduced(outcomes, 0.0, 0.0)
    covariate = np.where(known, covariate - covariate[known].mean(), 0.0)
    keys = np.stack([outcomes.unit, outcomes.period], axis=1)
    group: NDArray[np.intp] = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    own, other = _within(outcomes.value, group), _within(covariate, group)
    size = float(other @ other)
    theta = float(own @ other) / size if size > 1e-12 else 0.0
    whole = float(own @ own)
    left = own - theta * other
    gained = 1 - float(left @ left) / whole if whole > 1e-12 else 0.0
    return Reduced(outcomes.valued(outcomes.value - theta * covariate), theta, gained)


def _within(values: Values, group: NDArray[np.intp]) -> Values:
    count = np.bincount(group)
    found: Values = values - (np.bincount(group, weights=values) / count)[group]
    return found
