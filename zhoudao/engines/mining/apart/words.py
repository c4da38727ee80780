"""The pass before all others: which words there are, how many events, between which moments, and that all fit."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zhoudao.engines.mining.apart.pieces import LakeUnsound, Rows
from zhoudao.engines.mining.apart.sums import Part, by_key, merged, one, only, rows
from zhoudao.kit.compiled import compiled

_TOLD = 5


class Words(NamedTuple):
    """What all parts have in common: words by code, in the order of their alphabet, and how often each is; `first` and
    `last` moment in microseconds. `resources` is None where the log names nobody; `is_timed`: it says beginnings.
    """

    activities: tuple[str, ...]
    counts: tuple[int, ...]
    resources: tuple[str, ...] | None
    is_timed: bool
    events: int
    left_out: int
    first: int
    last: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Of a piece: its words, counted."""

    def __call__(self, found: Rows) -> pa.Table:
        table = found.table
        parts = [rows(Part.EVENTS, len(table)), rows(Part.LEFT_OUT, found.left_out)]
        parts.append(rows(Part.COLUMNS, 1, word="\n".join(sorted(found.columns)).encode(), first=found.path))
        for role, part in (("activity", Part.ACTIVITY), ("resource", Part.RESOURCE)):
            if role in table.column_names:
                counted = pc.value_counts(table[role].combine_chunks().drop_null())
                parts.append(rows(part, counted.field("counts"), word=counted.field("values")))
        if len(table):
            begun = table["begun"] if "begun" in table.column_names else table["end"]
            ends = [pc.min(begun).as_py(), pc.min(table["end"]).as_py(), pc.max(table["end"]).as_py()]
            parts.append(rows(Part.MOMENT, 1, key=[0, 0, 1], value=ends))
        return merged(parts)


@dataclass(frozen=True)
class Cases:
    """Of a piece: a number for each of its cases. What comes to two stands in two pieces, or is two names of one
    number; asked again with these `numbers`, it says names and where they stand.
    """

    numbers: tuple[int, ...] = ()

    def __call__(self, found: Rows) -> pa.Table:
        names = pc.unique(found.table["case"]).cast(pa.string())
        names = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
        marks = marks_of(names)
        if not self.numbers:
            return rows(Part.CASE, 1, key=marks)
        kept = pa.array(np.isin(marks, np.array(self.numbers, np.int64)))
        names = names.filter(kept)
        return rows(Part.CASE, 1, key=marks[kept.to_numpy(zero_copy_only=False)], word=names, first=found.path)


def words_of(table: pa.Table, *, is_timed: bool, has_resources: bool) -> Words:
    """What `Reading` found in all pieces, merged. Raises: LakeUnsound (no event in it)"""
    if not one(table, Part.EVENTS):
        raise LakeUnsound("There is no event in it that has a case, an activity and a time.")
    steps, people = (_sorted(table, part) for part in (Part.ACTIVITY, Part.RESOURCE))
    moments = only(table, Part.MOMENT)
    at = moments["value"].to_pylist()
    return Words(
        activities=tuple(steps), counts=tuple(steps.values()), resources=tuple(people) if has_resources else None,
        is_timed=is_timed, events=one(table, Part.EVENTS), left_out=by_key(table, Part.LEFT_OUT).get(0, 0),
        first=min(at), last=max(at), notes=tuple(_differing(table)),
    )  # fmt: skip


def _sorted(table: pa.Table, part: Part) -> dict[str, int]:
    found = only(table, part)
    return dict(sorted(zip((word.decode() for word in found["word"].to_pylist()), found["number"].to_pylist(),
                           strict=True)))  # fmt: skip


def _differing(table: pa.Table) -> list[str]:
    """What is to be said where files have different columns, none of which the map needs."""
    found = only(table, Part.COLUMNS)
    kinds = [(set(word.decode().split("\n")), path, number) for word, path, number in zip(
        found["word"].to_pylist(), found["first"].to_pylist(), found["number"].to_pylist(), strict=True
    )]  # fmt: skip
    kinds.sort(key=lambda kind: -kind[2])
    notes = []
    for columns, path, number in kinds[1:]:
        more, fewer = sorted(columns - kinds[0][0]), sorted(kinds[0][0] - columns)
        said = [f"also {', '.join(more)}"] * bool(more) + [f"no {', '.join(fewer)}"] * bool(fewer)
        notes.append(f"{number} of the files have {' and '.join(said)}, e.g. {path}; the map needs none of these.")
    return notes


def split_cases(table: pa.Table) -> list[str]:
    """Of what `Cases` said of some numbers: names that stand in several pieces, each with where, a few of them."""
    found = only(table, Part.CASE)
    twice = found.filter(pc.greater(found["number"], 1))
    return sorted(word.decode() for word in twice["word"].to_pylist())[:_TOLD]


def marks_of(names: pa.StringArray) -> NDArray[np.int64]:
    """A number of 63 bits for each name, the same wherever it stands.

    >>> marks_of(pa.array(["a", "", "a"])).tolist()[0] == marks_of(pa.array(["b", "a"])).tolist()[1]
    True
    """
    if not len(names):
        return np.empty(0, np.int64)
    offsets = np.frombuffer(names.buffers()[1], np.int32)[names.offset : names.offset + len(names) + 1]
    data = names.buffers()[2]
    return _marks(offsets, np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8))


@compiled
def _marks(offsets: NDArray[np.int32], data: NDArray[np.uint8]) -> NDArray[np.int64]:
    marks = np.empty(len(offsets) - 1, np.int64)
    for place in range(len(marks)):
        mixed = np.uint64(0xCBF29CE484222325)
        for at in range(offsets[place], offsets[place + 1]):
            mixed = (mixed ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        mixed ^= mixed >> np.uint64(33)
        mixed *= np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(33)
        marks[place] = np.int64(mixed >> np.uint64(1))
    return marks
