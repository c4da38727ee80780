"""When cases come, planned before anything else: the same luck gives the same times in every scenario.

By rates they come as a Poisson process whose rate changes with the hour of the week. Source: inversion of its
cumulative rate (Çınlar 1975), exact for rates that are constant within an hour, where thinning would waste luck and
shift it whenever a rate changes.
"""

import math

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.simulation.bare import Key
from zhoudao.engines.simulation.chance import ARRIVAL, drawn, key_of, uniform
from zhoudao.engines.simulation.layout import MONDAY, SECOND, WEEK, World
from zhoudao.engines.simulation.model import Model
from zhoudao.kit.compiled import compiled

MOST_CASES = 5_000_000
_HOUR = 3600 * SECOND


class TooManyCases(Exception):
    """More cases would come than can be simulated at once."""


def arrivals(model: Model, world: World, key: Key, gap: int) -> NDArray[np.int64]:
    """Moments in microseconds, rising: shape (cases,). `gap` is the index of the distribution between two.

    Raises: TooManyCases.
    """
    given = model.arrivals
    most = MOST_CASES + 1 if given.cases is None else given.cases
    last = np.iinfo(np.int64).max if given.seconds is None else model.begins + round(given.seconds * SECOND)
    if given.times:
        times = np.sort(np.round(np.array(given.times) * SECOND).astype(np.int64)) + model.begins
        found = times[: int(np.searchsorted(times, last))][:most]
    elif given.rates:
        found = _by_rates(np.array(given.rates), np.uint64(key), model.begins, (most, last))
    else:
        found = _by_gaps(world, gap, np.uint64(key), (model.begins, most, last))
    if len(found) > MOST_CASES:
        raise TooManyCases(f"More than {MOST_CASES:,} cases would come: shorten the time or lower the rate.")
    return found


@compiled
def _by_gaps(w: World, gap: int, key: Key, bounds: tuple[int, int, int]) -> NDArray[np.int64]:
    begins, most, last = bounds
    found = np.empty(min(most, 1024), np.int64)
    time, count = begins, 0
    while count < most:
        time += drawn(w, gap, key_of(key, np.uint64(ARRIVAL), count, ARRIVAL))
        if time >= last:
            break
        if count == len(found):
            found = np.concatenate((found, np.empty(min(len(found), most - len(found)), np.int64)))
        found[count] = time
        count += 1
    return found[:count].copy()


@compiled
def _by_rates(rates: NDArray[np.float64], key: Key, begins: int, bounds: tuple[int, int]) -> NDArray[np.int64]:
    most, last = bounds
    found = np.empty(min(most, 1024), np.int64)
    time, count = begins, 0
    while count < most:
        left = -math.log(uniform(key_of(key, np.uint64(ARRIVAL), count, ARRIVAL)))
        while time < last:
            rate = rates[((time + MONDAY) % WEEK) // _HOUR]
            ends = (time // _HOUR + 1) * _HOUR
            expected = rate * (ends - time) / _HOUR
            if left <= expected:
                time += int(left / rate * _HOUR + 0.5)
                break
            left -= expected
            time = ends
        if time >= last:
            break
        if count == len(found):
            found = np.concatenate((found, np.empty(min(len(found), most - len(found)), np.int64)))
        found[count] = time
        count += 1
    return found[:count].copy()
