"""Numbers by chance that depend on what they are for, never on the order in which they are asked for.

Each number is a hash of seed, replication, case, element, visit and purpose. So two scenarios with the same seed meet
the same cases with the same luck wherever they agree (common random numbers), and their difference is that of the
scenarios. Source: the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
generators"), chained; gamma by Marsaglia and Tsang 2000; normal by Box and Muller.
"""

import math

import numpy as np

from zhoudao.engines.simulation.bare import Key, bare, within
from zhoudao.engines.simulation.layout import World

ARRIVAL, RANK, SERVICE, PATIENCE, ROUTE, RING, COMES, DELAY = range(1, 9)
"""What a number is for."""

_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_VISIT = np.uint64(0xD1342543DE82EF95)
_LONGEST = 1e16  # three centuries: no sum of a few of them overflows


@within
def mixed(key: Key, salt: Key) -> Key:
    """A new key of two, both unsigned 64-bit."""
    z = np.uint64(key) + np.uint64(salt) * _GOLDEN + _GOLDEN
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@within
def key_of(case: Key, stream: Key, visit: int, purpose: int) -> Key:
    """The key of one number: `case` is the case's own key, `stream` its element's."""
    return mixed(mixed(case, stream), np.uint64(visit) * _VISIT + np.uint64(purpose))


@within
def uniform(key: Key) -> float:
    """Between 0 and 1, never either."""
    return float((np.uint64(mixed(key, np.uint64(0))) >> _11) * 1.1102230246251565e-16 + 5.551115123125783e-17)


@bare
def _normal(key: Key) -> float:
    radius = math.sqrt(-2.0 * math.log(uniform(mixed(key, np.uint64(1)))))
    return radius * math.cos(2.0 * math.pi * uniform(mixed(key, np.uint64(2))))


@bare
def _gamma(key: Key, shape: float) -> float:
    d = (shape if shape >= 1 else shape + 1) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    found = -1.0
    turn = key
    while found < 0:
        turn = mixed(turn, np.uint64(3))
        x = _normal(turn)
        v = (1.0 + c * x) ** 3
        if v > 0 and math.log(uniform(mixed(turn, np.uint64(4)))) < 0.5 * x * x + d - d * v + d * math.log(v):
            found = d * v
    return found if shape >= 1 else found * uniform(mixed(key, np.uint64(5))) ** (1.0 / shape)


@bare
def _triangular(u: float, low: float, mode: float, high: float) -> float:
    if high <= low:
        return low
    if u < (mode - low) / (high - low):
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


@bare
def _bounded(w: World, dist: int, key: Key) -> float:
    shape, u = w.dists[dist].shape, uniform(key)
    if shape == 5:
        return w.dists[dist].a + u * (w.dists[dist].b - w.dists[dist].a)  # type: ignore[no-any-return]  # a table's number
    if shape == 6:
        return _triangular(u, w.dists[dist].a, w.dists[dist].b, w.dists[dist].c)
    return w.values[w.dists[dist].first + int(u * w.dists[dist].count)]  # type: ignore[no-any-return]  # a table's number


@within
def drawn_at_once(w: World, dist: int, key: Key) -> int:
    """As `drawn`, with the most frequent family put into who calls it."""
    if w.dists[dist].shape == 1:
        return int(min(-math.log(uniform(key)) * w.dists[dist].a, _LONGEST) + 0.5)
    return drawn(w, dist, key)


@bare
def drawn(w: World, dist: int, key: Key) -> int:
    """A time of this distribution, in microseconds."""
    shape, a, b = w.dists[dist].shape, w.dists[dist].a, w.dists[dist].b
    if shape == 0:
        found = a
    elif shape == 1:
        found = -math.log(uniform(key)) * a
    elif shape == 2:
        found = _gamma(key, a) * b
    elif shape == 3:
        found = math.exp(min(a + b * _normal(key), 37.0))
    elif shape == 4:
        found = b * (-math.log(uniform(key))) ** (1.0 / a)
    else:
        found = _bounded(w, dist, key)
    return int(min(found, _LONGEST) + 0.5)
