"""How long things take in a scenario, and when cases come, fitted to a log."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.scenario_reading import written
from zhoudao.conduct.insight.tuning import Waited
from zhoudao.conduct.insight.witnessed import DAY, Witnessed
from zhoudao.engines.mining.waiting import CAUSES
from zhoudao.engines.simulation.distributions import Distribution, Shape, empirical
from zhoudao.engines.simulation.fitting import arrival_rates, fit

MOST_VALUES = 400
WEEKS, DAYS = 14 * DAY, 2 * DAY
_TRIMMED = 0.01
_HELD = (CAUSES.index("prioritisation"), CAUSES.index("contention"))


@dataclass(frozen=True)
class StepFit:
    """A distribution fitted to the times of a step (`what`: service or delay). `ks` is the largest difference of the
    two cumulative shares (0 … 1), `off` the mean difference of times of the same rank, in seconds, `mean` the mean of
    what was seen.
    """

    element: str
    what: str
    family: str
    count: int
    ks: float
    off: float
    mean: float
    why: str


def fitted(element: str, what: str, seconds: NDArray[np.float64]) -> tuple[Any, StepFit]:
    """The distribution as a scenario says it, and how well it fits. Raises: NothingSeen."""
    found = fit(seconds)
    chosen = found.chosen
    shown = written(_shorter(chosen.distribution))
    family = chosen.distribution.name
    return shown, StepFit(
        element, what, family, found.count, chosen.ks, chosen.wasserstein, float(np.mean(seconds)), found.why
    )


def _shorter(given: Distribution) -> Distribution:
    """As few values as a scenario that people read can have: their quantiles."""
    if given.shape is not Shape.EMPIRICAL or len(given.values) <= MOST_VALUES:
        return given
    values = np.quantile(given.values, (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES)
    return empirical((values * (given.mean / values.mean())).tolist())  # no mean is lost with the longest


def waited(seen: Witnessed, rows: NDArray[np.bool_], week: NDArray[np.bool_]) -> Waited | None:
    """What was waited before a step, by people whose pool is open in these hours of the week; None where nothing is
    known of it, as before the first step of a case.
    """
    if seen.waits is None:
        return None
    later = np.ones(len(seen.log), np.bool_)
    later[seen.log.offsets[:-1]] = False
    at = np.nonzero(rows & later & seen.named())[0]
    if 2 * len(at) < rows.sum():
        return None
    until = np.maximum(seen.begun, seen.enabled)[at]
    wait = seen.open_hours(seen.enabled[at], until, week) / 1e6
    held = seen.waits.parts[at][:, _HELD].sum(axis=1) / 1e6
    mean = float((until - seen.enabled[at]).mean() / 1e6)
    return Waited(wait, np.minimum(held, wait), mean, float(week.mean()))


def arrivals(seen: Witnessed) -> tuple[dict[str, Any], str, int]:
    """How cases came: by the hours of the week, of the day, or by the gap between two, whatever so short a time can
    tell; which of these; and when the first came, on the wall clock. The first and last hundredth are left out of
    rates, where logs begin and end raggedly.
    """
    first = seen.local(np.minimum.reduceat(seen.begun, seen.log.offsets[:-1]))
    first.sort()
    span = int(first[-1] - first[0])
    if span < DAYS:
        gaps = np.diff(first) / 1e6
        shown = written(_shorter(fit(gaps).chosen.distribution)) if len(gaps) and gaps.max() > 0 else 3600.0
        return {"gap": shown, "cases": len(first)}, "gap", int(first[0])
    begin, end = (int(np.quantile(first, share)) for share in (_TRIMMED, 1 - _TRIMMED))
    rates = np.array(arrival_rates(first, begin=begin, end=end))
    if span < WEEKS:
        of_day = rates.reshape(7, 24)
        looked = of_day.sum(axis=1) > 0
        rates = np.tile(of_day[looked].mean(axis=0), 7)
    by_hour = [round(float(each), 6) for each in rates]
    return {"per_hour": by_hour, "for": span / 1e6 + 1}, "day" if span < WEEKS else "week", int(first[0])
