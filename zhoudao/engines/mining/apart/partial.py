"""What one part of a log tells of the map: the kernels of the whole log, on the cases of the part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhoudao.engines.mining.apart.narrowing import Wanted, counted, looked_into
from zhoudao.engines.mining.apart.sums import LOW_BITS, Part, merged, rows, split_total
from zhoudao.engines.mining.apart.words import Words
from zhoudao.engines.mining.filtering import first_and_last
from zhoudao.engines.mining.following import Samples, services, waits_between
from zhoudao.engines.mining.interning import in_order
from zhoudao.engines.mining.log import NOBODY, Codes, Log, Names, Times
from zhoudao.engines.mining.rework import again, reopened, returns
from zhoudao.engines.mining.variants import variants

SAMPLES = (Part.WAIT, Part.SERVICE, Part.STAY, Part.HAND, Part.BACK, Part.TOOK)


def coded(table: pa.Table, words: Words) -> pa.Table:
    """The rows of a piece with codes for words, the same in all pieces: what is sent where rows are sent at all."""
    columns = {"case": table["case"], "activity": _codes(table["activity"], words.activities)}
    if words.resources is not None:
        columns["resource"] = _codes(table["resource"], words.resources)
    return pa.table(columns | {name: table[name] for name in ("end", "begun", "place") if name in table.column_names})


@dataclass(frozen=True)
class AllRows:
    """All rows of a piece, to be brought together by case."""

    words: Words

    @property
    def schema(self) -> pa.Schema:
        """See `running.Send`."""
        columns = {"case": pa.string(), "activity": pa.int32(), "end": pa.int64(), "place": pa.int64()}
        columns |= {"resource": pa.int32()} if self.words.resources is not None else {}
        return pa.schema(columns | ({"begun": pa.int64()} if self.words.is_timed else {}))

    def __call__(self, table: pa.Table) -> pa.Table:
        return table


def _codes(column: Any, words: tuple[str, ...]) -> Any:
    return pc.index_in(column, value_set=pa.array(words, pa.string())).fill_null(NOBODY).cast(pa.int32())


def log_of(table: pa.Table, words: Words) -> Log:
    """The log of coded rows that are whole cases; cases stand by their names, equal moments as they were given."""
    if "place" in table.column_names:
        table = table.sort_by("place")
    names = pc.dictionary_encode(table["case"].combine_chunks())
    names = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    order = np.asarray(pc.sort_indices(names.dictionary))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    case = rank[names.indices.to_numpy()]
    end = np.ascontiguousarray(table["end"])
    begun, resource = (
        np.asarray(table[name]) if name in table.column_names else None for name in ("begun", "resource")
    )
    at = in_order(case, len(order), end, begun)
    return Log(
        case=case[at], activity=table["activity"].to_numpy()[at], end=end[at],
        cases=Names(names.dictionary.take(pa.array(order))), activities=words.activities,
        begun=None if begun is None else begun[at], resource=None if resource is None else resource[at],
        resources=words.resources or (),
    )  # fmt: skip


@dataclass(frozen=True)
class Counting:
    """The first look at the cases of a part: everything but the middles, and in which buckets they lie."""

    words: Words

    def __call__(self, table: pa.Table) -> pa.Table:
        if not len(table):
            return merged([])
        log = log_of(table, self.words)
        found = [*_plain(log), *_ways(log), *_repeats(log)]
        for part, samples in samples_of(log).items():
            found.append(counted(part, samples))
            found += _totals(part, samples)
        return merged(found)


@dataclass(frozen=True)
class LookingInto:
    """A further look: into the `wanted` buckets of some samples, and, where `closing` steps are known by then, which
    cases went on after one.
    """

    words: Words
    wanted: Mapping[Part, Wanted] = field(default_factory=dict)
    closing: tuple[int, ...] | None = None

    def __call__(self, table: pa.Table) -> pa.Table:
        if not len(table):
            return merged([])
        log = log_of(table, self.words)
        found = [
            looked_into(part, samples, self.wanted[part])
            for part, samples in samples_of(log).items()
            if part in self.wanted
        ]
        if self.closing is not None:
            went_on = reopened(log, self.closing)
            found.append(rows(Part.REOPENED, len(went_on.cases)))
            found += split_total(Part.REOPENED_LOW, went_on.time)
        return merged(found)


def samples_of(log: Log) -> dict[Part, Samples]:
    """Everything of a log of which there is a middle: waits by pair of steps, services and stays (from the end of the
    event before to its own) by step, how long cases took; and between people, waits where a case changed hands and how
    long it was away before it came back, by who times how many there are plus whom.
    """
    first, last = first_and_last(log)
    took = Samples(np.zeros(1, np.int64), np.array([0, len(first)]), last - first, np.array([len(first)]))
    found = {
        Part.WAIT: waits_between(log), Part.SERVICE: services(log), Part.STAY: _stays(log), Part.TOOK: took,
    }  # fmt: skip
    if log.resource is not None:
        found |= {Part.HAND: _hands(log), Part.BACK: _back(log)}
    return found


def _stays(log: Log) -> Samples:
    after = np.nonzero(log.case[1:] == log.case[:-1])[0] + 1
    return grouped(log.activity[after].astype(np.int64), log.end[after] - log.end[after - 1], log.case[after])


def _hands(log: Log) -> Samples:
    assert log.resource is not None
    size = len(log.resources) + 1  # code 0 is nobody
    every = waits_between(log, (log.resource + 1).astype(np.int32), size)
    source, target = every.key // size - 1, every.key % size - 1
    kept = (source >= 0) & (target >= 0) & (source != target)
    rows_kept = np.repeat(kept, np.diff(every.first))
    first = np.concatenate([[0], np.cumsum(np.diff(every.first)[kept])])
    key = source[kept] * len(log.resources) + target[kept]
    return Samples(key, first, every.values[: len(rows_kept)][rows_kept], every.cases[kept])


def _back(log: Log) -> Samples:
    assert log.resource is not None
    found = returns(log, log.resource, max(len(log.resources), 1))
    return grouped(found.pair, found.away, log.case[found.row])


def grouped(key: Times, values: Times, case: Codes) -> Samples:
    """Values by their keys, each with how many cases it is in; cases stand together."""
    order = np.argsort(key, kind="stable")  # so that each key's cases stay in their order
    key, values, case = key[order], values[order], case[order]
    fresh = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.empty(0, np.bool_)
    new_case = fresh | np.concatenate([[True], case[1:] != case[:-1]]) if len(key) else fresh
    keys, first = key[fresh], np.append(np.nonzero(fresh)[0], len(key)).astype(np.int64)
    cases = np.add.reduceat(new_case.astype(np.int64), first[:-1]) if len(key) else np.empty(0, np.int64)
    return Samples(keys, first, values, cases)


def _totals(part: Part, samples: Samples) -> Iterator[pa.Table]:
    """Sums by key, each of its low and its high bits, so that none overflows; and in how many cases."""
    upto = [
        np.concatenate([np.zeros(1, np.int64), np.cumsum(bits)])[samples.first]
        for bits in (samples.values & ((1 << LOW_BITS) - 1), samples.values >> LOW_BITS)
    ]
    for place, sums in enumerate(upto):
        yield rows(part.low + place, np.diff(sums), key=samples.key)
    yield rows(part.cases, samples.cases, key=samples.key)


def _plain(log: Log) -> Iterator[pa.Table]:
    bounds = log.offsets
    yield rows(Part.CASE, len(log.cases))
    for part, at in ((Part.STARTS, bounds[:-1]), (Part.ENDS, bounds[1:] - 1)):
        count = np.bincount(log.activity[at], minlength=len(log.activities))
        yield rows(part, count, key=np.arange(len(count)))


def _ways(log: Log) -> Iterator[pa.Table]:
    """Every way through, as the codes of its steps, with the first of its cases by name."""
    found = variants(log)
    bounds = log.offsets
    steps = log.activity.astype("<i4")
    ways = [steps[bounds[case] : bounds[case + 1]].tobytes() for case in found.example]
    yield rows(Part.WAY, found.count, word=pa.array(ways, pa.binary()), first=log.cases.column.take(
        pa.array(found.example)))  # fmt: skip


def _repeats(log: Log) -> Iterator[pa.Table]:
    found = again(log)
    for part, number in ((Part.AT_ONCE, found.at_once), (Part.LATER, found.later), (Part.AGAIN_CASES, found.cases)):
        yield rows(part, number, key=np.arange(len(number)))
    yield from split_total(Part.AGAIN_LOW, found.time, key=np.arange(len(found.time)))
