"""What the analyst says of a pilot, by the engine's statistics: what it could see, what it changed, whether it harms.

Only the analyst imports this: it needs numpy. What is found is plain JSON, told and drawn when the page is read.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from zhoudao.conduct.pilots.measured import Seen
from zhoudao.conduct.pilots.models import Phase, Pilot, Side
from zhoudao.conduct.pilots.outcomes import Outcome, outcome
from zhoudao.conduct.pilots.queries import WEEK, after_of, before_of, stores_compared, trial_stores
from zhoudao.engines.trials import matching, power, stopping
from zhoudao.engines.trials.comparison import LEVEL, together
from zhoudao.engines.trials.shape import Outcomes, outcomes
from zhoudao.engines.trials.verdict import compare

MOST_WEEKS, WEEKS_SHOWN = 104, 26


def planned(pilot: Pilot, *, at: datetime) -> dict[str, Any]:
    """Before it starts: `levels` of every store by the primary outcome, a `proposal`, and of what was chosen (else of
    the proposal) the `balance` and the `power`, with `weekly` means of both sides. What cannot be said is None.
    """
    stores = trial_stores()
    code_of = {store.id: store.code for store in stores}
    of = outcome(pilot.primary)
    start = pilot.started_at or at
    rows = of.all_of(before_of(pilot, stores, at=at))
    chosen = {side: [one.code for one in sides] for side, sides in stores_compared(pilot).items()}
    proposal = _proposal(_shaped(rows, code_of, start), chosen[Side.PILOT])
    sides = chosen if chosen[Side.CONTROL] else proposal
    there = [row for row in rows if sides and code_of[row.store_id] in {*sides[Side.PILOT], *sides[Side.CONTROL]}]
    shape = _shaped(there, code_of, start, sides[Side.PILOT]) if sides else None
    return {
        "levels": _levels(rows, code_of, pilot.before_weeks),
        "proposal": proposal,
        "sides": sides,
        "balance": _balance(shape, sides) if sides and shape is not None else None,
        "power": _power(pilot, shape, sides) if sides and shape is not None else None,
        "weekly": _weekly(there, code_of, sides, start) if sides else None,
    }


def compared(pilot: Pilot, *, at: datetime) -> dict[str, Any]:
    """Of every phase, by its number, every outcome beside the weeks before: `Comparison` as JSON."""
    return {"phases": [{"number": phase.number, "found": _phase(pilot, phase, at)} for phase in _phases(pilot)]}


def watched(pilot: Pilot, *, at: datetime) -> dict[str, Any]:
    """Whether any outcome gets worse in the phase that runs, by rules that may be looked at every day. However many
    outcomes are watched, a pilot that changes nothing is stopped no more often than one in twenty (Bonferroni).
    """
    phase, level = _phases(pilot)[-1], LEVEL / len(pilot.outcomes)
    found = {}
    for code in pilot.outcomes:
        of = outcome(code)
        shape = _of_phase(pilot, phase, of, at)
        seen = stopping.watch(shape, lower_is_better=of.is_lower_better, kind=of.kind, level=level)
        last = seen.looks[-1] if seen.looks else None
        found[code] = {
            "stop": seen.stop, "since": seen.since, "reason": seen.reason, "looks": len(seen.looks),
            "effect": last and last.effect, "low": last and last.low, "high": last and last.high,
        }  # fmt: skip
    return {"phase": phase.number, "outcomes": found}


def _phases(pilot: Pilot) -> list[Phase]:
    return list(Phase.objects.filter(pilot=pilot).order_by("number"))


def _phase(pilot: Pilot, phase: Phase, at: datetime) -> list[dict[str, Any]]:
    found = []
    for code in pilot.outcomes:
        of = outcome(code)
        shape = _of_phase(pilot, phase, of, at)
        seed = pilot.id.int % 2**32
        found.append(compare(shape, lower_is_better=of.is_lower_better, kind=of.kind, seed=seed, name=code))
    return [one.as_json() for one in together(found)]


def _of_phase(pilot: Pilot, phase: Phase, of: Outcome, at: datetime) -> Outcomes:
    sides = stores_compared(pilot)
    stores = [*sides[Side.PILOT], *sides[Side.CONTROL]]
    rows = [*of.all_of(before_of(pilot, stores, at=at)), *of.all_of(after_of(pilot, phase, stores, at=at))]
    code_of = {store.id: store.code for store in stores}
    start = pilot.started_at or at
    return _shaped(rows, code_of, start, [store.code for store in sides[Side.PILOT]])


def _shaped(
    rows: Sequence[Seen],
    code_of: dict[Any, str],
    start: datetime,
    pilots: Iterable[str] = (),
) -> Outcomes:
    """Rows as the engine reads them: stores by code, periods from the start."""
    return outcomes(
        [row.value for row in rows],
        unit=[code_of[row.store_id] for row in rows],
        period=[(row.began_at - start) // WEEK for row in rows],
        pilot=list(pilots),
        is_open=[row.is_open for row in rows],
    )


def _levels(rows: Sequence[Seen], code_of: dict[Any, str], weeks: int) -> dict[str, dict[str, float]]:
    """By store: rows a week and the mean."""
    values: dict[str, list[float]] = {}
    for row in rows:
        values.setdefault(code_of[row.store_id], []).append(row.value)
    return {code: {"weekly": len(ones) / weeks, "level": sum(ones) / len(ones)} for code, ones in values.items()}


def _proposal(before: Outcomes, pilots: Sequence[str]) -> dict[str, list[str]] | None:
    """Controls for the pilot stores that were chosen; pilot stores, too, where none were."""
    try:
        stores = matching.features(before)
        wanted = [code for code in pilots if code in stores.stores]
        if len(wanted) >= 2:
            found = matching.match(stores, wanted, controls=_each(len(stores.stores), len(wanted)))
            return {Side.PILOT: list(wanted), Side.CONTROL: list(found.controls)}
        found = matching.propose(stores, 2, controls=_each(len(stores.stores), 2))
    except matching.MatchingRefused:
        return None
    chosen = sorted({pair.pilot for pair in found.pairs} | {one.pilot for one in found.unmatched})
    return {Side.PILOT: chosen, Side.CONTROL: list(found.controls)}


def _each(stores: int, pilots: int) -> int:
    """Two controls a pilot store where there are enough, else one."""
    return 2 if stores >= 3 * pilots else 1


def _balance(shape: Outcomes, sides: dict[str, list[str]]) -> list[dict[str, Any]] | None:
    """How far pilot and control stores lie apart before: standardised mean differences, the engine's `Balance`."""
    try:
        found = matching.match(matching.features(shape), sides[Side.PILOT], controls=1)
    except matching.MatchingRefused:
        return None
    # of these stores alone: what is not in the pilot are its controls
    return [{"feature": one.feature, "apart": one.before} for one in found.balance if math.isfinite(one.before)]


def _power(pilot: Pilot, shape: Outcomes, sides: dict[str, list[str]]) -> dict[str, Any] | None:
    """What `weeks` weeks can show, and how many the least difference that matters needs."""
    try:
        spread = power.spread(shape)
        plan = power.Plan(len(sides[Side.PILOT]), len(sides[Side.CONTROL]), pilot.before_weeks, pilot.weeks)
        return {
            "detectable": power.detectable(spread, plan),
            "chance": power.power(spread, plan, pilot.least),
            "needed": power.weeks_needed(spread, plan, pilot.least, most=MOST_WEEKS),
            "level": spread.level,
        }
    except power.PowerRefused:
        return None


def _weekly(
    rows: Sequence[Seen], code_of: dict[Any, str], sides: dict[str, list[str]], start: datetime
) -> dict[str, list[float | None]]:
    """Means of both sides by week before, oldest first, for the picture."""
    found: dict[str, dict[int, list[float]]] = {Side.PILOT: {}, Side.CONTROL: {}}
    for row in rows:
        side = Side.PILOT if code_of[row.store_id] in sides[Side.PILOT] else Side.CONTROL
        found[side].setdefault((row.began_at - start) // WEEK, []).append(row.value)
    weeks = sorted({week for by in found.values() for week in by})[-WEEKS_SHOWN:]
    return {
        str(side): [sum(by[week]) / len(by[week]) if week in by else None for week in weeks]
        for side, by in found.items()
    }
