"""CONTRACT (being filled in; signatures stay): what a pilot can see, before it begins."""

from dataclasses import dataclass

from zhoudao.engines.trials.shape import Outcomes


@dataclass(frozen=True)
class Spread:
    """Variances of the values, in their unit squared, and cases a store and period."""

    within: float  # between cases of one store and week
    weekly: float  # of what a week does to one store alone
    lasting: float  # of how stores drift apart between two spans of weeks
    cases: float  # a store and period (harmonic mean)
    level: float  # mean of the values before


@dataclass(frozen=True)
class Plan:
    pilots: int
    controls: int
    before: int  # periods
    after: int


def spread(before: Outcomes) -> Spread:
    """From the periods below 0. Raises: PowerRefused."""


class PowerRefused(ValueError):
    """Fewer than two stores or two periods, or fewer than two cases in all of them."""


def power(spread: Spread, plan: Plan, effect: float, level: float = 0.05) -> float:
    """How often such a pilot would call this effect clear (0 to 1). Raises: PowerRefused (fewer than 2 stores a side)."""


def detectable(spread: Spread, plan: Plan, wanted: float = 0.8, level: float = 0.05) -> float:
    """The smallest effect that is seen with this power. Raises: PowerRefused."""


def weeks_needed(spread: Spread, plan: Plan, effect: float, wanted: float = 0.8, most: int = 104) -> int | None:
    """Periods after the start until this effect is seen; None: not within `most`, more stores are needed."""
