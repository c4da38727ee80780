"""Who does the same: people put together by the share of their work that each activity is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import NOBODY, Codes, Log, Times
from zhoudao.kit.compiled import compiled

ALIKE = 0.8
"""How alike (cosine) what two people do has to be."""
_WEEK = 7 * 24 * 3_600_000_000
_MOST_AT_ONCE = 0.95


@dataclass(frozen=True, eq=False)
class Crews:
    """`of` is the crew of each resource (`NOBODY` for one that did nothing); crews stand by how much they did. `work`
    is how often each crew did each activity; `people` how many of it there were at the same time, on average over the
    weeks; `at_once` how many things one of them has open at the same time.
    """

    of: Codes
    work: NDArray[np.int64]
    people: NDArray[np.float64]
    at_once: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.people)


def crews(log: Log, begun: Times, *, alike: float = ALIKE) -> Crews:
    """The crews of a log whose events name resources. Who did most begins the first crew; each following resource joins
    the crew whose work is most like its own, if it is alike enough, else it begins one.

    Source: profiles of activities as in Song and van der Aalst, "Towards comprehensive support for organizational
    mining" (2008); put together one after another, which is quick for ten thousand people and always the same.
    """
    resource = np.full(len(log), NOBODY, np.int32) if log.resource is None else log.resource
    named = resource >= 0
    done = np.zeros((len(log.resources), len(log.activities)), np.int64)
    np.add.at(done, (resource[named], log.activity[named]), 1)
    of, work = _together(done, alike)
    order = np.argsort(-work.sum(axis=1), kind="stable")
    rank = np.empty(len(order) + 1, np.int32)
    rank[order], rank[-1] = np.arange(len(order), dtype=np.int32), NOBODY
    of, work = rank[of], work[order]
    return Crews(of, work, _present(log, resource, of, len(work)), _open(log, resource, begun, of, len(work)))


def _together(done: NDArray[np.int64], alike: float) -> tuple[Codes, NDArray[np.int64]]:
    of = np.full(len(done), NOBODY, np.int32)
    work: list[NDArray[np.int64]] = []
    for one in np.argsort(-done.sum(axis=1), kind="stable"):
        own = done[one]
        if not own.any():
            break
        near = [float(own @ each / np.sqrt(float(own @ own) * float(each @ each))) for each in work]
        best = int(np.argmax(near)) if near else NOBODY
        if best == NOBODY or near[best] < alike:
            best = len(work)
            work.append(np.zeros_like(own))
        of[one] = best
        work[best] = work[best] + own
    return of, np.array(work, np.int64).reshape(len(work), done.shape[1])


def _present(log: Log, resource: Codes, of: Codes, count: int) -> NDArray[np.float64]:
    """People by crew: each counts for the share of weeks from the first to the last in which it was seen."""
    weeks = (log.end - log.end.min()) // _WEEK if len(log) else log.end
    first, last = np.full(len(of), 1 << 40, np.int64), np.full(len(of), -1, np.int64)
    named = resource >= 0
    np.minimum.at(first, resource[named], weeks[named])
    np.maximum.at(last, resource[named], weeks[named])
    found = np.zeros(count)
    seen = of >= 0
    np.add.at(found, of[seen], (last - first + 1)[seen] / (int(weeks.max(initial=0)) + 1))
    return found


def _open(log: Log, resource: Codes, begun: Times, of: Codes, count: int) -> NDArray[np.int64]:
    """By crew, what nearly all (95 %) of its work has open beside it, itself included."""
    rows = np.nonzero((resource >= 0) & (log.end > begun))[0]
    rows = rows[np.lexsort((begun[rows], resource[rows]))]
    beside = _beside(resource[rows], begun[rows], log.end[rows])
    found = np.ones(count, np.int64)
    for crew in range(count):
        own = beside[of[resource[rows]] == crew]
        if len(own):
            found[crew] = max(int(np.quantile(own, _MOST_AT_ONCE, method="inverted_cdf")), 1)
    return found


@compiled
def _beside(who: Codes, begun: Times, end: Times) -> Times:
    """How much its resource has open when each piece of work begins, sorted by resource and beginning."""
    found = np.ones(len(who), np.int64)
    first = 0
    for row in range(len(who)):
        while who[first] != who[row]:
            first += 1
        for other in range(row - 1, max(first, row - 200) - 1, -1):
            found[row] += end[other] > begun[row]
    return found
