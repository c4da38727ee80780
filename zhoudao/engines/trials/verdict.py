"""The whole judgement of one measure: the fitting method for so many stores, its checks, and what may be said.

With thirty stores or more the interval is CR2 with Bell–McCaffrey degrees of freedom. With fewer, and five on each
side, it is the restricted wild cluster bootstrap; with fewer than five on a side that bootstrap finds chance too rarely
(MacKinnon and Webb 2017; of 1,500 pilots of four stores without an effect it called 7 % clear), and it is CR2 again,
whose few degrees of freedom say how little a few stores prove.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from zhoudao.engines.trials import did, power, ranks, resampling, wild
from zhoudao.engines.trials.comparison import (
    LEAST_CASES,
    LEVEL,
    Caution,
    Comparison,
    Curve,
    Estimate,
    Kind,
    Level,
    Reason,
    StoreEffect,
    Verdict,
    Weekly,
)  # fmt: skip
from zhoudao.engines.trials.cuped import reduced
from zhoudao.engines.trials.panel import Cells, cells
from zhoudao.engines.trials.shape import Flags, Outcomes, Values
from zhoudao.engines.trials.survival import imagined, log_rank, survival

FEW, VERY_FEW, LEAST_TURNED = 30, 4, 5
_POINTS = 80


@dataclass(frozen=True)
class _Known:
    """The rows that count, as they came and with pseudo-values for times, and their cells."""

    seen: Outcomes
    used: Outcomes
    given: Cells
    horizon: float | None


def compare(outcomes: Outcomes, *, lower_is_better: bool, kind: Kind, seed: int, name: str = "") -> Comparison:
    """Everything that can be said of one measure. Poor data raise nothing: what cannot be judged is `not_enough`,
    with its reasons. `name` is the caller's code of the measure and kept as it is. Several measures belong through
    `comparison.together` afterwards. The same rows and seed give the same answer.
    """
    known_yet = outcomes.value >= 0 if kind == "time" else ~outcomes.is_open  # an open case has no score or cost yet
    whole = np.isfinite(outcomes.value) & known_yet
    seen = outcomes.only(whole)
    reasons = _reasons(seen)
    used, horizon = imagined(seen) if kind == "time" else (seen, None)
    known = _Known(seen, used, cells(used), horizon)
    described = _described(known, kind)
    found = replace(
        described, name=name, lower_is_better=lower_is_better, left_out=int((~whole).sum()), reasons=tuple(reasons),
        cautions=tuple(_of_rows(known, int((~whole).sum()))),
    )  # fmt: skip
    if reasons:
        return found
    try:
        return _judged(found, known, np.random.default_rng(seed))
    except did.NothingToTell:
        return replace(found, reasons=(Reason.ONE_PERIOD,))


def _reasons(seen: Outcomes) -> list[Reason]:
    stores, found = _stores(seen), list[Reason]()
    if stores[0] < 2:
        found.append(Reason.ONE_STORE)
    if stores[1] < 2:
        found.append(Reason.NO_CONTROLS)
    groups = [seen.is_open[rows] for rows in _groups(seen)]
    if not seen.is_after.any() or seen.is_after.all():
        found.append(Reason.ONE_PERIOD)
    elif min(len(rows) for rows in groups) < LEAST_CASES:
        found.append(Reason.FEW_CASES)
    elif any(rows.all() for rows in groups):
        found.append(Reason.NOTHING_FINISHED)
    if len(seen) and seen.value.min() == seen.value.max() and not seen.is_open.any():
        found.append(Reason.ALL_EQUAL)
    return found


def _stores(seen: Outcomes) -> tuple[int, int]:
    """How many pilot and other stores have rows before and after, which alone say anything of the effect; with nothing
    before or nothing after at all, how many have rows.
    """
    sides = [np.isin(np.arange(len(seen.treated)), seen.unit[rows]) for rows in (seen.is_after, ~seen.is_after)]
    there = sides[0] & sides[1] if all(side.any() for side in sides) else sides[0] | sides[1]
    return int((there & seen.treated).sum()), int((there & ~seen.treated).sum())


def _groups(rows: Outcomes) -> list[Flags]:
    """Pilot before, pilot after, control before, control after."""
    pilot, after = rows.is_pilot, rows.is_after
    return [pilot & ~after, pilot & after, ~pilot & ~after, ~pilot & after]


def _described(known: _Known, kind: Kind) -> Comparison:
    seen = known.seen
    levels = [
        _level(seen.only(rows), known.used.value[used])
        for rows, used in zip(_groups(seen), _groups(known.used), strict=True)
    ]
    stores = _stores(seen)
    return Comparison(
        name="", kind=kind, lower_is_better=True, verdict=Verdict.NOT_ENOUGH,
        pilot_stores=stores[0], control_stores=stores[1],
        pilot_before=levels[0], pilot_after=levels[1], control_before=levels[2], control_after=levels[3],
        weekly=_weekly(known.given), horizon=known.horizon,
        curves=_curves(seen) if kind == "time" else None,
    )  # fmt: skip


def _level(rows: Outcomes, used: Values) -> Level:
    if not len(rows):
        return Level(0, 0, None, None, None)
    curve = survival(rows.value, rows.is_open)
    mean = float(used.mean()) if len(used) else None
    return Level(len(rows), int(rows.is_open.sum()), mean, curve.quantile(0.5), curve.quantile(0.9))


def _weekly(given: Cells) -> Weekly:
    periods = tuple(int(each) for each in np.unique(given.period))
    sides: list[tuple[float | None, ...]] = []
    for side in (given.treated[given.unit], ~given.treated[given.unit]):
        rows = [side & (given.period == period) for period in periods]
        sides.append(
            tuple(float(np.average(given.mean[row], weights=given.count[row])) if row.any() else None for row in rows)
        )
    return Weekly(periods, sides[0], sides[1])


def _curves(seen: Outcomes) -> tuple[Curve, Curve] | None:
    drawn = []
    for rows in (seen.is_pilot & seen.is_after, ~seen.is_pilot & seen.is_after):
        if not rows.any():
            return None
        curve = survival(seen.value[rows], seen.is_open[rows])
        kept = np.unique(np.linspace(0, max(len(curve.times) - 1, 0), _POINTS).astype(int))[: len(curve.times)]
        drawn.append(Curve(*(tuple(each[kept].tolist()) for each in (curve.times, curve.share, curve.low, curve.high))))
    return drawn[0], drawn[1]


def _of_rows(known: _Known, left_out: int) -> list[Caution]:
    found, seen = [], known.seen
    if left_out:
        found.append(Caution.LEFT_OUT)
    stores = _stores(seen)
    if sum(stores) < FEW:
        found.append(Caution.VERY_FEW_CLUSTERS if min(stores) < VERY_FEW else Caution.FEW_CLUSTERS)
    if len(seen) and seen.is_open.mean() > 0.05:
        found.append(Caution.OPEN_CASES)
    shares = [seen.is_open[rows].mean() for rows in _groups(seen)[1::2] if rows.any()]
    if len(shares) == 2 and abs(shares[0] - shares[1]) > 0.05:
        found.append(Caution.OPEN_DIFFER)
    return found


def _judged(found: Comparison, known: _Known, rng: Generator) -> Comparison:
    given = known.given
    sturdy, turned = did.fit(given, given.treatment).estimate(), wild.wild(given, rng)
    few = found.pilot_stores + found.control_stores < FEW
    main, other = (turned, sturdy) if few and _sides(found) >= LEAST_TURNED else (sturdy, turned)
    dealt = wild.permuted(given, rng)
    checks = [other, *([dealt] if dealt else []), *_checks(known, rng)]
    trend = _trend(given, rng)
    cautions = [*found.cautions, *_of_effect(known, trend, _disagrees(main, dealt))]
    found = replace(
        found, effect=main, checks=tuple(checks), pre_trend=trend, cautions=tuple(cautions),
        of_before=_of_before(found, main.value), by_store=_by_store(known.used),
        log_rank=_log_rank(known.seen) if found.kind == "time" else None,
    )  # fmt: skip
    found = replace(found, verdict=_verdict(found))
    smallest, more = _power(found, known.used)
    return replace(found, detectable=smallest, more_periods=more)


def _sides(found: Comparison) -> int:
    return min(found.pilot_stores, found.control_stores)


def _checks(known: _Known, rng: Generator) -> list[Estimate]:
    found = []
    ranked = ranks.of_changes(known.used)
    if ranked is not None:
        found.append(ranked)
    if known.used.before is not None and np.isfinite(known.used.before).any():
        given = cells(reduced(known.used).outcomes)
        found.append(replace(did.fit(given, given.treatment).estimate(), method="cuped"))
    rows = known.seen
    if len(np.unique(rows.value)) > 2:
        for method, share in (("median", 0.5), ("p90", 0.9)):
            statistic = resampling.quantile_change(rows, share)
            drawn = resampling.drawn_again(statistic, rows.treated, rng, rows=len(rows), method=method)
            if math.isfinite(drawn.value):
                found.append(drawn)
    return found


def _trend(given: Cells, rng: Generator) -> float | None:
    """p of pilot and control having run side by side before."""
    early = given.period < 0
    before = Cells(given.mean[early], given.count[early], given.unit[early], given.period[early], given.treated)
    columns = did.leads(before)
    if columns is None:
        return None
    try:
        return wild.joint(before, columns, rng)
    except did.NothingToTell:
        return None


def _disagrees(main: Estimate, dealt: Estimate | None) -> bool:
    """Whether the effect is clear, though the pilot dealt anew among the stores makes as much more often than one in
    ten.
    """
    return main.p is not None and main.p <= LEVEL and dealt is not None and dealt.p is not None and dealt.p > 2 * LEVEL


def _of_effect(known: _Known, trend: float | None, disagrees: bool) -> list[Caution]:
    found = []
    if trend is None:
        found.append(Caution.NO_PRE_TREND_CHECK)
    elif trend <= LEVEL:
        found.append(Caution.PRE_TREND)
    if _stores_differ(known.used):
        found.append(Caution.STORES_DIFFER)
    if disagrees:
        found.append(Caution.METHODS_DISAGREE)
    return found


def _stores_differ(used: Outcomes) -> bool:
    """Whether pilot stores' changes lie further apart than those of the others (F, one-sided)."""
    from scipy.stats import f

    change, pilot = ranks.changes(used)
    mine, others = change[pilot], change[~pilot]
    if len(mine) < 3 or len(others) < 3 or others.var() <= 0:
        return False
    ratio = mine.var(ddof=1) / others.var(ddof=1)
    return bool(f.sf(ratio, len(mine) - 1, len(others) - 1) <= LEVEL)


def _by_store(used: Outcomes) -> tuple[StoreEffect, ...]:
    change, units = ranks.by_unit(used)
    pilot = used.treated[units]
    if pilot.all():
        return ()
    usual = float(change[~pilot].mean())
    cases: NDArray[np.intp] = np.bincount(used.unit[used.is_after], minlength=len(used.treated))
    return tuple(
        StoreEffect(used.names[unit], float(change[place] - usual), int(cases[unit]))
        for place, unit in enumerate(units)
        if pilot[place]
    )


def _of_before(found: Comparison, value: float) -> float | None:
    """The effect as a share of what the pilot stores would have had."""
    if found.pilot_after.mean is None:
        return None
    otherwise = found.pilot_after.mean - value
    return value / otherwise if otherwise > 0 else None


def _log_rank(seen: Outcomes) -> float | None:
    """Of the pilot stores, after against before, each store compared with itself."""
    rows = seen.only(seen.is_pilot)
    return log_rank(rows.value, rows.is_open, rows.is_after, rows.unit)


def _verdict(found: Comparison) -> Verdict:
    effect = found.effect
    if effect is None or effect.p is None or effect.p > LEVEL or _doubts(found):
        return Verdict.NO_CLEAR_DIFFERENCE
    return Verdict.BETTER if (effect.value < 0) == found.lower_is_better else Verdict.WORSE


def _doubts(found: Comparison) -> bool:
    """Whether more weeks would not help: what is seen may not be the pilot's doing."""
    return bool({Caution.PRE_TREND, Caution.METHODS_DISAGREE} & set(found.cautions))


def _power(found: Comparison, used: Outcomes) -> tuple[float | None, int | None]:
    """What this pilot could have seen, and how many more periods would make the effect seen clear."""
    periods = found.weekly.periods
    before, after = sum(each < 0 for each in periods), sum(each >= 0 for each in periods)
    plan = power.Plan(found.pilot_stores, found.control_stores, before, after)
    try:
        spread = power.spread(used)
    except power.PowerRefused:
        return None, None
    smallest = power.detectable(spread, plan)
    if found.verdict != Verdict.NO_CLEAR_DIFFERENCE or found.effect is None or _doubts(found):
        return smallest, None
    needed = power.weeks_needed(spread, plan, found.effect.value)
    more = needed - after if needed is not None and needed > after else None
    return smallest, more
