"""Whether a calibrated scenario can be trusted: calibrated on the earlier half of a log, held against the later half.

The yardstick is the log itself: how far its later half is from its earlier one, in which the same people did the same
work. A simulation that is hardly further from the later half than the earlier half is knows all that could be known.
Imports numpy: for the analyst and the command line alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.calibrating import Calibrated, calibrated, uncut
from zhoudao.conduct.insight.drawing import drawn
from zhoudao.conduct.insight.meaning import meaning as meaning_of
from zhoudao.conduct.insight.scenario import read
from zhoudao.conduct.insight.simulated_log import simulated_log
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.mining.distances import Distances, cycle_times, distances, wasserstein
from zhoudao.engines.mining.log import Log
from zhoudao.engines.simulation.simulating import record

WITHIN = 1.5
REPLICATIONS = 10
LEAST_CASES = 20
_HALVES = 50
DISTANCES = tuple(each.name for each in fields(Distances))


class TooFewCases(Exception):
    """A log of fewer than 40 cases that ended cannot be parted into two halves that say something."""


@dataclass(frozen=True, eq=False)
class Validation:
    """`own` is how far the later half of the log is from the earlier one, `simulated` how far it is from what was
    simulated of its time, on average over the replications; `by_chance` how far two halves of its cases that are made
    by chance are in cycle time, in hours: the strictest yardstick there could be, for it knows the later half.
    `cycle_hours` are the median and the ninth tenth of cycle times: earlier half, later half, simulated.
    """

    calibrated: Calibrated
    own: Distances
    simulated: Distances
    by_chance: float
    train_cases: int
    test_cases: int
    cycle_hours: tuple[tuple[float, float], ...]

    def ratio(self, distance: str) -> float:
        """How many times as far the simulation is as the log's own halves are."""
        own, made = getattr(self.own, distance), getattr(self.simulated, distance)
        return float(made / own) if own else (0.0 if not made else float("inf"))

    def is_within(self, distance: str = "cycle_time") -> bool:
        """Whether it is at most half as far again as the log's own halves are."""
        return self.ratio(distance) <= WITHIN


def validated(
    graph: Graph | None, log: Log, *, zone: str, meaning: Mapping[str, str | Collection[str]] | None = None,
    seed: int = 1, replications: int = REPLICATIONS,
) -> Validation:  # fmt: skip
    """Without a flow one is discovered from the earlier half, as the later one is not to be known. The simulation
    begins where the log does, so that its queues are filled when the later half's time comes; how many cases come it
    foretells from the earlier half alone.

    Raises: TooFewCases; what `calibrated` and `drawn` raise.
    """
    train, test = halves(log)
    graph = graph or drawn(train, "train", seed=seed).graph
    made = calibrated(graph, train, zone=zone, meaning=meaning, seed=seed)
    meant = meaning_of(graph, train.activities, meaning, are_tasks_seen=False)
    begins = _begins(log)
    since, until = (int(each) - int(begins.min()) for each in (_begins(test).min(), _begins(test).max()))
    given = made.scenario | {"arrivals": _for(made.scenario["arrivals"], until)}
    model = read(graph, given).model
    found, cycles = [], []
    for turn in range(replications):
        trace = record(model, turn=turn, seed=seed)
        whole = simulated_log(graph, trace, unseen=frozenset(meant.unseen))
        later = whole.only(_begins(whole) >= model.begins + since)
        found.append(distances(test, later))
        cycles.append(cycle_times(later, has_begun=log.begun is not None))
    return Validation(
        made, distances(test, train), Distances.mean(found), _by_chance(test, seed), len(train.cases), len(test.cases),
        tuple(_hours(each) for each in (*(cycle_times(one) for one in (train, test)), np.concatenate(cycles))),
    )  # fmt: skip


def _hours(cycle: NDArray[np.int64]) -> tuple[float, float]:
    median, ninth = np.quantile(cycle / 3_600e6, [0.5, 0.9])
    return float(median), float(ninth)


def halves(log: Log) -> tuple[Log, Log]:
    """The cases that were over when the log ended, parted by when they began. Raises: TooFewCases."""
    kept = log.only(uncut(log))
    begins = _begins(kept)
    if len(begins) < 2 * LEAST_CASES:
        raise TooFewCases(TooFewCases.__doc__)
    later = np.zeros(len(begins), np.bool_)
    later[np.argsort(begins, kind="stable")[len(begins) // 2 :]] = True
    return kept.only(~later), kept.only(later)


def _begins(log: Log) -> NDArray[np.int64]:
    begun = log.end if log.begun is None else log.begun
    return np.asarray(np.minimum.reduceat(begun, log.offsets[:-1]), np.int64)


def _for(arrivals: Mapping[str, object], until: int) -> dict[str, object]:
    """The same arrivals, until the last of the later half."""
    return {name: each for name, each in arrivals.items() if name != "cases"} | {"for": until / 1e6 + 1}


def _by_chance(log: Log, seed: int) -> float:
    cycle, rng = cycle_times(log), np.random.default_rng(seed)
    found = []
    for _ in range(_HALVES):
        mixed = rng.permutation(cycle)
        found.append(wasserstein(mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]))
    return float(np.mean(found)) / 3_600e6
