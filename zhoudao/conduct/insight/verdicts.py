"""Simulated figures and their differences in plain words, in the language that is active."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.conduct.insight.spans import SECOND, amount, percent, span
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money

Row = Sequence[float | None]
"""Mean, low and high; None: nothing to measure."""
HARDLY = 0.005
"""A difference of less than this share of today's value is not worth naming, however sure it is."""


class Verdict(NamedTuple):
    """A difference to today: the words, and whether it is good, bad, or neither ("")."""

    words: str
    look: str


class Measure(NamedTuple):
    """A figure: how its values are written, the words for less and more, and which of the two is better (-1, 1, 0)."""

    written: Callable[[float], str]
    less: Callable[[], str]
    more: Callable[[], str]
    better: int


def duration(value: float) -> str:
    """Seconds in words."""
    return span(value * SECOND)


def money(value: float) -> str:
    """An amount of the company's own currency, with its smaller unit where it is small."""
    currency = clock.currency()
    if abs(value) >= 100:
        return amount(value, currency)
    return Money.of(1, currency).times(Fraction(value)).format(get_language() or "zh-hans")


def hours(value: float) -> str:
    """Hours, whole ones from ten on."""
    return _("{n} h").format(n=f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}")


def points(value: float) -> str:
    """A difference of shares."""
    return _("{n} points").format(n=f"{value * 100:.1f}")


TIME = Measure(duration, lambda: _("clearly quicker: {by}"), lambda: _("clearly slower: {by}"), -1)
WAIT = Measure(duration, lambda: _("clearly shorter: {by}"), lambda: _("clearly longer: {by}"), -1)
SHARE = Measure(percent, lambda: _("clearly fewer: {by}"), lambda: _("clearly more: {by}"), 1)
LOST = Measure(percent, lambda: _("clearly fewer: {by}"), lambda: _("clearly more: {by}"), -1)
COST = Measure(money, lambda: _("clearly cheaper: {by}"), lambda: _("clearly dearer: {by}"), -1)
WORK = Measure(hours, lambda: _("clearly less: {by}"), lambda: _("clearly more: {by}"), -1)
LOAD = Measure(percent, lambda: _("clearly less busy: {by}"), lambda: _("clearly busier: {by}"), 0)
_SHARES = (SHARE, LOST, LOAD)


def value_of(measure: Measure, row: Row | None) -> tuple[str, str]:
    """A figure and its range, as words; "–" where there is nothing to measure."""
    found = known(row)
    if found is None:
        return "–", ""
    mean, low, high = (measure.written(each) for each in (found.mean, max(found.low, 0.0), found.high))
    return mean, "" if low == high else f"{low} – {high}"


def verdict(measure: Measure, than: Row | None, today: Row | None) -> Verdict | None:
    """How a figure differs from today, luck shared; nothing where there is nothing to compare."""
    found, before = known(than), known(today)
    if found is None or before is None:
        return None
    if not found.low and not found.high:
        return Verdict(_("the same"), "")
    if not found.is_clear:
        return Verdict(_("no clear difference"), "")
    if abs(found.mean) < HARDLY * abs(before.mean):
        return Verdict(_("hardly any difference"), "")
    least, most = sorted((abs(found.low), abs(found.high)))
    if measure in _SHARES:
        by = f"{points(abs(found.mean))} ({least * 100:.1f} – {most * 100:.1f})"
    else:
        by = f"{measure.written(abs(found.mean))} ({measure.written(least)} – {measure.written(most)})"
    words = (measure.less if found.mean < 0 else measure.more)().format(by=by)
    good = measure.better * found.mean
    return Verdict(words, "good" if good > 0 else "bad" if good < 0 else "")


class Known(NamedTuple):
    """Mean, low and high of what was measured; of a single repetition all three are the same."""

    mean: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Of a difference: whether there surely is one."""
        return (self.low < self.high and (self.low > 0 or self.high < 0)) or (self.low == self.high != 0)


def known(row: Row | None) -> Known | None:
    """What was measured, or nothing."""
    mean, low, high = row or (None, None, None)
    if mean is None:
        return None
    return Known(mean, mean if low is None else low, mean if high is None else high)


def clear(than: Row | None) -> float:
    """The mean of a difference that is clear; zero of one that is not."""
    found = known(than)
    return found.mean if found is not None and found.is_clear else 0.0
