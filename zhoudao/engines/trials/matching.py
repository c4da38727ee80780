"""Which stores are like which before a pilot: controls by optimal assignment, the balance shown, pilots proposed.

Source: Rosenbaum, "Optimal matching for observational studies", JASA 84 (1989); Ledoit and Wolf, J. Multivariate
Analysis 88 (2004), for the shrunk covariance behind the distance; Stuart, Statistical Science 25 (2010), for balance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.panel import Matrix, cells
from zhoudao.engines.trials.shape import Outcomes

CLOSE = 0.25
"""Standardised mean differences up to this are called balanced."""
_NEVER = 1e9


class MatchingRefused(ValueError):
    """There is nothing to match: no pilot store, no store left to be a control, or features that are no numbers."""


@dataclass(frozen=True)
class Features:
    """What stores were like before: `values` float64 (stores, features), none missing; the first is the size."""

    stores: tuple[str, ...]
    names: tuple[str, ...]
    values: Matrix


@dataclass(frozen=True)
class Pair:
    """Two stores; `distance` is the root mean square over the features, in standard deviations, correlation allowed
    for.
    """

    pilot: str
    control: str
    distance: float


@dataclass(frozen=True)
class Balance:
    """Pilot less control in standard deviations of all stores: `before` against every store that is not in the pilot,
    `after` against the matched ones (`nan` without any).
    """

    feature: str
    before: float
    after: float

    @property
    def is_close(self) -> bool:
        """Whether matched stores are alike in it."""
        return abs(self.after) <= CLOSE


@dataclass(frozen=True)
class Unmatched:
    """A pilot store with fewer controls than wanted: `found` of them. `why`: `nobody_near` (no other store lies
    within the caliper) or `too_few_controls` (others needed them more).
    """

    pilot: str
    found: int
    why: str


@dataclass(frozen=True)
class Matching:
    """Pairs, nearest first for every pilot store in the order given; how alike they are; who got too few."""

    pilots: tuple[str, ...]
    pairs: tuple[Pair, ...]
    balance: tuple[Balance, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def controls(self) -> tuple[str, ...]:
        """The stores to compare with, in the order of the pairs."""
        return tuple(pair.control for pair in self.pairs)

    @property
    def distance(self) -> float:
        """The mean over the pairs; `nan` without any."""
        return float(np.mean([pair.distance for pair in self.pairs])) if self.pairs else float("nan")


def features(before: Outcomes, mix: Mapping[str, Sequence[float]] | None = None) -> Features:
    """Size (rows a period, logarithm), level (mean), trend (of the weekly mean, a period) and spread (logarithm of
    one plus the variance within) of every unit in the periods below 0; units without rows there are left out. `mix`:
    further columns by name, a number a unit in the order of `before.names`, such as the share of one kind.
    """
    rows = before.only(before.period < 0)
    given, size = cells(rows), len(before.treated)
    periods = max(len(np.unique(given.period)), 1)
    count = np.bincount(given.unit, weights=given.count, minlength=size)
    known = np.flatnonzero(count > 0)
    level = np.bincount(given.unit, weights=given.count * given.mean, minlength=size)[known] / count[known]
    trend = np.array([_slope(given.period[given.unit == unit], given.mean[given.unit == unit]) for unit in known])
    squares = np.bincount(rows.unit, weights=rows.value**2, minlength=size)[known] / count[known] - level**2
    columns = [np.log(count[known] / periods), level, trend, np.log1p(np.maximum(squares, 0))]
    names = ["size", "level", "trend", "spread"]
    for name, values in (mix or {}).items():
        columns.append(np.asarray(values, np.float64)[known])
        names.append(name)
    return Features(tuple(before.names[unit] for unit in known), tuple(names), np.stack(columns, axis=1))


def _slope(period: NDArray[np.int32], mean: NDArray[np.float64]) -> float:
    off = period - period.mean()
    size = float(off @ off)
    return float(off @ mean) / size if size > 0 else 0.0


def match(
    stores: Features,
    pilot: Sequence[str],
    *,
    controls: int = 2,
    caliper: float | None = None,
    banned: Sequence[str] = (),
) -> Matching:
    """As many controls for each pilot store as there are near ones, no store twice, the sum of distances least; every
    pilot store gets its first before one gets its second. `banned` are never controls. Raises: MatchingRefused.
    """
    place = {name: row for row, name in enumerate(stores.stores)}
    missing = [name for name in pilot if name not in place]
    chosen = [place[name] for name in dict.fromkeys(pilot) if name in place]
    refused = {*pilot, *banned}
    others = [row for name, row in place.items() if name not in refused]
    if missing or not chosen or not others or not np.isfinite(stores.values).all() or controls < 1:
        raise MatchingRefused(_why(missing))
    far = distances(stores.values)[np.ix_(chosen, others)]
    pairs = _assigned(far, controls, _NEVER if caliper is None else caliper)
    limit = np.inf if caliper is None else caliper
    return Matching(
        pilots=tuple(stores.stores[row] for row in chosen),
        pairs=tuple(Pair(stores.stores[chosen[i]], stores.stores[others[j]], float(far[i, j])) for i, j in pairs),
        balance=_balance(stores, chosen, others, [others[j] for _i, j in pairs]),
        unmatched=tuple(_unmatched(stores, chosen, far <= limit, pairs, controls)),
    )


def _why(missing: Sequence[str]) -> str:
    if missing:
        return f"Nothing is known from before of: {', '.join(missing)}."
    return str(MatchingRefused.__doc__)


def distances(values: Matrix) -> Matrix:
    """(stores, stores): Mahalanobis over the root of the number of features, with the covariance of the standardised
    features shrunk towards none (Ledoit–Wolf), so that few stores do no harm. Features that never differ count nothing.
    """
    spread = values.std(axis=0)
    used = spread > 1e-12 * np.maximum(np.abs(values).max(axis=0), 1e-300)
    scaled = (values[:, used] - values[:, used].mean(axis=0)) / spread[used]
    if not scaled.shape[1]:
        return np.zeros((len(values), len(values)))
    turned = scaled @ np.linalg.cholesky(np.linalg.inv(shrunk(scaled)))
    gaps = turned[:, None, :] - turned[None, :, :]
    found: Matrix = np.sqrt((gaps**2).mean(axis=2))
    return found


def shrunk(scaled: Matrix) -> Matrix:
    """The covariance of standardised columns, pulled towards the identity as far as chance in it asks for."""
    count, width = scaled.shape
    raw = scaled.T @ scaled / count
    middle = float(np.trace(raw)) / width
    away = float(((raw - middle * np.eye(width)) ** 2).sum()) / width
    single = sum(float(((np.outer(row, row) - raw) ** 2).sum()) for row in scaled) / width / count**2
    share = min(single, away) / away if away > 1e-12 else 1.0
    share = max(share, 1e-3)
    pulled: Matrix = share * middle * np.eye(width) + (1 - share) * raw
    return pulled


def _assigned(far: Matrix, controls: int, caliper: float) -> list[tuple[int, int]]:
    """Pairs (pilot, control), by pilot and nearness. To stay without costs more the earlier in a store's list it is."""
    from scipy.optimize import linear_sum_assignment

    pilots, others = far.shape
    near = np.where(far <= caliper, far, _NEVER * 1e3)
    rows = np.tile(near, (controls, 1))
    idle = np.repeat(_NEVER * np.arange(controls, 0, -1), pilots)[:, None] * np.ones((1, pilots * controls))
    place, taken = linear_sum_assignment(np.concatenate([rows, idle], axis=1))
    found = [(int(row) % pilots, int(column)) for row, column in zip(place, taken, strict=True) if column < others]
    return sorted((pair for pair in found if far[pair] <= caliper), key=lambda pair: (pair[0], far[pair], pair[1]))


def _unmatched(
    stores: Features, chosen: Sequence[int], near: NDArray[np.bool_], pairs: Sequence[tuple[int, int]], controls: int
) -> list[Unmatched]:
    got = np.bincount([i for i, _j in pairs], minlength=len(chosen))
    return [
        Unmatched(stores.stores[row], int(got[i]), "too_few_controls" if near[i].sum() > got[i] else "nobody_near")
        for i, row in enumerate(chosen)
        if got[i] < controls
    ]


def _balance(
    stores: Features, chosen: Sequence[int], others: Sequence[int], matched: Sequence[int]
) -> tuple[Balance, ...]:
    spread = stores.values.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    mine = stores.values[list(chosen)].mean(axis=0)
    before = (mine - stores.values[list(others)].mean(axis=0)) / spread
    after = (mine - stores.values[list(matched)].mean(axis=0)) / spread if matched else np.full(len(spread), np.nan)
    return tuple(
        Balance(name, float(one), float(other)) for name, one, other in zip(stores.names, before, after, strict=True)
    )


def propose(
    stores: Features, number: int, *, controls: int = 2, caliper: float | None = None, banned: Sequence[str] = ()
) -> Matching:
    """Which `number` stores to choose, and their controls: by size in as many classes as stores are wanted, of each
    class the store to which others are nearest. `banned` are neither. Raises: MatchingRefused (with fewer than two
    stores wanted, or fewer than `number` and as many more left).
    """
    left = [row for row, name in enumerate(stores.stores) if name not in set(banned)]
    if number < 2 or len(left) < 2 * number or not np.isfinite(stores.values).all():
        raise MatchingRefused(f"Of {len(left)} stores {number} cannot be chosen: two at least, and as many to compare.")
    far = distances(stores.values)
    ordered = sorted(left, key=lambda row: (stores.values[row, 0], stores.stores[row]))
    chosen: list[int] = []
    for block in np.array_split(np.array(ordered), number):
        chosen.append(min(block.tolist(), key=lambda row: (_nearness(far, row, left, chosen, controls), row)))
    return match(stores, [stores.stores[row] for row in chosen], controls=controls, caliper=caliper, banned=banned)


def _nearness(far: Matrix, row: int, left: Sequence[int], chosen: Sequence[int], controls: int) -> float:
    """The mean distance to as many nearest stores as are wanted, of those not chosen yet."""
    others = np.sort([far[row, other] for other in left if other != row and other not in chosen])
    return float(others[:controls].mean())
