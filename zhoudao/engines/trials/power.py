"""What a pilot can see, before it begins: power, the smallest effect it shows, the weeks it needs.

The estimate is the difference of stores' mean changes; its variance is (1/pilots + 1/controls) × (lasting + (weekly +
within / cases) × (1/before + 1/after)), compared by Student's t of pilots + controls − 2 degrees of freedom. `lasting`
does not shrink with weeks: stores drift apart by themselves, and only more stores help against that. Source: Hayes and
Moulton, Cluster Randomised Trials (2nd ed., 2017), ch. 7; Burlig, Preonas and Woerman, J. Development Economics (2020).
"""

import math
from dataclasses import dataclass

import numpy as np

from zhoudao.engines.trials.panel import Cells, absorbed, cells
from zhoudao.engines.trials.ranks import by_unit
from zhoudao.engines.trials.shape import Outcomes


class PowerRefused(ValueError):
    """Power needs two pilot stores, two others and a week on each side; a spread needs two stores and four weeks."""


@dataclass(frozen=True)
class Spread:
    """Variances of the values, in their unit squared: `within` a store's week, `weekly` what a week does to one store
    alone, `lasting` how stores' levels change between two halves beyond that. `cases` a store and week (harmonic mean),
    `level`: the mean.
    """

    within: float
    weekly: float
    lasting: float
    cases: float
    level: float

    @property
    def icc(self) -> float:
        """The share of a case's variance that it has in common with its store's week (0 to 1)."""
        whole = self.within + self.weekly + self.lasting / 2
        return (self.weekly + self.lasting / 2) / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class Plan:
    """How many stores in the pilot and to compare with, how many periods before and after the start."""

    pilots: int
    controls: int
    before: int
    after: int


def of_icc(spread: float, icc: float, cases: float, level: float = 0.0) -> Spread:
    """From the standard deviation of single values and the share of variance common to a store's week, where there are
    no data yet; nothing lasting.
    """
    return Spread(spread**2 * (1 - icc), spread**2 * icc, 0.0, cases, level)


def spread(outcomes: Outcomes) -> Spread:
    """By moments, from the periods below 0. Raises: PowerRefused."""
    before = outcomes.only(outcomes.period < 0)
    given = cells(before)
    units, periods = len(np.unique(given.unit)), len(np.unique(given.period))
    if units < 2 or periods < 4:
        raise PowerRefused(PowerRefused.__doc__)
    squares = float((before.value**2).sum() - (given.count * given.mean**2).sum())
    freedom = len(before) - len(given.mean)
    within = max(squares, 0.0) / freedom if freedom else 0.0
    cases = float(len(given.count) / (1 / given.count).sum())
    weekly = max(_week_by_week(given) - within / cases, 0.0)
    lasting = _lasting(before, weekly + within / cases)
    return Spread(within, weekly, lasting, cases, float(before.value.mean()))


def _week_by_week(given: Cells) -> float:
    """Mean square of stores' weekly means, store and week taken out."""
    alike = Cells(given.mean, np.ones(len(given.mean)), given.unit, given.period, given.treated)
    out = absorbed(alike, np.zeros((len(given.mean), 0)))
    freedom = len(given.mean) - len(out.groups) - out.periods.shape[1]
    return float(out.value @ out.value) / freedom if freedom > 0 else 0.0


def _lasting(before: Outcomes, weekly: float) -> float:
    """Variance of stores' changes from the first to the second half, beyond what their weeks explain."""
    periods = np.unique(before.period)
    middle = int(periods[len(periods) // 2])
    moved = Outcomes(
        before.value, before.is_open, before.unit, before.period - middle, before.treated, before.names
    )  # fmt: skip
    change, units = by_unit(moved)
    if len(units) < 2:
        return 0.0
    first = len(periods) // 2
    return max(float(change.var(ddof=1)) - weekly * (1 / first + 1 / (len(periods) - first)), 0.0)


def error(given: Spread, plan: Plan) -> float:
    """The standard error of the effect. Raises: PowerRefused."""
    if min(plan.pilots, plan.controls) < 2 or min(plan.before, plan.after) < 1:
        raise PowerRefused(PowerRefused.__doc__)
    single = given.weekly + given.within / given.cases
    change = given.lasting + single * (1 / plan.before + 1 / plan.after)
    return math.sqrt((1 / plan.pilots + 1 / plan.controls) * change)


def power(given: Spread, plan: Plan, effect: float, level: float = 0.05) -> float:
    """How often such a pilot would call this effect clear (0 to 1). Raises: PowerRefused."""
    from scipy.stats import chi2, nct, norm, t

    size = error(given, plan)
    if size == 0:
        return float(effect != 0) or level
    freedom = plan.pilots + plan.controls - 2
    edge, centre = float(t.ppf(1 - level / 2, freedom)), abs(effect) / size
    if centre > 10 * edge + 40:
        return 1.0
    found = float(nct.sf(edge, freedom, centre) + nct.cdf(-edge, freedom, centre))
    if math.isnan(found):  # scipy's has none for some large effects: the same as a mean over the spread's own chance
        limit = edge * np.sqrt(chi2.ppf((np.arange(2000) + 0.5) / 2000, freedom) / freedom)
        found = float((norm.sf(limit - centre) + norm.cdf(-limit - centre)).mean())
    return min(max(found, 0.0), 1.0)


def detectable(given: Spread, plan: Plan, wanted: float = 0.8, level: float = 0.05) -> float:
    """The smallest effect that is seen this often. Raises: PowerRefused."""
    from scipy.optimize import brentq

    size = error(given, plan)
    if size == 0:
        return 0.0
    most = 4.0
    while power(given, plan, most * size, level) < wanted:
        most *= 2
    return float(brentq(lambda each: power(given, plan, each * size, level) - wanted, 0, most)) * size


def weeks_needed(
    given: Spread, plan: Plan, effect: float, wanted: float = 0.8, *, most: int = 104, level: float = 0.05
) -> int | None:
    """Periods after the start until this effect is seen so often; None: not within `most`, so more stores (or a longer
    time before) are needed. `plan.after` counts nothing. Raises: PowerRefused.
    """
    low, high = 1, most

    def seen(after: int) -> bool:
        return power(given, Plan(plan.pilots, plan.controls, plan.before, after), effect, level) >= wanted

    if not seen(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if seen(middle) else (middle + 1, high)
    return low
