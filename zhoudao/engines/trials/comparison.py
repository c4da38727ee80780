"""What a comparison found, in plain Python: kept as JSON, told in words, drawn. Needs no numpy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Literal, get_args

Kind = Literal["time", "share", "score", "money"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Verdict(StrEnum):
    """What may be said of one measure."""

    BETTER = "better"
    WORSE = "worse"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    NOT_ENOUGH = "not_enough"


class Reason(StrEnum):
    """Why there is no effect to tell: all of them make the verdict `not_enough`."""

    ONE_STORE = "one_store"
    """Fewer than two pilot stores with cases before and after: chance cannot be told from what that store is like."""
    NO_CONTROLS = "no_controls"
    """Fewer than two other stores with cases before and after to compare with."""
    ONE_PERIOD = "one_period"
    """Nothing from before the start, or nothing from after it."""
    FEW_CASES = "few_cases"
    """One of the four groups has fewer than `LEAST_CASES`."""
    ALL_EQUAL = "all_equal"
    """Every value is the same."""
    NOTHING_FINISHED = "nothing_finished"
    """In one of the four groups every case is still open."""


class Caution(StrEnum):
    """What a reader must know beside the effect."""

    FEW_CLUSTERS = "few_clusters"
    """Fewer than thirty stores in all: the small-sample methods were used, intervals are wide."""
    VERY_FEW_CLUSTERS = "very_few_clusters"
    """Fewer than four stores on one side: even those methods lean on the stores being alike."""
    PRE_TREND = "pre_trend"
    """Pilot and control stores already moved apart before the start; then there is no clear difference to tell."""
    NO_PRE_TREND_CHECK = "no_pre_trend_check"
    """Fewer than three weeks from before: whether they ran side by side was not checked."""
    OPEN_CASES = "open_cases"
    """More than one case in twenty is still open; they count with what they took so far, none is dropped."""
    OPEN_DIFFER = "open_differ"
    """The share of open cases after the start differs between pilot and control stores by more than five points."""
    STORES_DIFFER = "stores_differ"
    """The effect differs between pilot stores by more than chance: the mean hides something."""
    METHODS_DISAGREE = "methods_disagree"
    """Another fitting method sees it otherwise; the verdict then is that there is no clear difference."""
    LEFT_OUT = "left_out"
    """Rows were left out: no number, a time below nought, or open where what is measured is no time."""
    SEVERAL_MEASURES = "several_measures"
    """Clear by itself, but not among as many measures (Benjamini–Hochberg)."""


LEAST_CASES = 20
"""In each of the four groups: pilot and control, before and after."""
LEVEL = 0.05


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval, in the unit of the values. `p` is `None` where nothing is tested.

    `method`: `cr2` (robust by store, Bell–McCaffrey degrees of freedom), `wild` (wild cluster bootstrap),
    `permutation`, `ranks` (Hodges–Lehmann shift of the stores' changes), `cuped`, `median`, `p90`. `low` and `high` are
    `None` where the method gives no interval.
    """

    value: float
    low: float | None
    high: float | None
    p: float | None
    method: str


@dataclass(frozen=True)
class Level:
    """One of the four groups. `mean`: restricted to `Comparison.horizon` where cases are open. `median` and `p90`: of
    times by Kaplan–Meier; `None` where too many are open to know, and where there is no case.
    """

    cases: int
    open: int
    mean: float | None
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Weekly:
    """Means by period, for the picture: `None` where a side has no case. `periods` are below 0 before the start."""

    periods: tuple[int, ...]
    pilot: tuple[float | None, ...]
    control: tuple[float | None, ...]


@dataclass(frozen=True)
class Curve:
    """Share not done yet by time (Kaplan–Meier) after the start, with its 95 % band (Greenwood, log-log)."""

    times: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class StoreEffect:
    """What one pilot store changed beyond the control stores."""

    store: str
    effect: float
    cases: int


@dataclass(frozen=True)
class Comparison:
    """Everything found of one measure. `effect`: pilot less what it would have been, in the unit of the values.

    `of_before`: the effect as a share of what would have been (−0.2: a fifth less). `effect` is `None` exactly where
    `reasons` says why. `detectable`: the smallest effect seen in four of five such pilots; `more_periods`: how many
    more periods like these until an effect of the size seen would be clear, `None` where it is clear or never would
    be. `pre_trend` is the p of the joint test of leads. `checks`: the same effect by other methods.
    """

    name: str
    kind: Kind
    lower_is_better: bool
    verdict: Verdict
    pilot_stores: int
    control_stores: int
    pilot_before: Level
    pilot_after: Level
    control_before: Level
    control_after: Level
    weekly: Weekly
    effect: Estimate | None = None
    of_before: float | None = None
    checks: tuple[Estimate, ...] = ()
    pre_trend: float | None = None
    detectable: float | None = None
    more_periods: int | None = None
    horizon: float | None = None
    log_rank: float | None = None
    by_store: tuple[StoreEffect, ...] = ()
    curves: tuple[Curve, Curve] | None = None
    left_out: int = 0
    reasons: tuple[Reason, ...] = ()
    cautions: tuple[Caution, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Only dicts, lists, strings, numbers, booleans and `None`; `from_json` gives it back equal."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> "Comparison":
        """What `as_json` gave. Raises: KeyError, TypeError, ValueError where it is something else."""
        curves = kept["curves"]
        return Comparison(
            **{
                **kept,
                "verdict": Verdict(kept["verdict"]),
                **{name: Level(**kept[name]) for name in _LEVELS},
                "weekly": Weekly(**_tuples(kept["weekly"])),
                "effect": Estimate(**kept["effect"]) if kept["effect"] else None,
                "checks": tuple(Estimate(**each) for each in kept["checks"]),
                "by_store": tuple(StoreEffect(**each) for each in kept["by_store"]),
                "curves": (Curve(**_tuples(curves[0])), Curve(**_tuples(curves[1]))) if curves else None,
                "reasons": tuple(Reason(each) for each in kept["reasons"]),
                "cautions": tuple(Caution(each) for each in kept["cautions"]),
            }
        )


_LEVELS = ("pilot_before", "pilot_after", "control_before", "control_after")


def together(comparisons: Sequence[Comparison], level: float = LEVEL) -> tuple[Comparison, ...]:
    """The same, judged as one family: of the effects called clear at most this share may be chance.

    Source: Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995).
    """
    ps = [each.effect.p for each in comparisons if each.effect is not None and each.effect.p is not None]
    ordered = sorted(ps)
    limit = max((p for rank, p in enumerate(ordered, 1) if p <= rank * level / len(ps)), default=-1.0)
    return tuple(_held(each, limit) for each in comparisons)


def _held(one: Comparison, limit: float) -> Comparison:
    is_clear = one.verdict in (Verdict.BETTER, Verdict.WORSE)
    if not is_clear or one.effect is None or one.effect.p is None or one.effect.p <= limit:
        return one
    return replace(
        one, verdict=Verdict.NO_CLEAR_DIFFERENCE, cautions=(*one.cautions, Caution.SEVERAL_MEASURES)
    )  # fmt: skip


def _tuples(kept: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    return {name: tuple(values) for name, values in kept.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON knows no infinity
    return str(value) if isinstance(value, StrEnum) else value
