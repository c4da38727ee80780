"""XES (IEEE 1849), read event by event: of the document no more than a piece is ever held.

A trace is a case, and its attributes are columns named "case:…". An attribute within an attribute is a column
"outer/inner"; the values of a list are joined by commas. Globals are defaults of what an event or trace does not say,
but never of its time or name, as those would be made up.
"""

import shlex
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhoudao.engines.mining.reading.gathering import Gathered
from zhoudao.engines.mining.reading.limits import Limits, opened, pieces
from zhoudao.engines.mining.reading.remarks import LogUnreadable, Remark, remark
from zhoudao.engines.mining.reading.table import Table, coded, from_codes
from zhoudao.kit.xml import Attributes, Step, XmlRefused, steps

_NAME, _TIME = "concept:name", "time:timestamp"
_PLAIN = frozenset(("string", "date", "int", "float", "boolean", "id"))
_ROWS = frozenset(("trace", "event", "global"))


class _Reader:
    """Where in the document we are, and what was found so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.events, self.traces = Gathered(limits, (_TIME,)), Gathered(limits)
        self.trace_of = array("i")
        self.defaults: dict[str, dict[str, str]] = {"event": {}, "trace": {}}
        self.classifiers: dict[str, tuple[str, ...]] = {}
        self.unnamed, self.seen = 0, False
        self._rows: list[dict[str, str]] = [{}]  # of the log, the trace, the event: the innermost last
        self._keys: list[str | None] = []  # of the attributes around; None within the values of a list
        self._local: dict[str, str] = {}

    def take(self, found: list[Step]) -> None:
        """The next things that begin and end. Raises: LogUnreadable"""
        local = self._local
        for tag, attributes, _ in found:
            name = local.get(tag) or local.setdefault(tag, tag.rpartition("}")[2])
            if name in _PLAIN:
                if attributes is None:
                    self._keys.pop()
                elif self._keys:
                    self._nested(attributes)
                else:
                    key = attributes.get("key", "")
                    self._rows[-1][key] = attributes.get("value", "")  # type: ignore[index,assignment]  # lxml's names are words
                    self._keys.append(key)  # type: ignore[arg-type]  # as are these
            elif attributes is None:
                self._ended(name)
            else:
                self._begun(name, attributes)

    def _nested(self, attributes: Attributes) -> None:
        key, value = str(attributes.get("key", "")), str(attributes.get("value", ""))
        outer = "/".join(each for each in self._keys if each is not None)
        row = self._rows[-1]
        if self._keys[-1] is None:
            row[outer] = f"{row[outer]}, {value}" if row.get(outer) else value
        else:
            row[f"{outer}/{key}"] = value
        self._keys.append(key)

    def _begun(self, name: str, attributes: Attributes) -> None:
        if name in _ROWS:
            self._rows.append({})
            if name == "global":
                self._rows[-1] = self.defaults.setdefault(str(attributes.get("scope", "event")), {})
        elif name == "values":
            self._keys.append(None)
        elif name in ("list", "container"):
            self._keys.append(str(attributes.get("key", "")))
        elif name == "classifier" and attributes.get("scope", "event") == "event":
            self.classifiers[str(attributes.get("name", ""))] = _keys(str(attributes.get("keys", "")))

    def _ended(self, name: str) -> None:
        if name == "event":
            self.events.add(self._rows.pop())
            self.trace_of.append(self.traces.rows if len(self._rows) > 1 else -1)
            if self.events.rows > self.limits.rows:
                raise LogUnreadable(f"The file has more than {self.limits.rows:,} events.", "long")
        elif name == "trace":
            row = self._rows.pop()
            if not row.get(_NAME, "").strip():
                row[_NAME] = f"#{self.traces.rows + 1}"
                self.unnamed += 1
            self.traces.add(row)
        elif name == "global":
            self._rows.pop()
        elif name in ("values", "list", "container"):
            self._keys.pop()


def read_xes(path: Path, limits: Limits) -> Table:
    """All events of a log. Raises: LogUnreadable"""
    reader = _Reader(limits)
    try:
        with opened(path, limits) as file:
            for found in steps(pieces(file), has_text=False):
                if not reader.events.rows and not reader.traces.rows:
                    _see_that_it_is_a_log(found, reader)
                reader.take(found)
    except XmlRefused as error:
        raise LogUnreadable(str(error), "xml") from error
    return _table(reader)


def _see_that_it_is_a_log(found: list[Step], reader: _Reader) -> None:
    if found and not reader.seen:
        reader.seen = True
        if found[0][0].rpartition("}")[2] != "log":
            raise LogUnreadable("This is XML, but no XES: its root is not “log”.", "not_xes")


def _table(reader: _Reader) -> Table:
    trace_of = np.frombuffer(reader.trace_of, np.int32) if reader.trace_of else np.zeros(0, np.int32)
    columns = reader.events.whole()
    for name, column in reader.traces.whole().items():
        codes, words = coded(column)
        columns.setdefault(f"case:{name}", from_codes(np.append(codes, -1).astype(np.int32)[trace_of], words))
    remarks = [] if not reader.unnamed else [remark("cases_unnamed", count=reader.unnamed)]
    for scope, prefix in (("event", ""), ("trace", "case:")):
        for key, value in reader.defaults.get(scope, {}).items():
            if key not in (_NAME, _TIME) and prefix + key in columns:
                columns[prefix + key] = _filled(columns[prefix + key], value, prefix + key, remarks)
    numbers = np.arange(1, reader.events.rows + 1, dtype=np.int64)
    return Table(columns, numbers, remarks=remarks, classifiers=reader.classifiers)


def _filled(column: Any, value: str, name: str, remarks: list[Remark]) -> Any:
    missing = column.null_count
    if not missing:
        return column
    remarks.append(remark("default_used", column=name, count=missing))
    return column.cast(pa.string()).fill_null(value)


def _keys(text: str) -> tuple[str, ...]:
    """The keys of a classifier: words with blanks between them, those with blanks within in quotation marks."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
