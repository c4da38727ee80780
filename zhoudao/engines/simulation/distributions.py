"""How long something takes, as a distribution of seconds."""

import math
from dataclasses import dataclass
from enum import IntEnum


class Shape(IntEnum):
    """The code of each family, and what its parameters are (seconds, but for those of `shape` and `sigma`)."""

    CONSTANT = 0
    """value"""
    EXPONENTIAL = 1
    """mean"""
    GAMMA = 2
    """shape, scale"""
    LOGNORMAL = 3
    """mu and sigma of the logarithm"""
    WEIBULL = 4
    """shape, scale"""
    UNIFORM = 5
    """low, high"""
    TRIANGULAR = 6
    """low, most frequent, high"""
    EMPIRICAL = 7
    """none: the values themselves, each as likely as every other"""


LONGEST = 1e10
"""The longest mean, in seconds: three centuries."""


class DistributionRefused(ValueError):
    """These numbers make no distribution of times."""


_PARAMETERS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 2, 5: 2, 6: 3, 7: 0}


@dataclass(frozen=True, slots=True)
class Distribution:
    """A family with its parameters; `values` of an empirical one. Raises: DistributionRefused."""

    shape: Shape
    parameters: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        numbers = (*self.parameters, *self.values)
        if len(self.parameters) != _PARAMETERS[self.shape]:
            raise DistributionRefused(f"{self.name} takes {_PARAMETERS[self.shape]} numbers.")
        if not all(math.isfinite(each) for each in numbers):
            raise DistributionRefused(f"{self.name} takes finite numbers.")
        fault = self._fault() or self._excess()
        if fault:
            raise DistributionRefused(f"{self.name}: {fault}")

    @property
    def name(self) -> str:
        """The word of the family: `exponential`."""
        return self.shape.name.lower()

    @property
    def mean(self) -> float:
        """Expected seconds."""
        given = self.parameters
        means = {
            Shape.CONSTANT: lambda: given[0],
            Shape.EXPONENTIAL: lambda: given[0],
            Shape.GAMMA: lambda: given[0] * given[1],
            Shape.LOGNORMAL: lambda: math.exp(given[0] + given[1] ** 2 / 2),
            Shape.WEIBULL: lambda: given[1] * math.gamma(1 + 1 / given[0]),
            Shape.UNIFORM: lambda: sum(given) / 2,
            Shape.TRIANGULAR: lambda: sum(given) / 3,
            Shape.EMPIRICAL: lambda: math.fsum(self.values) / len(self.values),
        }
        return means[self.shape]()

    def times(self, factor: float) -> "Distribution":
        """The same, every time `factor` times as long: what "30 % faster" (0.7) means. Raises: DistributionRefused."""
        if not 0 < factor < math.inf:
            raise DistributionRefused("A factor is above zero.")
        given = self.parameters
        if self.shape is Shape.LOGNORMAL:
            scaled: tuple[float, ...] = (given[0] + math.log(factor), given[1])
        elif self.shape in (Shape.GAMMA, Shape.WEIBULL):
            scaled = (given[0], given[1] * factor)
        else:
            scaled = tuple(each * factor for each in given)
        return Distribution(self.shape, scaled, tuple(each * factor for each in self.values))

    def _excess(self) -> str:
        try:
            return "" if self.mean <= LONGEST else "these times are centuries long."
        except OverflowError:
            return "these times are centuries long."

    def _fault(self) -> str:
        given = self.parameters
        if self.shape is Shape.EMPIRICAL:
            return "" if self.values and min(self.values) >= 0 else "give at least one time, none below zero."
        if self.shape is Shape.LOGNORMAL:
            return "" if given[1] >= 0 else "sigma is not below zero."
        if self.shape in (Shape.UNIFORM, Shape.TRIANGULAR):
            return "" if given[0] >= 0 and list(given) == sorted(given) else "give times in rising order, from zero."
        if self.shape in (Shape.GAMMA, Shape.WEIBULL):
            return "" if min(given) > 0 else "shape and scale are above zero."
        return "" if given[0] >= 0 else "the time is not below zero."


def constant(seconds: float) -> Distribution:
    """Always the same. Raises: DistributionRefused."""
    return Distribution(Shape.CONSTANT, (seconds,))


def exponential(mean: float) -> Distribution:
    """Without memory. Raises: DistributionRefused."""
    return Distribution(Shape.EXPONENTIAL, (mean,))


def gamma(shape: float, scale: float) -> Distribution:
    """With mean shape x scale. Raises: DistributionRefused."""
    return Distribution(Shape.GAMMA, (shape, scale))


def lognormal(mu: float, sigma: float) -> Distribution:
    """Whose logarithm is normal. Raises: DistributionRefused."""
    return Distribution(Shape.LOGNORMAL, (mu, sigma))


def weibull(shape: float, scale: float) -> Distribution:
    """Rarer the longer (shape above 1) or the shorter (below 1). Raises: DistributionRefused."""
    return Distribution(Shape.WEIBULL, (shape, scale))


def uniform(low: float, high: float) -> Distribution:
    """Anything between two bounds. Raises: DistributionRefused."""
    return Distribution(Shape.UNIFORM, (low, high))


def triangular(low: float, mode: float, high: float) -> Distribution:
    """At least, mostly, at most. Raises: DistributionRefused."""
    return Distribution(Shape.TRIANGULAR, (low, mode, high))


def empirical(values: "tuple[float, ...] | list[float]") -> Distribution:
    """One of these times. Raises: DistributionRefused."""
    return Distribution(Shape.EMPIRICAL, (), tuple(sorted(float(each) for each in values)))
