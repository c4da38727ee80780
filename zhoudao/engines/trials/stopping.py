"""CONTRACT (being filled in; signatures stay): rules that may be looked at every day."""

from dataclasses import dataclass

from zhoudao.engines.trials.comparison import Kind
from zhoudao.engines.trials.shape import Outcomes


@dataclass(frozen=True)
class Look:
    """What was known when this period was complete: pilot less control beyond their difference from before, with an
    interval that holds at all looks at once. `low`, `high` are None while too little is known."""

    period: int
    effect: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Watch:
    """`stop`: `harm`, `benefit` or None; `since`: the period of the first look that said so. `reason`: why there is no
    look (`one_period`, `no_controls`), else None."""

    looks: tuple[Look, ...]
    stop: str | None
    since: int | None
    reason: str | None


def watch(outcomes: Outcomes, *, lower_is_better: bool, kind: Kind, harm: float = 0.0, level: float = 0.05) -> Watch:
    """`harm`: how much worse is borne (≥ 0, in the unit of the values) before the rule speaks of harm."""
