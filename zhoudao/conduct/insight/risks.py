"""What could go wrong with a variant, read from its simulation and from what strain did to it, each with what would
help: changes that make a variant of their own.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhoudao.conduct.insight.altering import Change
from zhoudao.conduct.insight.change_words import Names, told
from zhoudao.conduct.insight.outcome_shown import Simulated
from zhoudao.conduct.insight.situation import Crew, Situation, Step
from zhoudao.conduct.insight.spans import percent
from zhoudao.conduct.insight.verdicts import clear, duration, known, points

BUSY, TOO_BUSY, AIMED = 0.85, 0.95, 0.80
"""From here on people are busy, too busy; what a counter-measure aims at."""
PROMISED = 0.90
"""A promise that is kept less often is a risk."""
_LONGER, _FEWER, _FASTER = 0.25, 0.03, 20


@dataclass(frozen=True)
class Risk:
    """`key` names it within its variant; `is_grave` those that are so today already. `changes` come on top of the
    variant's own; none where nothing that can be written into the form would help.
    """

    key: str
    is_grave: bool
    words: str
    counter: str
    changes: tuple[Change, ...]


def risks(one: Simulated, names: Names) -> list[Risk]:
    """The grave ones first."""
    found = [*_busy(one, names), *_promises(one, names), *_alone(one, names), *_more(one, names), *_ill(one, names)]
    return sorted(found, key=lambda risk: not risk.is_grave)


def merged(changes: list[Change], more: tuple[Change, ...]) -> list[Change]:
    """The changes with more of them made; of two that say the same of the same, the later."""
    kept = [change for change in changes if _place(change) not in {_place(each) for each in more}]
    return [*kept, *more]


def _place(change: Change) -> tuple[Any, ...]:
    return change["do"], *(change.get(name) for name in ("pool", "calendar", "step", "choice", "event", "promise"))


def _mean(one: Simulated, key: str) -> float:
    row = known(one.figure(key))
    return row.mean if row else 0.0


def _crews(situation: Situation) -> dict[str, list[Crew]]:
    found: dict[str, list[Crew]] = {}
    for crew in situation.crews:
        found.setdefault(crew.pool, []).append(crew)
    return found


def _larger(crews: list[Crew], by: int) -> tuple[Change, ...]:
    """More people, with the hours of the longest week."""
    crew = max(crews, key=lambda each: each.week_minutes)
    which = {"pool": crew.pool, **({"calendar": crew.calendar} if crew.calendar else {})}
    return ({"do": "people", **which, "to": crew.people + by, "was": crew.people},)


def _said(changes: tuple[Change, ...], names: Names) -> str:
    return "; ".join(told(change, names) for change in changes)


def _busy(one: Simulated, names: Names) -> Iterator[Risk]:
    for pool, crews in _crews(one.situation).items():
        busy, offered = _mean(one, f"utilisation|{pool}"), _mean(one, f"offered|{pool}")
        if busy < BUSY:
            continue
        people = sum(crew.people for crew in crews)
        by = max(math.ceil(people * max(busy, offered) / AIMED) - people, 1)
        changes = _larger(crews, by)
        if offered >= 1:
            words = _("More work comes to {pool} than they can do ({share}): their queue grows as long as cases come.")
            said = words.format(pool=pool, share=percent(offered))
        else:
            words = _("{pool} are at work {share} of their time: any surprise becomes a queue.")
            said = words.format(pool=pool, share=percent(busy))
        yield Risk(f"busy|{pool}", busy >= TOO_BUSY, said, _said(changes, names), changes)


def _slowest(one: Simulated, *, of: str = "") -> Step | None:
    """The step with people before which cases wait longest altogether; within one pool where it is named."""
    able = [step for step in one.situation.steps if step.pools and (not of or of in step.pools)]
    waits = {step.id: _mean(one, f"wait|{step.id}") * _mean(one, f"done|{step.id}") for step in able}
    slowest = max(able, key=lambda step: waits[step.id], default=None)
    return slowest if slowest is not None and waits[slowest.id] > 0 else None


def _promises(one: Simulated, names: Names) -> Iterator[Risk]:
    step = _slowest(one)
    for promise, _within in one.situation.promises:
        kept = known(one.figure(f"kept|{promise}"))
        if kept is None or kept.mean >= PROMISED:
            continue
        changes: tuple[Change, ...] = ()
        if step is not None:
            changes = _larger(_crews(one.situation)[step.pools[0]], 1)
        said = _("The promise “{promise}” is kept in {share} of cases.").format(
            promise=promise, share=percent(kept.mean)
        )
        yield Risk(f"promise|{promise}", kept.mean < PROMISED / 2, said, _said(changes, names), changes)


def _alone(one: Simulated, names: Names) -> Iterator[Risk]:
    for pool, crews in _crews(one.situation).items():
        if sum(crew.people for crew in crews) == 1 and any(pool in step.pools for step in one.situation.steps):
            changes = _helped(one, pool) or _larger(crews, 1)
            said = _("{pool} is one person: away once, and nobody does their work.").format(pool=pool)
            yield Risk(f"alone|{pool}", False, said, _said(changes, names), changes)


def _helped(one: Simulated, pool: str) -> tuple[Change, ...]:
    """The least busy other people help out with everything only this pool does; nothing where all are busy."""
    others = [each for each in _crews(one.situation) if each != pool]
    free = min(others, key=lambda each: _mean(one, f"utilisation|{each}"), default=None)
    if free is None or _mean(one, f"utilisation|{free}") > AIMED:
        return ()
    steps = [step for step in one.situation.steps if step.pools == (pool,)]
    return tuple({"do": "who", "step": step.id, "pools": [pool, free]} for step in steps)


def _worse(one: Simulated, strain: Mapping[str, Any]) -> str:
    """What strain does to cases and promises, in words; empty where it is not worth naming."""
    parts = []
    longer, now = clear(strain["than"].get("cycle_p90|")), _mean(one, "cycle_p90|")
    if now and longer > _LONGER * now:
        parts.append(_("nine of ten cases take {time} longer").format(time=duration(longer)))
    for promise, _within in one.situation.promises:
        fewer = clear(strain["than"].get(f"kept|{promise}"))
        if fewer < -_FEWER:
            parts.append(_("“{promise}” is kept {less} less").format(promise=promise, less=points(-fewer)))
    return _(", ").join(parts)


def _more(one: Simulated, names: Names) -> Iterator[Risk]:
    strain = one.row["strain"].get("more")
    if strain is None or strain["fault"]:
        return
    worse = _worse(one, strain)
    if worse:
        busiest = max(_crews(one.situation), key=lambda pool: _mean(one, f"utilisation|{pool}"), default="")
        changes = _larger(_crews(one.situation)[busiest], 1) if busiest else ()
        said = _("With a fifth more cases {worse}.").format(worse=worse)
        yield Risk("more", False, said, _said(changes, names), changes)


def _ill(one: Simulated, names: Names) -> Iterator[Risk]:
    for pool, crews in _crews(one.situation).items():
        strain = one.row["strain"].get(f"ill|{pool}")
        if strain is None or sum(crew.people for crew in crews) <= 1:
            continue  # of a single person it is said already
        worse = strain["fault"] or _worse(one, strain)
        if worse:
            changes = _helped(one, pool) or _faster(one, pool) or _larger(crews, 1)
            said = _("With one of {pool} ill {worse}.").format(pool=pool, worse=worse)
            yield Risk(f"ill|{pool}", False, said, _said(changes, names), changes)


def _faster(one: Simulated, pool: str) -> tuple[Change, ...]:
    step = _slowest(one, of=pool)
    return () if step is None else ({"do": "faster", "step": step.id, "percent": _FASTER},)
