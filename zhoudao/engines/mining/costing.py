"""What a process costs: the hours people work on it, the hours its cases lie, and what is spent on material.

Work is the service of every event that somebody did (of all events, where nobody is named). A case lies from its first
beginning to its last end wherever no event of it is at work; so work side by side is paid twice and lies never.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Log, Times
from zhoudao.kit.compiled import compiled

HOUR = 3_600_000_000
MOST_MATERIAL = 1e12
Money = NDArray[np.float64]


class Rates(NamedTuple):
    """What an hour costs, in units of `currency` (an ISO code): of somebody's work, and of a case that lies."""

    work: float
    lying: float
    currency: str


class Costs(NamedTuple):
    """Of each event: microseconds of paid `work`, microseconds its case `lay` before it, `material` in money.

    `estimated`: the log says no beginnings, so each was estimated.
    """

    rates: Rates
    work: Times
    lay: Times
    material: Money
    estimated: bool

    def money(self, *, work: float, lay: float, material: float = 0.0) -> float:
        """What so many microseconds come to."""
        return work / HOUR * self.rates.work + lay / HOUR * self.rates.lying + material

    @property
    def parts(self) -> tuple[float, float, float]:
        """All of the log: for work, for lying, for material."""
        work, lay = int(self.work.sum()), int(self.lay.sum())
        return self.money(work=work, lay=0), self.money(work=0, lay=lay), float(self.material.sum())


class NoAmounts(ValueError):
    """The column of costs is not there, or holds something that is no amount."""


def costs(log: Log, begun: Times, rates: Rates, *, material: str = "") -> Costs:
    """What the events of a log cost. `begun`: when each began, estimated where the log does not say; `material`: the
    column with what was spent at each event; where it says nothing, nothing was.

    Raises: NoAmounts
    """
    work = np.maximum(log.end - begun, 0)
    if log.resource is not None:
        work = np.where(log.resource >= 0, work, 0)
    return Costs(rates, work, lying(log, begun), _amounts(log, material), log.begun is None)


def lying(log: Log, begun: Times) -> Times:
    """Of each event, how long its case lay just before it: nothing of the case was at work. Summed over a case, the
    time from its first beginning to its last end less that in which anything of it was at work.
    """
    return _lying(log.offsets, begun, log.end)


@compiled
def _lying(offsets: Times, begun: Times, end: Times) -> Times:
    lay = np.zeros(len(end), np.int64)
    for case in range(len(offsets) - 1):
        first, beyond = offsets[case], offsets[case + 1]
        if first == beyond:
            continue
        earliest = min(begun[beyond - 1], end[beyond - 1])
        for row in range(beyond - 1, first, -1):
            earliest = min(earliest, begun[row])
            lay[row] = max(earliest - end[row - 1], 0)
    return lay


def _amounts(log: Log, material: str) -> Money:
    if not material:
        return np.zeros(len(log))
    if material not in log.columns:
        raise NoAmounts(f"There is no column {material!r} of costs; there are: {', '.join(log.columns) or 'none'}.")
    column = log.columns[material]
    amounts = np.array([_amount(value, material) for value in column.values] or [0.0])
    return np.where(column.codes >= 0, amounts[column.codes], 0.0)


def _amount(value: str, material: str) -> float:
    try:
        amount = float(value.replace(",", "") or 0)
    except ValueError:
        amount = np.nan
    if not abs(amount) <= MOST_MATERIAL:
        raise NoAmounts(f"The column {material!r} of costs holds {value[:40]!r}, which is no amount.")
    return amount
