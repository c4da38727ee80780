"""A comparison in words and pictures for people who know no statistics, in the language that is active."""

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhoudao.conduct.insight.charts import Frame, Mark, Range, Track, ranges, tracks
from zhoudao.conduct.insight.spans import DAY, HOUR, MINUTE, span
from zhoudao.engines.trials.comparison import LEAST_CASES, Caution, Comparison, Curve, Estimate, Level, Reason, Verdict

_TIMES = {"min": MINUTE, "h": HOUR, "d": DAY}


def headline(comparison: Comparison) -> str:
    """The verdict in a few words."""
    return {
        Verdict.BETTER: _("Better"),
        Verdict.WORSE: _("Worse"),
        Verdict.NO_CLEAR_DIFFERENCE: _("No clear difference"),
        Verdict.NOT_ENOUGH: _("Not enough to tell"),
    }[comparison.verdict]


def said(comparison: Comparison, *, measure: str, unit: str = "", period: str = "week") -> list[str]:
    """Sentences for a manager: what is known, what is not and why, what to do next. `measure`: what was measured, in
    the active language. `unit`: of times `h`, `d` or `min`; of money and scores what stands behind the number. Shares
    are given 0 to 1 and said in points of a hundred. `period`: `week` or `day`.
    """
    levels = _levels(comparison, measure, unit)
    if comparison.effect is None:
        return [*(_because(reason) for reason in comparison.reasons), *levels]
    doubts = [_caution(caution, comparison) for caution in comparison.cautions]
    return [_known(comparison, comparison.effect, measure, unit), *levels, *doubts, _next(comparison, unit, period)]


def amount(value: float, comparison: Comparison, unit: str = "") -> str:
    """A difference of the measure with its unit, of shares in points of a hundred: "5 h 15 min", "3.4 points"."""
    if comparison.kind == "time":
        return span(value * _TIMES.get(unit, HOUR))
    if comparison.kind == "share":
        return _("{n} points").format(n=_number(value * 100))
    return _number(value) + (f" {unit}" if unit else "")


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 1_000 else 1 if abs(value) >= 3 else 2
    return f"{value:,.{digits}f}".replace("-", "−")


def _known(comparison: Comparison, effect: Estimate, measure: str, unit: str) -> str:
    stores = comparison.pilot_stores
    if comparison.verdict is Verdict.NO_CLEAR_DIFFERENCE:
        sentence = _(
            "In the {stores} pilot stores {measure} moved by {amount} beyond the other stores. "
            "That is no clear difference: the true effect may lie {range}."
        )
        moved = amount(effect.value, comparison, unit)
        return sentence.format(stores=stores, measure=measure, amount=moved, range=_signed(effect, comparison, unit))
    whole = _more_or_less(comparison.kind == "time", effect.value < 0).format(
        stores=stores, measure=measure, amount=amount(abs(effect.value), comparison, unit),
        range=_sized(effect, comparison, unit),
    )  # fmt: skip
    return whole if comparison.of_before is None else f"{whole} {_share(comparison.of_before)}"


def _more_or_less(is_time: bool, is_less: bool) -> str:
    said = {
        (True, True): _(
            "In the {stores} pilot stores {measure} was {amount} shorter than it would have been ({range})."
        ),
        (True, False): _(
            "In the {stores} pilot stores {measure} was {amount} longer than it would have been ({range})."
        ),
        (False, True): _(
            "In the {stores} pilot stores {measure} was {amount} lower than it would have been ({range})."
        ),
        (False, False): _(
            "In the {stores} pilot stores {measure} was {amount} higher than it would have been ({range})."
        ),
    }
    return said[is_time, is_less]


def _share(of_before: float) -> str:
    percent = f"{abs(of_before) * 100:.0f}"
    return (_("That is {n} % less.") if of_before < 0 else _("That is {n} % more.")).format(n=percent)


def _sized(effect: Estimate, comparison: Comparison, unit: str) -> str:
    """The interval of a clear effect, as sizes: smaller first."""
    ends = (effect.low, effect.high) if effect.value >= 0 else (effect.high, effect.low)
    least, most = (None if end is None else amount(abs(end), comparison, unit) for end in ends)
    if least is None or most is None:
        return _("at least {low}").format(low=least or most)
    return _("between {low} and {high}").format(low=least, high=most)


def _signed(effect: Estimate, comparison: Comparison, unit: str) -> str:
    low, high = (None if end is None else amount(end, comparison, unit) for end in (effect.low, effect.high))
    if low is not None and high is not None:
        return _("anywhere between {low} and {high}").format(low=low, high=high)
    if low is not None:
        return _("anywhere above {low}").format(low=low)
    return _("anywhere below {high}").format(high=high) if high is not None else _("anywhere")


def _levels(comparison: Comparison, measure: str, unit: str) -> list[str]:
    groups = (
        comparison.pilot_before, comparison.pilot_after, comparison.control_before, comparison.control_after,
    )  # fmt: skip
    means = [_mean(group, comparison, unit) for group in groups]
    if "" in means:
        return []
    sentence = _(
        "On average {measure} went from {a} to {b} in pilot stores and from {c} to {d} in the others "
        "({n} and {m} cases since the start)."
    )
    cases = {"n": f"{groups[1].cases:,}", "m": f"{groups[3].cases:,}"}
    return [sentence.format(measure=measure, a=means[0], b=means[1], c=means[2], d=means[3], **cases)]


def _mean(group: Level, comparison: Comparison, unit: str) -> str:
    if group.mean is None:
        return ""
    return f"{_number(group.mean * 100)} %" if comparison.kind == "share" else amount(group.mean, comparison, unit)


def _because(reason: Reason) -> str:
    return {
        Reason.ONE_STORE: _(
            "Not enough: there are fewer than two pilot stores. With one store, chance and what that store is like "
            "cannot be told from the effect. Take at least two, better four or more."
        ),
        Reason.NO_CONTROLS: _(
            "Not enough: there are fewer than two stores to compare with, so nobody knows what would have happened "
            "without the pilot. Choose control stores."
        ),
        Reason.ONE_PERIOD: _(
            "Not enough: there is nothing from before the start, or nothing from after it. "
            "Wait, or take in the weeks before."
        ),
        Reason.FEW_CASES: _(
            "Not enough: before and after, in the pilot and beside it, at least {n} cases each are needed. "
            "Wait for more."
        ).format(n=LEAST_CASES),
        Reason.ALL_EQUAL: _("Not enough: every value is the same, so nothing can be told from it."),
        Reason.NOTHING_FINISHED: _("Not enough: in one of the groups no case is finished yet. Wait until some are."),
    }[reason]


def _caution(caution: Caution, comparison: Comparison) -> str:
    stores = comparison.pilot_stores + comparison.control_stores
    words = {
        Caution.FEW_CLUSTERS: _("{n} stores are few, so the range is wide; it allows for that."),
        Caution.VERY_FEW_CLUSTERS: _(
            "{n} stores are very few: the range holds only if the stores would have moved alike by themselves."
        ),
        Caution.PRE_TREND: _(
            "Already before the start pilot stores and the others were moving apart, "
            "so what is seen may not be the pilot's doing."
        ),
        Caution.NO_PRE_TREND_CHECK: _(
            "Too little is known from before to check whether pilot stores and the others moved side by side."
        ),
        Caution.OPEN_CASES: _(
            "Some cases are still open. They count with the time they have taken so far; none is left out."
        ),
        Caution.OPEN_DIFFER: _(
            "Pilot stores and the others differ in how many cases are still open: look again later."
        ),
        Caution.STORES_DIFFER: _("The pilot stores differ among each other by more than chance: look at each of them."),
        Caution.METHODS_DISAGREE: _(
            "A second way to calculate it finds chance enough to explain it, so it does not count as clear."
        ),
        Caution.LEFT_OUT: _("{left_out} rows without a usable value were left out."),
        Caution.SEVERAL_MEASURES: _(
            "By itself it would be clear, but among several measures one looks clear by chance now and then."
        ),
    }
    return words[caution].format(n=stores, left_out=comparison.left_out)


def _next(comparison: Comparison, unit: str, period: str) -> str:
    if comparison.verdict is Verdict.BETTER:
        return _("Next: roll it out step by step, and go on watching.")
    if comparison.verdict is Verdict.WORSE:
        return _("Next: stop the pilot, look at its cases, and change the plan.")
    if {Caution.PRE_TREND, Caution.METHODS_DISAGREE} & set(comparison.cautions):
        return _("Next: take more stores, and control stores that moved side by side with the pilot before the start.")
    if comparison.more_periods is not None:
        more = _(
            "Next: go on for {n} more weeks; what was seen so far would then be clear in four of five such pilots."
        )
        if period == "day":
            more = _(
                "Next: go on for {n} more days; what was seen so far would then be clear in four of five such pilots."
            )
        return more.format(n=comparison.more_periods)
    if comparison.detectable is None:
        return _("Next: take more stores, or a longer time before the start.")
    least = amount(comparison.detectable, comparison, unit)
    return _(
        "Next: take more stores, or let it be: this pilot would have shown {amount} or more in four of five cases."
    ).format(amount=least)


def weekly_picture(comparison: Comparison, *, measure: str, unit: str = "") -> SafeString:
    """Pilot and the others by period, the start marked: do they run side by side before?"""
    weekly = comparison.weekly
    places = [float(period) for period in weekly.periods]
    values = [value for value in (*weekly.pilot, *weekly.control) if value is not None] or [0.0]
    bounds, step = _bounds(values), max(math.ceil(len(places) / 12), 1)
    first, last = min(places, default=0), max(places, default=0)
    ends = (_ended(bounds[0], comparison, unit), _ended(bounds[1], comparison, unit))
    return tracks(
        [Track(_("pilot stores"), places, weekly.pilot), Track(_("other stores"), places, weekly.control)],
        Frame((first, last), bounds, ends),
        title=_("{measure}, pilot stores and the others, from before the start on").format(measure=measure),
        labels=[Mark(place, f"{int(place):+d}".replace("-", "−")) for place in places[::step]],
        marks=[Mark(-0.5, _("start"))] if first < 0 <= last else [],
    )


def _ended(value: float, comparison: Comparison, unit: str) -> str:
    if comparison.kind == "share":
        return f"{value * 100:.0f} %"
    return amount(value, comparison, unit) if comparison.kind == "time" else _number(value)


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    return (0.0 if 0 <= low < high * 0.6 else low - room), high + room


def forest_picture(comparisons: Sequence[tuple[str, Comparison]]) -> SafeString:
    """The effect of every measure with its interval, as a share of what would have been; better is on the right."""
    return ranges(
        [_range(name, each) for name, each in comparisons], sides=(_("worse"), _("better")),
        title=_("What the pilot changed, with what it may lie between"),
    )  # fmt: skip


def _range(name: str, comparison: Comparison) -> Range:
    effect, share = comparison.effect, comparison.of_before
    if effect is None or share is None or not effect.value:
        return Range(name, None, None, None, headline(comparison), "part-4")
    scale = share / effect.value * (-1 if comparison.lower_is_better else 1)
    ends = [None if end is None else end * scale for end in (effect.low, effect.high)]
    low, high = ends if scale > 0 else ends[::-1]
    look = {Verdict.BETTER: "part-2", Verdict.WORSE: "part-1"}.get(comparison.verdict, "part-4")
    words = f"{share * 100:+.0f} % · {headline(comparison)}".replace("-", "−")
    return Range(name, effect.value * scale, low, high, words, look)


def survival_picture(comparison: Comparison, *, measure: str, unit: str = "") -> SafeString | None:
    """Share not done yet by time, pilot and others since the start; None where there is no curve."""
    if comparison.curves is None or not all(curve.times for curve in comparison.curves):
        return None
    most = max(max(curve.times) for curve in comparison.curves)
    names = (_("pilot stores"), _("other stores"))
    return tracks(
        [_stepped(name, curve) for name, curve in zip(names, comparison.curves, strict=True)],
        Frame((0.0, most), (0.0, 1.0), ("0 %", "100 %")),
        title=_("Share of cases not done yet: {measure}").format(measure=measure),
        labels=[Mark(most * part / 4, amount(most * part / 4, comparison, unit)) for part in range(5)],
        marks=[],
    )


def _stepped(name: str, curve: Curve) -> Track:
    """Down at its times, level between them."""
    places = [0.0, *(time for time in curve.times for _twice in (0, 1))]
    columns = [
        [1.0, *(value for pair in zip([1.0, *column], column, strict=False) for value in pair)]
        for column in (curve.share, curve.low, curve.high)
    ]
    return Track(name, places, columns[0], columns[1], columns[2])
