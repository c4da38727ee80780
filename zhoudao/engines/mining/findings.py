"""What a diagnosis finds: each with the time it stands for, its cases, and examples that prove it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.costing import Costs
from zhoudao.engines.mining.log import Log, Times

EXAMPLES = 100


class Kind(StrEnum):
    SLOW = "slow"
    """Work lies long before it goes on from one step to the next."""
    OUTSIDE = "outside"
    """A step that says it waits: for a customer, a supplier or a date."""
    CAUSE = "cause"
    """Work waits before a step for one of the five causes."""
    AT_ONCE = "at_once"
    """A step is done again at once."""
    AGAIN = "again"
    """A step is done again after others."""
    TO_AND_FRO = "to_and_fro"
    """Two send a case to and fro."""
    REOPENED = "reopened"
    """Cases go on after they were closed."""
    HANDED = "handed"
    """A case goes through many hands."""
    CHECK = "check"
    """A check that almost always passes."""
    CONTACTS = "contacts"
    """Customers get in touch again before their case is over."""
    PUT_RIGHT = "put_right"
    """A step that says it puts information right, or asks for what is missing."""
    BY_HAND = "by_hand"
    """A step that says it only writes down, copies or passes on, and that people do."""

    @property
    def is_work(self) -> bool:
        """Whether the step itself is what could be saved; of the others only the time before it."""
        return self in (Kind.AT_ONCE, Kind.AGAIN, Kind.CHECK, Kind.PUT_RIGHT, Kind.BY_HAND)


@dataclass(frozen=True)
class Finding:
    """`hours` is the time of cases it stands for, `share` of all the time cases were open (0 to 1): findings overlap,
    so these do not add up. `what` names the steps or resources, `of` the kind of name where it is not a step.
    `examples` are the cases with the most of it, up to a hundred. `money`: what it costs, where rates are known.
    """

    kind: Kind
    what: tuple[str, ...]
    hours: float
    share: float
    count: int
    cases: int
    examples: tuple[str, ...]
    of: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    money: float | None = None


HOUR = 3_600_000_000


@dataclass(frozen=True)
class Found:
    """Rows of a log (each once) and the time each stands for, before they are told as a finding."""

    kind: Kind
    what: tuple[str, ...]
    rows: NDArray[np.int64]
    time: Times
    of: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def told(
    log: Log, found: Iterator[Found], *, open_time: int, least: float, costs: Costs | None = None
) -> list[Finding]:
    """Findings of at least `least` of the time cases were open (`open_time`, microseconds): what costs most first,
    where an hour of a case that lies costs something; else what takes most time.
    """
    findings = [_told(log, one, open_time, costs) for one in found if len(one.rows)]
    kept = [one for one in findings if one.share >= least]
    by_money = costs is not None and costs.rates.lying > 0
    return sorted(kept, key=lambda one: (-(one.money or 0.0) if by_money else 0.0, -one.hours, one.kind, one.what))


def _told(log: Log, one: Found, open_time: int, costs: Costs | None) -> Finding:
    cases = log.case[one.rows]
    by_case = np.bincount(cases, weights=one.time, minlength=len(log.cases))
    touched = np.unique(cases)
    most = touched[np.lexsort((touched, -by_case[touched]))][:EXAMPLES]
    time = int(one.time.sum())
    return Finding(
        kind=one.kind, what=one.what, hours=time / HOUR, share=time / open_time if open_time else 0.0,
        count=len(one.rows), cases=len(touched), examples=tuple(log.cases[int(case)] for case in most), of=one.of,
        figures=one.figures, money=None if costs is None else _money(one, costs),
    )  # fmt: skip


def _money(one: Found, costs: Costs) -> float:
    """Of its time what was work of the step itself is paid as work, the rest as lying; what was spent on a step that
    need not have been done is added.
    """
    if not one.kind.is_work:
        return costs.money(work=0, lay=float(one.time.sum()))
    work = np.minimum(costs.work[one.rows], one.time)
    return costs.money(
        work=float(costs.work[one.rows].sum()), lay=float((one.time - work).sum()),
        material=float(costs.material[one.rows].sum()),
    )  # fmt: skip
