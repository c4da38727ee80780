"""What a part of a log tells, as numbers by key; merging is adding up, so it is associative and in any order."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KEYS = ("part", "key", "value", "word")
SCHEMA = pa.schema(
    [
        ("part", pa.int8()), ("key", pa.int64()), ("value", pa.int64()), ("word", pa.binary()),
        ("number", pa.int64()), ("first", pa.string()),
    ]
)  # fmt: skip
"""`number` is added up over rows of the same keys, of `first` the least is kept (null is none)."""
LOW_BITS = 20
"""Sums of microseconds are kept as two: ten billion waits of days do not fit into one of 64 bits."""
_TOO_MANY = 4_000_000


class Part(IntEnum):
    """What a row is about. Samples (`SAMPLES`) have four: how many by `value`, and from the next on total and cases."""

    FAULT = 0
    ACTIVITY = 1
    RESOURCE = 2
    CASE = 3
    MOMENT = 4
    EVENTS = 5
    LEFT_OUT = 6
    COLUMNS = 7
    STARTS = 8
    ENDS = 9
    WAY = 10
    AT_ONCE = 11
    LATER = 12
    AGAIN_CASES = 13
    AGAIN_LOW = 14
    AGAIN_HIGH = 15
    REOPENED = 16
    REOPENED_LOW = 17
    REOPENED_HIGH = 18
    CAUSE_LOW = 19
    CAUSE_HIGH = 20
    HOUR = 21
    SPENT = 22
    WAIT = 30
    SERVICE = 40
    STAY = 50
    HAND = 60
    BACK = 70
    TOOK = 80
    ESTIMATED = 90

    @property
    def low(self) -> int:
        """Of samples: where the low bits of their total stand; the high ones stand next."""
        return self + 1

    @property
    def cases(self) -> int:
        """Of samples: where it stands in how many cases each key is."""
        return self + 3


def rows(part: int, number: Any, *, key: Any = 0, value: Any = 0, word: Any = b"", first: Any = None) -> pa.Table:
    """A table of `SCHEMA`; numbers, arrays of one length, or one for all."""
    arrays = [each for each in (number, key, value, word, first) if not _is_for_all(each)]
    size = len(arrays[0]) if arrays else 1
    given = {"part": int(part), "key": key, "value": value, "word": word, "number": number, "first": first}
    return pa.table([_column(given[field.name], field.type, size) for field in SCHEMA], schema=SCHEMA)


def _is_for_all(given: Any) -> bool:
    return given is None or np.isscalar(given)


def _column(given: Any, kind: Any, size: int) -> Any:
    if isinstance(given, pa.Array | pa.ChunkedArray):
        return given.cast(kind)
    if _is_for_all(given):
        return pa.repeat(pa.scalar(given, kind), size)
    return pa.array(given, kind)


def split_total(part: int, total: Any, *, key: Any = 0, value: Any = 0) -> list[pa.Table]:
    """Sums (int64) as rows of their low bits and, in the next part, of their high ones."""
    total = np.asarray(total, np.int64).reshape(-1)
    low = total & ((1 << LOW_BITS) - 1)
    return [rows(part, low, key=key, value=value), rows(part + 1, total >> LOW_BITS, key=key, value=value)]


def joined_total(low: int, high: int) -> int:
    """The sum that two rows of `split_total` are, of any size."""
    return (int(high) << LOW_BITS) + int(low)


def merged(tables: Iterable[pa.Table], *, least: int = 0) -> pa.Table:
    """One table of several, one row a key; with `least`, only rows whose number comes to that much, and
    faults."""
    waiting: list[pa.Table] = []
    held = 0
    for table in tables:
        waiting.append(table)
        held += len(table)
        if held > _TOO_MANY:
            waiting = [_added_up(waiting)]
            held = len(waiting[0]) // 2  # what does not shrink is not added up again and again
    whole = _added_up(waiting)
    if not least:
        return whole
    return whole.filter(pc.or_(pc.greater_equal(whole["number"], least), pc.equal(whole["part"], int(Part.FAULT))))


def _added_up(tables: list[pa.Table]) -> pa.Table:
    if not tables:
        return SCHEMA.empty_table()
    found = pa.concat_tables(tables).group_by(list(KEYS)).aggregate([("number", "sum"), ("first", "min")])
    return found.rename_columns({"number_sum": "number", "first_min": "first"}).select(SCHEMA.names).cast(SCHEMA)


def only(table: pa.Table, part: int) -> pa.Table:
    """The rows of one part, by key, then by value."""
    found = table.filter(pc.equal(table["part"], int(part)))
    return found.take(pc.sort_indices(found, sort_keys=[("key", "ascending"), ("value", "ascending")]))


def by_key(table: pa.Table, part: int) -> dict[int, int]:
    """The numbers of one part by their key."""
    found = only(table, part)
    return dict(zip(found["key"].to_pylist(), found["number"].to_pylist(), strict=True))


def one(table: pa.Table, part: int) -> int:
    """The only number of a part; 0 where there is none."""
    return sum(by_key(table, part).values())
