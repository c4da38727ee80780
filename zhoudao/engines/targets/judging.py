"""When days that miss a target are worth an alarm."""

from collections.abc import Sequence

from zhoudao.engines.targets.baseline import Baseline, Day
from zhoudao.kit.frozen import frozen


@frozen
class Rule:
    """An alarm: `needed` of the last `of` measured days miss `value`, or (`is_sudden`) the newest one lies more than
    twice the usual spread on the bad side of the baseline.
    """

    value: float
    lower_is_better: bool
    needed: int
    of: int
    is_sudden: bool = False
    usual: Baseline | None = None


@frozen
class Verdict:
    """`missed` of `looked_at` days, newest last, miss the target. `is_met` says that the newest day does not."""

    is_alarming: bool
    is_sudden: bool
    is_met: bool
    looked_at: int
    missed: tuple[Day, ...]


def misses(rule: Rule, value: float) -> bool:
    """Whether a value is worse than the target; exactly the target is met."""
    return value > rule.value if rule.lower_is_better else value < rule.value


def judge(days: Sequence[Day], rule: Rule) -> Verdict:
    """Over whole days. Days without anything to measure say nothing: neither good nor bad.

    >>> from datetime import date
    >>> days = [Day(date(2026, 3, one), value, 5) for one, value in enumerate([9.0, 2.0, 9.0, 9.0], 1)]
    >>> judge(days, Rule(5.0, True, needed=3, of=5)).is_alarming, judge(days, Rule(5.0, True, 3, 3)).is_alarming
    (True, False)
    """
    measured = [one for one in sorted(days, key=lambda one: one.day) if one.value is not None][-rule.of :]
    missed = tuple(one for one in measured if one.value is not None and misses(rule, one.value))
    is_sudden = bool(measured) and _is_sudden(rule, measured[-1])
    is_met = bool(measured) and measured[-1] not in missed
    return Verdict(len(missed) >= rule.needed or is_sudden, is_sudden, is_met, len(measured), missed)


def _is_sudden(rule: Rule, day: Day) -> bool:
    """A baseline whose days are all alike has no usual spread: nothing is sudden then."""
    if not rule.is_sudden or rule.usual is None or not rule.usual.spread or day.value is None:
        return False
    worse = day.value - rule.usual.middle if rule.lower_is_better else rule.usual.middle - day.value
    return worse > 2 * rule.usual.spread and misses(rule, day.value)
