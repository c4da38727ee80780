"""The whole diagnosis of a log: how the work goes, how long it takes, why it waits, and what costs most."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining import finding
from zhoudao.engines.mining.calendars import Calendars, calendars, clock_of
from zhoudao.engines.mining.checks import Check, checks
from zhoudao.engines.mining.costing import Costs, Rates, costs
from zhoudao.engines.mining.filtering import first_and_last
from zhoudao.engines.mining.findings import Finding, Found, told
from zhoudao.engines.mining.following import FollowMap, follow_map
from zhoudao.engines.mining.log import Log, Times
from zhoudao.engines.mining.occupancy import bins, occupied
from zhoudao.engines.mining.rework import Again, Reopened, again, reopened
from zhoudao.engines.mining.variants import Variants, variants
from zhoudao.engines.mining.waiting import Waits, estimated_begun, waits

LEAST = 0.005
BINS = 60


class NothingToDiagnose(Exception):
    """The log holds no event."""


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Everything a report shows. `took` is how long each case took, `first` when it began (microseconds); `open_time`
    all cases' time together; `waiting[step]` and `working[resource]` how many at once, on average in each stretch of
    `edges`.
    """

    log: Log
    zone: str
    took: Times
    first: Times
    open_time: int
    map: FollowMap
    variants: Variants
    again: Again
    reopened: Reopened
    calendars: Calendars
    waits: Waits | None
    checks: list[Check]
    edges: Times
    waiting: NDArray[np.float64]
    working: NDArray[np.float64]
    findings: list[Finding]
    costs: Costs | None


def diagnose(
    log: Log, *, zone: str = "UTC", least: float = LEAST, rates: Rates | None = None, material: str = ""
) -> Diagnosis:
    """Diagnoses a log; `zone` is the one its people work in, `least` the share of all time a finding stands for.
    With `rates` it says what things cost; `material` is the column of what was spent at each event.

    Raises: NothingToDiagnose, NoAmounts
    """
    if not len(log):
        raise NothingToDiagnose(NothingToDiagnose.__doc__)
    first, last = first_and_last(log)
    open_time = int((last - first).sum())
    drawn, begun = follow_map(log), estimated_begun(log) if log.begun is None else log.begun
    hours = calendars(log, clock_of(zone, log))
    split, looked = waits(log, hours), checks(log, begun)
    repeated, closed = again(log), reopened(log)
    money = None if rates is None else costs(log, begun, rates, material=material)
    edges = bins(int(first.min()), int(last.max()) + 1, BINS)
    found = chain(
        finding.slow(log, drawn.edges, log.end if log.begun is None else begun),
        finding.outside(log),
        finding.causes(log, split) if split else iter(()),
        finding.repeats(log, repeated),
        finding.reopenings(log, closed),
        finding.ping_pong(log),
        finding.handed_over(log, begun),
        finding.over_checked(log, looked, begun),
        finding.contacts(log),
        finding.by_name(log, begun),
    )
    return Diagnosis(
        log=log, zone=zone, took=last - first, first=first, open_time=open_time, map=drawn, variants=variants(log),
        again=repeated, reopened=closed, calendars=hours, waits=split, checks=looked, edges=edges,
        waiting=_waiting(log, begun, edges), working=_working(log, begun, edges),
        costs=money,
        findings=told(log, _kept(found), open_time=open_time, least=least, costs=money),
    )  # fmt: skip


def _kept(found: Iterator[Found]) -> Iterator[Found]:
    return (one for one in found if len(one.rows) and int(one.time.sum()) > 0)


def _waiting(log: Log, begun: Times, edges: Times) -> NDArray[np.float64]:
    same = np.concatenate([[False], log.case[1:] == log.case[:-1]])
    enabled = np.where(same, np.concatenate([[0], log.end[:-1]]), begun)
    return occupied(log.activity, enabled, begun, edges, len(log.activities))


def _working(log: Log, begun: Times, edges: Times) -> NDArray[np.float64]:
    if log.resource is None:
        return np.zeros((0, max(len(edges) - 1, 0)))
    return occupied(log.resource, begun, log.end, edges, len(log.resources))
