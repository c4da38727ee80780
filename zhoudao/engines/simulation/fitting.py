"""From times that were seen to a distribution, with how well it fits; and from arrivals to rates of the week.

Every family is fitted by maximum likelihood (a triangle by its bounds and mean); the lowest Bayesian information
criterion is chosen (Schwarz 1978). Where even that one lies further from what was seen than chance explains, at 1 % by
Kolmogorov and Smirnov's distance, the times themselves are taken (empirical). Families that know no zero are not tried
where there are zeros. Fewer than three times say no more than their mean (exponential), fewer than ten are taken as
they are. Source: gamma by Minka 2002; Weibull by its profile likelihood.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhoudao.engines.simulation.distributions import (
    Distribution,
    DistributionRefused,
    Shape,
    constant,
    empirical,
    exponential,
    gamma,
    lognormal,
    triangular,
    uniform,
    weibull,
)  # fmt: skip
from zhoudao.engines.simulation.layout import MONDAY, SECOND

FEW = 10
MOST_VALUES = 2_000
"""As many times stand for all of an empirical distribution: its quantiles."""
_HOUR = 3600 * SECOND
Times = NDArray[np.float64]


class NothingSeen(ValueError):
    """There is no time to fit: all are missing or below zero."""


@dataclass(frozen=True, slots=True)
class Fit:
    """`bic` is `nan` for what is no likelihood (empirical, constant). `ks` is the largest difference of the two
    cumulative shares (0 … 1), `wasserstein` the mean difference of times of the same rank, in seconds.
    """

    distribution: Distribution
    bic: float
    ks: float
    wasserstein: float


@dataclass(frozen=True)
class Fitted:
    """The chosen fit, all that were tried (best first), from how many times, and why, in a sentence."""

    chosen: Fit
    tried: tuple[Fit, ...]
    count: int
    why: str


def fit(seconds: ArrayLike) -> Fitted:
    """What is missing (`nan`) or below zero is left out. Raises: NothingSeen."""
    given = np.asarray(seconds, np.float64).ravel()
    times = np.sort(given[np.isfinite(given) & (given >= 0)])
    count = len(times)
    if not count:
        raise NothingSeen(NothingSeen.__doc__)
    if times[0] == times[-1]:
        return _only(_measured(constant(float(times[0])), times, math.nan), count, "Every time is the same.")
    if count < 3:
        few = exponential(float(times.mean()))
        return _only(_measured(few, times, math.nan), count, f"Only {count} times: their mean, without memory.")
    if count < FEW:
        return _only(_measured(_values(times), times, math.nan), count, f"Only {count} times: taken as they are.")
    tried = sorted(_candidates(times), key=lambda each: each.bic)
    best, limit = tried[0], 1.63 / math.sqrt(count)
    if best.ks <= limit:
        why = f"{best.distribution.name} has the lowest BIC of {len(tried)} families and fits (KS {best.ks:.3f})."
        return Fitted(best, tuple(tried), count, why)
    taken = _measured(_values(times), times, math.nan)
    why = f"No family fits: the best, {best.distribution.name}, is further off (KS {best.ks:.3f}) than chance explains "
    return Fitted(taken, (taken, *tried), count, f"{why}({limit:.3f}). The times are taken as they are.")


def _only(one: Fit, count: int, why: str) -> Fitted:
    return Fitted(one, (one,), count, why)


def _values(times: Times) -> Distribution:
    if len(times) <= MOST_VALUES:
        return empirical(times.tolist())
    return empirical(np.quantile(times, (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES).tolist())


def _candidates(times: Times) -> Iterator[Fit]:
    families: list[Callable[[Times], Distribution]] = [_exponential, _uniform, _triangular]
    if times[0] > 0:
        families += [_gamma, _lognormal, _weibull]
    for family in families:
        try:
            made = family(times)
        except (
            DistributionRefused,
            ArithmeticError,
            ValueError,
        ):  # degenerate: so nearly constant that it has no shape
            continue
        likelihood = float(np.sum(law(made).logpdf(times)))
        if math.isfinite(likelihood):
            yield _measured(made, times, len(made.parameters) * math.log(len(times)) - 2 * likelihood)


def _measured(made: Distribution, times: Times, bic: float) -> Fit:
    ranks = np.arange(len(times))
    if made.shape in (Shape.EMPIRICAL, Shape.CONSTANT):
        values = np.array(made.values or made.parameters)
        model = values[(ranks * len(values)) // len(times)]
        ks = float(np.abs(np.searchsorted(values, times, side="right") / len(values) - _shares(times)).max())
        return Fit(made, bic, ks, float(np.abs(model - times).mean()))
    found = law(made)
    cdf = found.cdf(times)
    ks = max(float((cdf - ranks / len(times)).max()), float(((ranks + 1) / len(times) - cdf).max()))
    return Fit(made, bic, ks, float(np.abs(found.ppf((ranks + 0.5) / len(times)) - times).mean()))


def _shares(times: Times) -> Times:
    return np.searchsorted(times, times, side="right") / len(times)


def law(given: Distribution) -> Any:
    """SciPy's frozen distribution of a family with a density. Raises: KeyError for constant and empirical ones."""
    from scipy import stats

    a, b, c = (*given.parameters, 0.0, 0.0)[:3]
    laws: dict[Shape, Callable[[], Any]] = {
        Shape.EXPONENTIAL: lambda: stats.expon(scale=a),
        Shape.GAMMA: lambda: stats.gamma(a, scale=b),
        Shape.LOGNORMAL: lambda: stats.lognorm(b, scale=math.exp(a)),
        Shape.WEIBULL: lambda: stats.weibull_min(a, scale=b),
        Shape.UNIFORM: lambda: stats.uniform(a, b - a),
        Shape.TRIANGULAR: lambda: stats.triang((b - a) / (c - a), a, c - a),
    }
    return laws[given.shape]()


def _exponential(times: Times) -> Distribution:
    return exponential(float(times.mean()))


def _uniform(times: Times) -> Distribution:
    return uniform(float(times[0]), float(times[-1]))


def _triangular(times: Times) -> Distribution:
    """Its bounds lie a little outside of what was seen, its top where the mean then has it."""
    beyond = float(times[-1] - times[0]) / len(times)
    low, high = max(float(times[0]) - beyond, 0.0), float(times[-1]) + beyond
    return triangular(low, min(max(3 * float(times.mean()) - low - high, low), high), high)


def _gamma(times: Times) -> Distribution:
    from scipy.special import digamma, polygamma

    mean = float(times.mean())
    spread = math.log(mean) - float(np.log(times).mean())
    shape = (3 - spread + math.sqrt((spread - 3) ** 2 + 24 * spread)) / (12 * spread)
    for _ in range(30):
        slope = 1 / shape + (float(-spread + math.log(shape) - digamma(shape))) / (
            shape**2 * (1 / shape - float(polygamma(1, shape)))
        )
        shape = 1 / slope
    return gamma(shape, mean / shape)


def _lognormal(times: Times) -> Distribution:
    logs = np.log(times)
    return lognormal(float(logs.mean()), float(logs.std()))


def _weibull(times: Times) -> Distribution:
    from scipy.optimize import brentq

    relative, logs = times / times[-1], np.log(times / times[-1])  # so that no power overflows

    def slope(shape: float) -> float:
        powers = relative**shape
        return float((powers * logs).sum() / powers.sum() - 1 / shape - logs.mean())

    shape = float(brentq(slope, 1e-3, 1e3))
    return weibull(shape, float(times[-1]) * float((relative**shape).mean()) ** (1 / shape))


def arrival_rates(times: ArrayLike, *, begin: int | None = None, end: int | None = None) -> tuple[float, ...]:
    """Cases an hour for each of the 168 hours of the week from Monday 00:00, of arrivals in microseconds since 1970 of
    the wall clock, seen from `begin` until `end` (the first and the last arrival). An hour of the week that was never
    looked at has the rate 0.

    Raises: NothingSeen.
    """
    seen = np.sort(np.asarray(times, np.int64).ravel())
    if len(seen) < 2 and (begin is None or end is None):
        raise NothingSeen("A rate needs two arrivals, or a time in which they were looked for.")
    first, last = int(seen[0] if begin is None else begin), int(seen[-1] if end is None else end)
    seen = seen[(seen >= first) & (seen <= last)]
    if last <= first:
        raise NothingSeen("All arrivals are of one moment.")
    hours = np.arange(first // _HOUR, last // _HOUR + 1)
    looked = np.minimum((hours + 1) * _HOUR, last) - np.maximum(hours * _HOUR, first)
    of_week = (hours + MONDAY // _HOUR) % 168
    exposure = np.bincount(of_week, weights=looked / _HOUR, minlength=168)
    counts = np.bincount((seen // _HOUR + MONDAY // _HOUR) % 168, minlength=168)
    rates = np.divide(counts, exposure, out=np.zeros(168), where=exposure > 0)
    return tuple(float(each) for each in rates)
