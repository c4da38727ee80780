"""Exact medians of any number of values, without ever bringing them together.

In the first round each part counts its values by buckets about 1.6 % wide; added up, the counts say in which bucket the
middle lies. In the next one only values of that bucket are counted, by finer buckets or, where they are few, each by
itself; and so on, until the middle is one value. However many values there are,
what is sent are counts, never values by the row, and no group of values is ever the work of one machine.

Source: selection by counting digits (Floyd and Rivest 1975 for the idea of bracketing a rank; MSD radix selection).
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhoudao.engines.mining.apart.sums import only, rows
from zhoudao.engines.mining.following import Samples
from zhoudao.engines.mining.log import Times
from zhoudao.kit.compiled import compiled

AT_ONCE = 5_000_000
"""So many values are counted each by itself; of more, finer buckets first."""
_FINER = 10
_DIGITS = 7


class Wanted(NamedTuple):
    """Buckets to be looked into, by key: those of `key[k]` are `[low[j], low[j] + 2 ** shift[j])` for j from `first[k]`
    to `first[k + 1]`, and are told in buckets of `2 ** finer[j]`.
    """

    key: Times
    first: Times
    low: Times
    shift: Times
    finer: Times


class Middle(NamedTuple):
    """Of each key, by key: how many values, their median and 90th percentile (`following.spread`)."""

    values: int
    median: float
    p90: float


def counted(part: int, samples: Samples) -> pa.Table:
    """The first round, in a part: how many values each bucket holds."""
    group, low, number = _tallied(samples.first, bucketed(samples.values))
    return rows(part, number, key=samples.key[group], value=low)


def looked_into(part: int, samples: Samples, wanted: Wanted) -> pa.Table:
    """A further round, in a part: the wanted buckets in finer ones, by their lowest value."""
    place = np.searchsorted(wanted.key, samples.key)
    place[place == len(wanted.key)] = 0
    place = np.where(wanted.key[place] == samples.key, place, -1) if len(wanted.key) else place * 0 - 1
    first, low = _looked_into(samples.first, samples.values, place, wanted)
    group, low, number = _tallied(first, low)
    return rows(part, number, key=samples.key[group], value=low)


class Narrowing:
    """The middles of the samples of one part of a table, found round by round."""

    def __init__(self, part: int, table: pa.Table) -> None:
        """From the merged counts of the first round."""
        self.part = part
        self._ranks: dict[int, list[_Sought]] = {}
        self._count: dict[int, int] = {}
        for key, low, number in _groups(table, part):
            count = int(number.sum())
            self._count[key] = count
            sought = [_Sought(rank, 0, 0, 0) for rank in _ranks(count)]
            self._ranks[key] = [_in_bucket(each, low, number, widths(low)) for each in sought]

    def __len__(self) -> int:
        """How many keys have values."""
        return len(self._count)

    @property
    def is_done(self) -> bool:
        """Whether every rank is one value."""
        return not any(each.shift for ranks in self._ranks.values() for each in ranks)

    def wanted(self, at_once: int = AT_ONCE) -> Wanted:
        """What is to be looked into next."""
        buckets = {
            key: sorted({(each.low, each.shift, each.inside) for each in ranks if each.shift})
            for key, ranks in self._ranks.items()
        }
        buckets = {key: found for key, found in sorted(buckets.items()) if found}
        many = sum(inside for found in buckets.values() for _, _, inside in found) > at_once
        every = [bucket for found in buckets.values() for bucket in found]
        shift = np.array([shift for _, shift, _ in every], np.int64)
        return Wanted(
            np.array(list(buckets), np.int64),
            np.concatenate([[0], np.cumsum([len(found) for found in buckets.values()])]).astype(np.int64),
            np.array([low for low, _, _ in every], np.int64), shift,
            np.maximum(shift - _FINER, 0) if many else np.zeros_like(shift),
        )  # fmt: skip

    def narrow(self, table: pa.Table, wanted: Wanted) -> None:
        """This will take in what a round with these wanted buckets found."""
        places = {int(key): place for place, key in enumerate(wanted.key)}
        for key, low, number in _groups(table, self.part):
            first, last = wanted.first[places[key]], wanted.first[places[key] + 1]
            finer = {int(wanted.low[at]): int(wanted.finer[at]) for at in range(first, last)}
            self._ranks[key] = [_finer(each, low, number, finer) for each in self._ranks[key]]

    def middles(self) -> Mapping[int, Middle]:
        """Of each key, once it `is_done`."""
        found = {}
        for key, count in self._count.items():
            values = [each.low for each in self._ranks[key]]
            over = (count - 1) * 9 % 10 / 10
            found[key] = Middle(count, (values[0] + values[1]) / 2, values[2] + over * (values[3] - values[2]))
        return found


class _Sought(NamedTuple):
    """A rank among the values of a key that lie in the bucket `[low, low + 2 ** shift)`, which holds `inside`."""

    rank: int
    low: int
    shift: int
    inside: int


def _ranks(count: int) -> list[int]:
    """The places of median and 90th percentile among so many, as `following.spread` has them."""
    last = count - 1
    high = last * 9 // 10
    return [last // 2, (last + 1) // 2, high, min(high + 1, last)]


def _groups(table: pa.Table, part: int) -> list[tuple[int, Times, Times]]:
    found = only(table, part)
    key, low, number = (found[name].to_numpy() for name in ("key", "value", "number"))
    keys, first = np.unique(key, return_index=True)
    bounds = [*first, len(key)]
    return [(int(one), low[a:b], number[a:b]) for one, (a, b) in zip(keys, pairwise(bounds), strict=True)]


def _in_bucket(sought: _Sought, low: Times, number: Times, shift: Times) -> _Sought:
    upto = np.cumsum(number)
    place = int(np.searchsorted(upto, sought.rank, side="right"))
    return _Sought(
        sought.rank - int(upto[place] - number[place]), int(low[place]), int(shift[place]), int(number[place])
    )


def _finer(sought: _Sought, low: Times, number: Times, finer: Mapping[int, int]) -> _Sought:
    if not sought.shift:
        return sought
    own = slice(*np.searchsorted(low, [sought.low, sought.low + (1 << sought.shift)]))
    return _in_bucket(sought, low[own], number[own], np.full(len(low[own]), finer[sought.low], np.int64))


def widths(low: Times) -> Times:
    """Of the lowest value of each bucket of the first round, the power of two that the bucket is wide."""
    return _widths(low)


@compiled
def _width(value: int) -> int:
    rest = value ^ (value >> 63)
    width = 0
    while rest >> _DIGITS:
        rest >>= 1
        width += 1
    return width


@compiled
def _widths(low: Times) -> Times:
    found = np.empty(len(low), np.int64)
    for place in range(len(low)):
        found[place] = _width(low[place])
    return found


@compiled
def bucketed(values: Times) -> Times:
    """The lowest value of each one's bucket: itself below 128, else its seven highest bits."""
    found = np.empty(len(values), np.int64)
    for place in range(len(values)):
        width = _width(values[place])
        found[place] = (values[place] >> width) << width
    return found


@compiled
def _tallied(first: Times, values: Times) -> tuple[Times, Times, Times]:
    """How often each value is, group by group, of which the places are given; values are sorted."""
    group, value, number = np.empty_like(values), np.empty_like(values), np.zeros_like(values)
    found = 0
    for one in range(len(first) - 1):
        values[first[one] : first[one + 1]].sort()
        for place in range(first[one], first[one + 1]):
            if place > first[one] and values[place] == values[place - 1]:
                number[found - 1] += 1
            else:
                group[found], value[found], number[found] = one, values[place], 1
                found += 1
    return group[:found], value[:found], number[:found]


@compiled
def _looked_into(first: Times, values: Times, place: NDArray[np.int64], wanted: Wanted) -> tuple[Times, Times]:
    fresh, low = np.zeros_like(first), np.empty_like(values)
    found = 0
    for one in range(len(first) - 1):
        fresh[one] = found
        if place[one] < 0:
            continue
        for row in range(first[one], first[one + 1]):
            for at in range(wanted.first[place[one]], wanted.first[place[one] + 1]):
                inside = values[row] - wanted.low[at]
                if 0 <= inside < np.int64(1) << wanted.shift[at]:
                    low[found] = wanted.low[at] + ((inside >> wanted.finer[at]) << wanted.finer[at])
                    found += 1
                    break
    fresh[-1] = found
    return fresh, low[:found]
