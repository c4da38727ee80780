"""Rules for stopping that may be looked at every day: what they say holds at all looks together.

Each period gives one number, pilot mean less control mean; those after the start are compared with those from before.
Their difference has an interval that holds at every look at once: the likelihood ratio of the two-sample t, mixed
over effects, is a test martingale whatever level and spread are (the right Haar priors of Pérez-Ortiz and others), so
Ville's inequality bounds it at any moment of stopping. Periods are taken to be independent given their stores, and as
spread after the start as before. An open case counts as soon as its period is ripe: all its cases are finished or
older than the horizon, and none counts for more than that.

Source: Robbins (1970); Lai, "On confidence sequences", Annals of Statistics 4 (1976); Johari, Pekelis and Walsh,
"Always valid inference" (2015), mSPRT; Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 49 (2021); Wang and
Ramdas, "Anytime-valid t-tests and confidence sequences" (2023).
"""

import math
from dataclasses import dataclass

import numpy as np

from zhoudao.engines.trials.comparison import LEVEL, Kind
from zhoudao.engines.trials.panel import cells
from zhoudao.engines.trials.shape import Outcomes, Values


@dataclass(frozen=True)
class Look:
    """What was known once this period was complete: how much the pilot moved beyond the others, in the unit of the
    values, with the interval that holds at all looks at once (None while too little is known).
    """

    period: int
    effect: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Watch:
    """`stop`: `harm`, `benefit` or None; `since`: the period of the first look that said so. `reason`: why there is
    no look: `one_period` (fewer than three before, or none complete after), `no_controls`. `waiting`: periods not
    ripe yet.
    """

    looks: tuple[Look, ...]
    stop: str | None
    since: int | None
    reason: str | None
    waiting: int = 0


def half_width(after: Values, before: int, spread: Values, level: float) -> Values:
    """Half the interval of (mean of `after` values) less (mean of `before` values) with pooled standard deviations
    `spread`, valid at all counts at once with error `level`; about narrowest when both counts are equal. Infinite while
    so few values cannot tell.

    >>> half_width(np.array([1.0, 8.0, 50.0]), 8, np.ones(3), 0.05).round(2).tolist()
    [5.76, 1.8, 1.26]
    """
    size, freedom = after * before / (after + before), after + before - 2.0
    ratio = 1 + size * 4 * math.log(1 / level) / before
    limit = (np.sqrt(ratio) / level) ** (2 / (freedom + 1))
    is_known = (limit < ratio) & (freedom > 0)
    square = np.divide(limit - 1, 1 - limit / ratio, out=np.zeros(len(after)), where=is_known)
    found: Values = np.where(is_known, np.sqrt(square * freedom / size) * spread, np.inf)
    return found


def watch(outcomes: Outcomes, *, lower_is_better: bool, kind: Kind, harm: float = 0.0, level: float = LEVEL) -> Watch:
    """All looks until now, and whether one of them says stop. `harm`: how much worse is borne (≥ 0) before it is
    harm.
    """
    if outcomes.treated.all() or not outcomes.treated.any():
        return Watch((), None, None, "no_controls")
    ripe, waiting = _ripe(outcomes) if kind == "time" else (outcomes, 0)
    period, gap = _gaps(ripe)
    before, after = gap[period < 0], gap[period >= 0]
    if len(before) < 3 or not len(after):
        return Watch((), None, None, "one_period", waiting)
    looks = _looks(period[period >= 0], before, after, level)
    stop, since = _stop(looks, lower_is_better, harm)
    return Watch(looks, stop, since, None, waiting)


def _ripe(outcomes: Outcomes) -> tuple[Outcomes, int]:
    """Rows of ripe periods, values cut at the horizon (nine in ten of what finished before); and how many are not."""
    from zhoudao.engines.trials.survival import survival

    early = ~outcomes.is_after
    if not early.any():
        return outcomes.only(early), 0
    curve = survival(outcomes.value[early], outcomes.is_open[early])
    known = curve.quantile(0.9)
    horizon = curve.longest if known is None else known
    unripe = np.unique(outcomes.period[outcomes.is_open & (outcomes.value < horizon)])
    kept = outcomes.only(~np.isin(outcomes.period, unripe))
    return kept.valued(np.minimum(kept.value, horizon)), int((unripe >= 0).sum())


def _gaps(outcomes: Outcomes) -> tuple[Values, Values]:
    """Periods in order with rows on both sides, and the pilot's mean less the others' in each."""
    given = cells(outcomes)
    periods, place = np.unique(given.period, return_inverse=True)
    means = []
    for rows in (given.treated[given.unit], ~given.treated[given.unit]):
        count = np.bincount(place[rows], weights=given.count[rows], minlength=len(periods))
        total = np.bincount(place[rows], weights=(given.count * given.mean)[rows], minlength=len(periods))
        means.append(np.divide(total, count, out=np.full(len(periods), np.nan), where=count > 0))
    gap = means[0] - means[1]
    known = np.isfinite(gap)
    return periods[known], gap[known]


def _looks(periods: Values, before: Values, after: Values, level: float) -> tuple[Look, ...]:
    count = np.arange(1, len(after) + 1, dtype=np.float64)
    mean = after.cumsum() / count
    squares = (after**2).cumsum() - count * mean**2 + float(((before - before.mean()) ** 2).sum())
    spread = np.sqrt(np.maximum(squares, 0) / (count + len(before) - 2))
    found = []
    halves = half_width(count, len(before), spread, level)
    for period, effect, half in zip(periods, mean - before.mean(), halves, strict=True):
        is_known = math.isfinite(half)
        low, high = (float(effect - half), float(effect + half)) if is_known else (None, None)
        found.append(Look(int(period), float(effect), low, high))
    return tuple(found)


def _stop(looks: tuple[Look, ...], lower_is_better: bool, harm: float) -> tuple[str | None, int | None]:
    for look in looks:
        if look.low is None or look.high is None:
            continue
        worst, best = (look.low, -look.high) if lower_is_better else (-look.high, look.low)
        if worst > harm:
            return "harm", look.period
        if best > 0:
            return "benefit", look.period
    return None, None
