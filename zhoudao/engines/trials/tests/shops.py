"""Shops that are drawn: stores with levels of their own, weeks of their own, and a pilot that does what it is told."""

import numpy as np
from numpy.random import Generator

from zhoudao.engines.trials.shape import Outcomes, outcomes


def drawn(
    rng: Generator,
    *,
    pilots: int = 4,
    controls: int = 6,
    before: int = 6,
    after: int = 6,
    cases: int = 8,
    effect: float = 0.0,
    lasting: float = 0.0,
    weekly: float = 1.0,
    drift: float = 0.0,
) -> Outcomes:
    """Normal values around 30; `weekly`, `lasting`: standard deviations of what a week, and the time after the start,
    do to one store; `drift`: what a pilot store gains on the others every week, also before.
    """
    stores, weeks = pilots + controls, before + after
    unit, week, _case = (each.ravel() for each in np.indices((stores, weeks, cases)))
    period = week - before
    levels, moved = rng.normal(30, 5, stores), rng.normal(0, 1, stores) * lasting
    alone = rng.normal(0, 1, (stores, weeks)) * weekly
    is_pilot = unit < pilots
    value = levels[unit] + 0.3 * week + alone[unit, week] + rng.normal(0, 4, len(unit))
    value = value + moved[unit] * (period >= 0) + effect * (is_pilot & (period >= 0)) + drift * week * is_pilot
    names = [f"S{each:03d}" for each in range(stores)]
    return outcomes(value, unit=[names[each] for each in unit], period=period, pilot=names[:pilots])


def some_of(rng: Generator, rows: Outcomes, share: float = 0.7) -> Outcomes:
    """Not every store has the same number of cases every week."""
    return rows.only(rng.random(len(rows)) < share)
