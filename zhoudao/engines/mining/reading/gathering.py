"""Rows that come one after another, each with the values it says, become columns."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from zhoudao.engines.mining.reading.limits import Limits
from zhoudao.engines.mining.reading.remarks import LogUnreadable

_FLUSHED = 50_000


class Gathered:
    """Values by name, row after row; what a row does not say is null. Columns in `plain` are not coded."""

    def __init__(self, limits: Limits, plain: Sequence[str] = ()) -> None:
        self.rows, self._begun, self._limits, self._plain = 0, 0, limits, frozenset(plain)
        self._open: dict[str, list[str | None]] = {}
        self._closed: dict[str, list[Any]] = {}

    def add(self, row: dict[str, str]) -> None:
        """One more row. Raises: LogUnreadable"""
        here = self.rows - self._begun
        for name, value in row.items():
            values = self._open.get(name)
            if values is None:
                values = self._fresh(name)
            if len(values) < here:
                values.extend([None] * (here - len(values)))
            if len(values) == here:
                values.append(value)
        self.rows += 1
        if here >= _FLUSHED:
            self._flush()

    def _fresh(self, name: str) -> list[str | None]:
        if len(self._open) >= self._limits.columns:
            raise LogUnreadable(f"The file has more than {self._limits.columns} attributes.", "wide")
        self._closed[name] = self._missing(name) if self._begun else []
        self._open[name] = []
        return self._open[name]

    def _missing(self, name: str) -> list[Any]:
        column = pa.nulls(self._begun, pa.string())
        return [column if name in self._plain else column.dictionary_encode()]

    def _flush(self) -> None:
        count = self.rows - self._begun
        for name, values in self._open.items():
            values.extend([None] * (count - len(values)))
            column = pa.array(values, pa.string())
            self._closed[name].append(column if name in self._plain else column.dictionary_encode())
            values.clear()
        self._begun = self.rows

    def whole(self) -> dict[str, Any]:
        """All of it, as Arrow columns."""
        self._flush()
        return {name: pa.chunked_array(chunks) for name, chunks in self._closed.items()}
