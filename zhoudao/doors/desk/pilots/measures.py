"""One outcome of a comparison as its page shows it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhoudao.conduct.insight import verdict_words
from zhoudao.conduct.pilots.outcomes import OUTCOMES, Outcome
from zhoudao.doors.desk.pilots.words import amount
from zhoudao.engines.trials.comparison import Comparison, Estimate, Level, Verdict
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation.clock import currency
from zhoudao.kit.frozen import frozen

_CHIPS = {Verdict.BETTER: "good", Verdict.WORSE: "bad"}


@frozen
class Group:
    """One of the four: how many, how many of them open, and their mean; `side` and `when` find its cases."""

    words: str
    side: str
    when: str
    cases: int
    open: int
    mean: str
    median: str


@frozen
class Measure:
    """One outcome with everything said of it."""

    of: Outcome
    found: Comparison
    is_any: bool
    title: str
    chip: str
    verdict: str
    effect: str
    between: str
    sentences: Sequence[str]
    groups: Sequence[Group]
    weekly: SafeString
    curves: SafeString | None
    by_store: Sequence[tuple[str, str, int]]
    checks: Sequence[tuple[str, str, str]]


def measures_of(rows: Sequence[dict[str, Any]]) -> list[Measure]:
    """What was found, in the language that is active (one statement)."""
    names = {store.code: str(store) for store in Store.objects.all()}
    return [_measure(Comparison.from_json(row), names) for row in rows]


def _measure(kept: Comparison, names: dict[str, str]) -> Measure:
    of = OUTCOMES[kept.name]
    by_store = tuple(replace(each, store=names.get(each.store, each.store)) for each in kept.by_store)
    found, title = replace(kept, by_store=by_store), str(of.title)
    effect = found.effect
    return Measure(
        of=of,
        found=found,
        is_any=any(level.cases for level in _four(found)),
        title=title,
        chip=_CHIPS.get(found.verdict, ""),
        verdict=verdict_words.headline(found),
        effect=signed(found, effect.value) if effect else "–",
        between=_between(found, effect),
        sentences=_sentences(of, found),
        groups=_groups(of, found),
        weekly=verdict_words.weekly_picture(found, measure=title),
        curves=verdict_words.survival_picture(found, measure=title),
        by_store=[(each.store, signed(found, each.effect), each.cases) for each in by_store],
        checks=[
            (_methods().get(each.method, each.method), signed(found, each.value), _between(found, each))
            for each in ([effect] if effect else []) + list(found.checks)
        ],
    )


def _sentences(of: Outcome, found: Comparison) -> list[str]:
    if not any(level.cases for level in _four(found)):
        return [_("Nothing of it was measured in these stores in this time.")]
    return verdict_words.said(found, measure=str(of.title), unit=_unit(of))


def _four(found: Comparison) -> tuple[Level, ...]:
    return found.pilot_before, found.pilot_after, found.control_before, found.control_after


def signed(found: Comparison, value: float) -> str:
    """A change: with its sign, of shares in points of a hundred."""
    return ("+" if value > 0 else "") + verdict_words.amount(value, found, _unit(OUTCOMES[found.name]))


def _between(found: Comparison, one: Estimate | None) -> str:
    if one is None or one.low is None or one.high is None:
        return ""
    return _("between {low} and {high}").format(low=signed(found, one.low), high=signed(found, one.high))


def _unit(of: Outcome) -> str:
    return {"time": "h", "money": currency()}.get(of.kind, "")


def _groups(of: Outcome, found: Comparison) -> list[Group]:
    names = (
        _("Pilot stores, before"),
        _("Pilot stores, after"),
        _("Control stores, before"),
        _("Control stores, after"),
    )
    places = (("pilot", "before"), ("pilot", "after"), ("control", "before"), ("control", "after"))
    told = list(zip(names, places, _four(found), strict=True))[: 4 if found.control_stores else 2]
    return [_group(of, words, *place, level) for words, place, level in told]


def _group(of: Outcome, words: str, side: str, when: str, level: Level) -> Group:
    return Group(
        words, side, when, level.cases, level.open, amount(of, level.mean),
        amount(of, level.median) if of.kind == "time" else "",
    )  # fmt: skip


def _methods() -> dict[str, str]:
    return {
        "cr2": _("Difference in differences, robust by store (CR2)"),
        "wild": _("Wild cluster bootstrap"),
        "permutation": _("Permutation of the stores"),
        "ranks": _("Ranks of the stores' changes"),
        "cuped": _("Adjusted by what was before (CUPED)"),
        "median": _("Of the median"),
        "p90": _("Of the slowest tenth (90th percentile)"),
        "restricted_mean": _("Restricted mean (open cases counted)"),
        "paired": _("Before and after, store by store"),
    }
