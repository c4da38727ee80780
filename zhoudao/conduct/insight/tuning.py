"""How much of a wait is put into a scenario as a delay, so that each step waits in it as long as it did.

A log says with whom work waited; a simulation lets whoever is free take it, and so makes less of a queue (or, where a
person was seen busy with what waits for the same, more). What waits for people cannot be told from what waits for
others exactly, so it is found out by simulating: a delay takes over what the simulation does not make.

Source: the tuning of Chapela-Campa and Dumas, "Enhancing business process simulation models with extraneous activity
delays" (2023); theirs scales all delays of a step, ours first gives back what people's other work was taken to explain.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.simulation.model import Model
from zhoudao.engines.simulation.running import Limits
from zhoudao.engines.simulation.simulating import record

ROUNDS, TURNS = 4, 2
LIMITS = Limits(events=10_000_000)
"""What does not come to an end so soon is refused, as it would be by whoever simulates it."""
_LEAST = 1.0
Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Waited:
    """One step's waits: `open` of the hours in which its pool is open, of which `held` by other work of who did it, in
    seconds; `mean` of all of them on the clock; `share` of the week that the pool is open.
    """

    open: Seconds
    held: Seconds
    mean: float
    share: float

    def delays(self, level: float) -> Seconds:
        """At level 0 none, at 1 all that other work does not explain, at 2 all of the wait; rising in between."""
        if level <= 1:
            return np.asarray(level * np.maximum(self.open - self.held, 0))
        return np.asarray(np.maximum(self.open - (2 - level) * self.held, 0))

    def level(self, mean: float) -> float:
        """The level at which delays have this mean (the nearest there is), by halving."""
        low, high = 0.0, 2.0
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if self.delays(middle).mean() < mean else (low, middle)
        return (low + high) / 2


@dataclass(frozen=True, slots=True)
class StepWait:
    """Mean wait before a step, in seconds: in the log, and in the scenario as it came out."""

    element: str
    seen: float
    simulated: float


def tuned(
    wanted: Mapping[str, Waited], levels: Mapping[str, float], simulated: Mapping[str, float]
) -> dict[str, float]:  # fmt: skip
    """The next levels, from what the last ones came to; steps that nobody came to stay as they are."""
    found = dict(levels)
    for name, one in wanted.items():
        if name in simulated:
            short = (one.mean - simulated[name]) * one.share
            found[name] = one.level(max(float(one.delays(levels[name]).mean()) + short, 0.0))
    return found


def is_delay(seconds: Seconds) -> bool:
    """Whether there is enough of it to speak of."""
    return bool(len(seconds) and seconds.mean() >= _LEAST)


def simulated_waits(model: Model, seed: int) -> dict[str, float]:
    """Mean wait before each step that was come to, in seconds."""
    total: dict[str, float] = {}
    count: dict[str, int] = {}
    for turn in range(TURNS):
        trace = record(model, turn=turn, seed=seed, limits=LIMITS)
        waited = np.bincount(trace.task, weights=(trace.begun - trace.enabled) / 1e6, minlength=len(trace.tasks))
        times = np.bincount(trace.task, minlength=len(trace.tasks))
        for at in np.flatnonzero(times):
            name = trace.tasks[at]
            total[name] = total.get(name, 0.0) + float(waited[at])
            count[name] = count.get(name, 0) + int(times[at])
    return {name: each / count[name] for name, each in total.items()}
