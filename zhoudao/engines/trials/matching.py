"""CONTRACT (being filled in; signatures stay): which stores are like which, and which to choose for a pilot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.shape import Outcomes


@dataclass(frozen=True)
class Features:
    """What stores were like before: `values` float64 (stores, features), no `nan`; the first feature is the size."""

    stores: tuple[str, ...]
    names: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    pilot: str
    control: str
    distance: float


@dataclass(frozen=True)
class Balance:
    """Standardised mean difference pilot less control of one feature (|…| ≤ 0.25 is called close)."""

    feature: str
    before: float  # against all stores that are not in the pilot
    after: float  # against the matched ones


@dataclass(frozen=True)
class Unmatched:
    """`why`: `nobody_near` (no store within the caliper) or `too_few_controls` (others took them)."""

    pilot: str
    why: str


@dataclass(frozen=True)
class Matching:
    pairs: tuple[Pair, ...]
    balance: tuple[Balance, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def controls(self) -> tuple[str, ...]: ...


class MatchingRefused(ValueError):
    """Nothing to match: no pilot store, no store left for control, or features that are no numbers."""


def features(before: Outcomes, mix: dict[str, Sequence[float]] | None = None) -> Features:
    """Size (rows a period), level (mean), spread and trend (a period) of every unit in the periods below 0; `mix`: more
    columns by name, one number a unit in the order of `before.names`."""


def match(
    stores: Features, pilot: Sequence[str], *, controls: int = 2, caliper: float | None = None, banned: Sequence[str] = ()
) -> Matching:
    """`controls` stores for each pilot store, no store twice, the sum of distances least. `caliper`: largest distance, in
    standard deviations a feature (root mean square). `banned` stores are never controls. Raises: MatchingRefused."""


def propose(stores: Features, number: int, *, controls: int = 2, banned: Sequence[str] = ()) -> Matching:
    """Which `number` stores to choose: spread over sizes, each with near controls. Raises: MatchingRefused."""
