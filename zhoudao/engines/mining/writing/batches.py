"""A log as pieces of a table, which every writer takes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from zhoudao.engines.mining.log import Codes, Log, Times

CASE, ACTIVITY, START, END, RESOURCE = (
    "case:concept:name",
    "concept:name",
    "start_timestamp",
    "time:timestamp",
    "org:resource",
)
MOMENT = pa.timestamp("us", "UTC")
WORD = pa.dictionary(pa.int32(), pa.string())
_ROWS = 1 << 16


def batches_of(log: Log, rows: int = _ROWS) -> Iterator[Any]:
    """Arrow record batches of a log, in its order: `case:concept:name`, `concept:name`, `start_timestamp` where it
    knows beginnings, `time:timestamp`, `org:resource` where it names anybody, and its further columns; one of these
    that bears such a name already is called by it and "(2)". A log without events is one batch without rows.
    """
    words = {CASE: (log.case, log.cases.column), ACTIVITY: (log.activity, _words(log.activities))}
    if log.resource is not None:
        words[RESOURCE] = (log.resource, _words(log.resources))
    for name, column in log.columns.items():
        words[_free(name)] = (column.codes, _words(column.values))
    for first in range(0, max(len(log), 1), rows):
        some = slice(first, first + rows)
        columns = {name: _coded(codes[some], names) for name, (codes, names) in words.items()}
        columns[END] = _moments(log.end[some])
        if log.begun is not None:
            columns[START] = _moments(log.begun[some])
        yield pa.RecordBatch.from_pydict({name: columns[name] for name in _ordered(columns)})


def _words(values: tuple[str, ...]) -> Any:
    return pa.array(values, pa.string())


def _free(name: str) -> str:
    return f"{name} (2)" if name in (CASE, ACTIVITY, START, END, RESOURCE) else name


def _coded(codes: Codes, words: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=np.asarray(codes < 0)), words)


def _moments(when: Times) -> Any:
    return pa.array(when).cast(MOMENT)


def _ordered(columns: dict[str, Any]) -> list[str]:
    known = [name for name in (CASE, ACTIVITY, START, END, RESOURCE) if name in columns]
    return known + [name for name in columns if name not in known]
