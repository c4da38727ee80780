"""Having work done on every part: here, one after another or by several processes. Spark's is `doors/cli/map_spark`."""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhoudao.engines.mining.apart.partial import coded
from zhoudao.engines.mining.apart.pieces import LakeUnsound, Piece, Roles, rows_of
from zhoudao.engines.mining.apart.sums import Part, merged, rows
from zhoudao.engines.mining.apart.words import Words, marks_of

CPU, READ, SENT = range(3)
Work = Callable[[Any], pa.Table]


class Send(Protocol):
    """Which rows of a part are sent to be brought together anew, and what columns they have."""

    @property
    def schema(self) -> pa.Schema:
        """Of the rows."""

    def __call__(self, table: pa.Table) -> pa.Table:
        """The rows of a part."""


class Runner(Protocol):
    """Parts somewhere, and somebody who works on them."""

    def each(self, work: Work, *, least: int = 0) -> pa.Table:
        """What work on every part gives, merged; with `least` as `sums.merged` has it."""

    def regrouped(self, send: Send, key: str, count: int) -> "Runner":
        """The rows that `send` makes of each part, brought together by a column into so many new parts."""


@dataclass(frozen=True)
class OfPieces:
    """Reads a piece, codes its words where they are known, and works on it."""

    root: str
    roles: Roles
    words: Words | None = None

    def __call__(self, piece: Piece) -> tuple[Any, int]:
        found = rows_of(self.root, piece, self.roles)
        return (found if self.words is None else coded(found.table, self.words)), found.size


def as_it_is(table: pa.Table) -> tuple[Any, int]:
    """Of a part that was brought together there is nothing to read."""
    return table, 0


def done(read: Callable[[Any], tuple[Any, int]], work: Work, part: Any) -> pa.Table:
    """What work on a part gives, with what it took; a fault as a row in its own words, so that it comes through."""
    began = time.process_time_ns()
    try:
        table, size = read(part)
        found = work(table)
    except LakeUnsound as fault:
        return rows(Part.FAULT, 1, word=str(fault).encode())
    spent = [(time.process_time_ns() - began) // 1000, size, found.nbytes]
    return pa.concat_tables([found, rows(Part.SPENT, spent, key=[CPU, READ, SENT])])


def sent(send: Send, table: pa.Table) -> pa.Table:
    """What is sent of a part, as its schema has it."""
    found = send(table) if len(table) else send.schema.empty_table()
    return found.select(send.schema.names).cast(send.schema)


class Here:
    """Parts of this machine; with `jobs`, by so many processes."""

    def __init__(self, parts: Sequence[Any], read: Callable[[Any], tuple[Any, int]], *, jobs: int = 1) -> None:
        self._parts, self._read, self._jobs = parts, read, jobs

    def each(self, work: Work, *, least: int = 0) -> pa.Table:
        """See `Runner`."""
        return merged(self._all(partial(done, self._read, work)), least=least)

    def regrouped(self, send: Send, key: str, count: int) -> "Runner":
        """See `Runner`. The rows are held in memory. Raises: LakeUnsound"""
        groups: list[list[pa.Table]] = [[] for _ in range(count)]
        for part in self._parts:
            table = sent(send, self._read(part)[0])
            place = _places(table[key], count)
            for one in np.unique(place):
                groups[one].append(table.filter(pa.array(place == one)))
        return Here([pa.concat_tables(group) for group in groups if group], as_it_is, jobs=self._jobs)

    def _all(self, work: Callable[[Any], pa.Table]) -> Iterator[pa.Table]:
        if self._jobs <= 1:
            yield from map(work, self._parts)
            return
        with ProcessPoolExecutor(self._jobs, multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(work, self._parts)


def _places(column: Any, count: int) -> Any:
    if pa.types.is_integer(column.type):
        return column.to_numpy() % count
    coded_column = pc.dictionary_encode(column.combine_chunks())
    coded_column = coded_column.combine_chunks() if isinstance(coded_column, pa.ChunkedArray) else coded_column
    return (marks_of(coded_column.dictionary) % count)[coded_column.indices.to_numpy()]


def faults(table: pa.Table) -> Iterable[str]:
    """What is wrong, as the parts said."""
    found = table.filter(pc.equal(table["part"], int(Part.FAULT)))
    return sorted(word.decode() for word in found["word"].to_pylist())
