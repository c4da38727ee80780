"""OCEL 2.0 as a SQLite file, of which nothing is trusted but plain tables.

The file is opened for reading alone. Views, triggers, virtual tables and computed columns of its own could make our
statements run theirs; an authorizer lets us read columns of tables, and refuses all else. What runs too long is ended.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from zhoudao.engines.mining.reading.limits import Limits
from zhoudao.engines.mining.reading.objects import ACTIVITY, EVENT, TIME, ObjectEvents, said, text_of
from zhoudao.engines.mining.reading.remarks import LogUnreadable

MAGIC = b"SQLite format 3\x00"
_MOST_STEPS = 5_000_000  # of a thousand instructions each: minutes
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 10_000_000, sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 1_000, sqlite3.SQLITE_LIMIT_ATTACHED: 0, sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2, sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}  # fmt: skip


def read_sqlite(path: Path, limits: Limits) -> ObjectEvents:
    """Raises: LogUnreadable"""
    if path.stat().st_size > limits.bytes:
        raise LogUnreadable(f"The file is larger than {limits.bytes // 1_000_000:,} MB.", "large")
    try:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True, check_same_thread=True)) as base:
            _guarded(base)
            return _Reader(base, limits, path.stat().st_size).read()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise LogUnreadable(f"This SQLite file cannot be read as OCEL 2.0: {error}", "sqlite") from error


def _guarded(base: sqlite3.Connection) -> None:
    for name in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        base.execute(f"PRAGMA {name}")
    for what, most in _LIMITS.items():
        base.setlimit(what, most)
    base.text_factory = lambda content: content.decode("utf-8", "replace")
    left = [_MOST_STEPS]

    def tick() -> bool:
        left[0] -= 1
        return left[0] < 0

    base.set_progress_handler(tick, 1_000)
    base.set_authorizer(_allowed)


def _allowed(action: int, _first: str | None, _second: str | None, _base: str | None, through: str | None) -> int:
    """Statements of ours that read; nothing that a view or trigger of the file reads."""
    is_ours = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) and through is None
    return sqlite3.SQLITE_OK if is_ours else sqlite3.SQLITE_DENY


class _Reader:
    """One file: which tables it has, and what they say."""

    def __init__(self, base: sqlite3.Connection, limits: Limits, size: int) -> None:
        self._base, self._limits, self._size = base, limits, size
        self.found = ObjectEvents(limits)
        rows = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        self._tables = {str(name) for name, sql in rows if str(sql).lstrip().upper().startswith("CREATE TABLE")}

    def read(self) -> ObjectEvents:
        """All of it. Raises: LogUnreadable, sqlite3.Error"""
        needed = {"event", "object", "event_object", "event_map_type", "object_map_type"}
        if not needed <= self._tables:
            raise LogUnreadable(
                f"This SQLite file has no tables {', '.join(sorted(needed - self._tables))}.", "not_ocel"
            )
        for name, kind in self._rows("object", "ocel_id", "ocel_type"):
            self.found.see(str(name), str(kind))
        self._objects()
        linked: dict[str, list[int]] = {}
        for event, name in self._rows("event_object", "ocel_event_id", "ocel_object_id"):
            linked.setdefault(str(event), []).append(self.found.see(str(name), ""))
        self._events(linked)
        return self.found

    def _events(self, linked: dict[str, list[int]]) -> None:
        """Each event as its type's own table says it, in the order of the table of all."""
        said_of: dict[str, dict[str, str]] = {}
        for table in self._own("event"):
            for row in self._whole(table):
                name, time = str(row.pop("ocel_id", "")), row.pop("ocel_time", None)
                said_of[name] = said({TIME: time} | row)
        for name, kind in self._rows("event", "ocel_id", "ocel_type"):
            row = said({EVENT: name, ACTIVITY: kind}) | said_of.get(str(name), {})
            self.found.happen(row, linked.get(str(name), ()))

    def _objects(self) -> None:
        for table in self._own("object"):
            for row in self._whole(table):
                code = self.found.see(str(row.pop("ocel_id", "")), "")
                for name, value in row.items():
                    if name not in ("ocel_time", "ocel_changed_field") and value is not None:
                        self.found.describe(code, name, text_of(value) or "")

    def _own(self, what: str) -> list[str]:
        """The tables of single types. Raises: LogUnreadable (one that is named is none)"""
        names = [f"{what}_{each}" for (each,) in self._rows(f"{what}_map_type", "ocel_type_map")]
        missing = [name for name in names if name not in self._tables]
        if missing:
            raise LogUnreadable(f"This SQLite file has no table “{missing[0]}”.", "not_ocel")
        return names

    def _rows(self, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        asked = ", ".join(_quoted(name) for name in columns)
        yield from self._bounded(self._base.execute(f"SELECT {asked} FROM {_quoted(table)}"))  # noqa: S608 – quoted names

    def _whole(self, table: str) -> Iterator[dict[str, Any]]:
        rows = self._base.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608 – the name of a table, quoted
        names = [column[0] for column in rows.description]
        if len(names) > self._limits.columns:
            raise LogUnreadable(f"The table “{table}” has more than {self._limits.columns} columns.", "wide")
        for row in self._bounded(rows):
            yield dict(zip(names, row, strict=True))

    def _bounded(self, rows: sqlite3.Cursor) -> Iterator[Any]:
        """A row takes a byte at least: where there are more, the pages of the file lead in a circle."""
        for count, row in enumerate(rows):
            if count > self._size:
                raise LogUnreadable("This SQLite file is damaged.", "sqlite")
            yield row


def _quoted(name: str) -> str:
    plain = name.replace('"', '""')
    return f'"{plain}"'
