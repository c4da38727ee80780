"""The way in: a model becomes figures, or a log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.simulation.measuring import figures
from zhoudao.engines.simulation.model import Model
from zhoudao.engines.simulation.results import Results
from zhoudao.engines.simulation.running import LIMITS, Heard, Limits, worlds


def _unheard(share: float) -> None:
    """Nobody listens."""


def simulate(
    model: Model, *, replications: int = 20, warm_up: float = 0.0, seed: int = 1, limits: Limits = LIMITS,
    heard: Heard = _unheard,
) -> Results:  # fmt: skip
    """Figures of so many replications. `warm_up` is in seconds: cases that come before it fill the queues and are not
    counted. The same seed gives the same figures, and the same luck to another model with the same elements.

    Raises: ModelRefused, NeverFinishes, NothingToMeasure, TooManyCases.
    """
    rows = [
        figures(model, world)
        for world in worlds(
            model, replications=replications, warm_up=warm_up, seed=seed, limits=limits, heard=heard
        )
    ]  # fmt: skip
    found = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    heard(1.0)
    results = Results(found, replications)
    return replace(results, warnings=tuple(_warnings(model, results)))


def _warnings(model: Model, results: Results) -> Iterator[str]:
    patient = {pool for node in model.nodes if node.task and node.task.patience for pool in node.task.pools}
    for pool in model.pools:
        offered = results["offered", pool.id].mean
        if offered >= 1 and pool.id not in patient:
            yield (
                f"{model.name(pool.id)}: {offered:.0%} of what these people can do comes to them; "
                "the queue grows as long as cases come, and waits say more about the length of the simulation."
            )
    left = results["unfinished"].mean
    if left > 0:
        yield f"{left:.1f} cases wait for a batch that does not fill; say how long it may wait."


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened, as columns of one length in the order of the ends, ready for `zhoudao.engines.mining`.

    `case` counts from 0 in order of arrival; `task` and `person` are codes of `tasks` and `people` (-1: nobody, a
    machine); `enabled`, `begun` and `end` are microseconds since 1970.
    """

    case: NDArray[np.int32]
    task: NDArray[np.int32]
    person: NDArray[np.int32]
    enabled: NDArray[np.int64]
    begun: NDArray[np.int64]
    end: NDArray[np.int64]
    tasks: tuple[str, ...]
    people: tuple[str, ...]
    arrived: NDArray[np.int64]
    """When each case came: shape (cases,)."""
    ended: NDArray[np.int64]
    """When it ended, -1 where it did not."""


def record(
    model: Model, *, turn: int = 0, seed: int = 1, limits: Limits = LIMITS, heard: Heard = _unheard
) -> Trace:  # fmt: skip
    """The log of one replication (the `turn`-th, from 0) of those that `simulate` makes of this seed.

    Raises: ModelRefused, NeverFinishes, NothingToMeasure, TooManyCases.
    """
    *_, world = worlds(
        model, replications=turn + 1, warm_up=0.0, seed=seed, limits=limits, heard=heard, recording=True
    )  # fmt: skip
    lines = world.lines[: int(world.one["lines"][0])]
    people = [f"{pool.id}-{number + 1}" for pool in model.pools for number in range(len(pool.people))]
    return Trace(
        case=lines["case"], task=lines["node"], person=lines["person"],
        enabled=lines["enabled"], begun=lines["begun"], end=lines["ended"],
        tasks=tuple(node.id for node in model.nodes), people=tuple(people),
        arrived=world.cases["arrived"], ended=world.cases["ended"],
    )  # fmt: skip
