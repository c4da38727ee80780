"""A log packed into pieces of bytes, for where files are sealed and bounded; what is not asked for is not opened."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Column, Log, Names
from zhoudao.engines.mining.variants import Variants, variants

PIECE = 16 * 1024 * 1024
RESOURCE = ""
"""The resource as a column beside the others: no column of a log is called nothing."""
_SCHEMA, _LENGTH = 1, 8


def packed(log: Log, *, piece: int = PIECE) -> Iterator[bytes]:
    """The log as pieces of at most so many bytes: a head that says what stands where, then columns in the smallest
    numbers that hold them, which way each case goes, and last the names of cases.
    """
    columns, ways = _columns(log), variants(log)
    segments: dict[str, NDArray[Any]] = {
        "length": np.diff(log.offsets).astype(np.int32), "activity": _small(log.activity, len(log.activities)),
        "end": log.end, **({} if log.begun is None else {"begun": log.begun}),
    }  # fmt: skip
    for place, column in enumerate(columns.values()):
        segments[f"column-{place}"] = _small(column.codes, len(column.values))
    segments |= {"way": _small(ways.of, len(ways)), "example": ways.example, "count": ways.count}
    segments["cases"] = np.frombuffer(_words(log.cases), np.uint8)
    told, start = {}, 0
    for name, array in segments.items():
        told[name] = [array.dtype.str, start, len(array)]
        start += array.nbytes
    head = json.dumps(
        {"schema": _SCHEMA, "cases": len(log.cases), "events": len(log), "activities": log.activities, "at": told,
         "columns": {name: column.values for name, column in columns.items()}}, ensure_ascii=False,
    ).encode()  # fmt: skip
    yield from _cut([len(head).to_bytes(_LENGTH, "little"), head, *(_bytes(each) for each in segments.values())], piece)


class Packed:
    """A packed log; `read` gives a piece by its place. Each column is opened when it first is asked for, and held."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._pieces = _Pieces(read)
        size = int.from_bytes(self._pieces.of(0, _LENGTH).tobytes(), "little")
        self._base = _LENGTH + size
        head = json.loads(self._pieces.of(_LENGTH, self._base).tobytes())
        self.cases, self.events = int(head["cases"]), int(head["events"])
        self.activities: tuple[str, ...] = tuple(head["activities"])
        self.columns: dict[str, tuple[str, ...]] = {name: tuple(words) for name, words in head["columns"].items()}
        self._at: dict[str, tuple[str, int, int]] = head["at"]
        self._held: dict[str, Column] = {}
        self._log: Log | None = None
        self._offsets = np.zeros(1, np.int64)

    def log(self, columns: Iterable[str] = ()) -> Log:
        """The log with these of its columns alone (`RESOURCE` for who did it); others are not read."""
        if self._log is None:
            lengths = self._segment("length")
            self._offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
            self._log = Log(
                case=np.repeat(np.arange(self.cases, dtype=np.int32), lengths), activity=self._codes("activity"),
                end=self._segment("end"), begun=self._segment("begun") if "begun" in self._at else None,
                cases=Names(later=partial(_named, partial(self._segment, "cases")), size=self.cases),
                activities=self.activities,
            )  # fmt: skip
        names = list(self.columns)
        for name in columns:
            if name not in self._held:
                self._held[name] = Column(self._codes(f"column-{names.index(name)}"), self.columns[name])
        log = replace(self._log, columns={name: self._held[name] for name in columns})
        vars(log)["offsets"] = self._offsets  # known already: the lengths are what is kept
        return log

    @cached_property
    def ways(self) -> Variants:
        """Every way through, as it was found when the log was packed."""
        return Variants(self._codes("way"), self._segment("example"), self._segment("count"))

    def _segment(self, name: str) -> NDArray[Any]:
        kind, start, count = self._at[name]
        first = self._base + start
        return self._pieces.of(first, first + count * np.dtype(kind).itemsize).view(kind)

    def _codes(self, name: str) -> Codes:
        return self._segment(name).astype(np.int32)


class _Pieces:
    """Bytes by their place in the whole; the piece that was read last is held, for the next often begins in it."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read, self._place = read, 0
        self._piece = read(0)
        self._size = len(self._piece)

    def of(self, first: int, last: int) -> NDArray[np.uint8]:
        found, at = np.empty(last - first, np.uint8), 0
        while at < len(found):
            place, within = divmod(first + at, self._size)
            if place != self._place:
                self._piece, self._place = self._read(place), place
            part = np.frombuffer(self._piece, np.uint8)[within : within + len(found) - at]
            found[at : at + len(part)] = part
            at += len(part)
        return found


def _columns(log: Log) -> dict[str, Column]:
    own = {} if log.resource is None else {RESOURCE: Column(log.resource, log.resources)}
    return own | dict(log.columns)


def _small(codes: Codes, size: int) -> NDArray[Any]:
    return codes.astype(np.int8 if size < 2**7 else np.int16 if size < 2**15 else np.int32, copy=False)


def _bytes(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).view(np.uint8).data


def _cut(parts: Iterable[bytes | memoryview], piece: int) -> Iterator[bytes]:
    held = bytearray()
    for part in parts:
        at = 0
        while at < len(part):
            taken = part[at : at + piece - len(held)]
            held += taken
            at += len(taken)
            if len(held) == piece:
                yield bytes(held)
                held.clear()
    if held:
        yield bytes(held)


def _words(names: Names) -> Any:
    import pyarrow as pa

    batch = pa.record_batch([names.column], names=["name"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _named(segment: Callable[[], NDArray[Any]]) -> Any:
    import pyarrow as pa

    with pa.ipc.open_stream(pa.py_buffer(segment())) as stream:
        return stream.read_next_batch().column(0)
