"""A log as XES (IEEE 1849)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from zhoudao.engines.mining.writing.batches import ACTIVITY, CASE, END, RESOURCE, START
from zhoudao.kit.xml import holdable

_LIFE, _INSTANCE = "lifecycle:transition", "concept:instance"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <classifier name="Activity" keys="concept:name"/>
"""
Row = Mapping[str, Any]


def write_xes(batches: Iterable[Any], file: IO[bytes]) -> None:
    """Record batches of one shape, the rows of a case one after another, as XES in UTF-8. A step that knows its
    beginning is two events, start and complete, of one `concept:instance`. Columns named "case:…" that say one thing
    all through a case are its trace's. Letters that XML cannot hold are left out."""
    file.write(_HEAD.encode())
    steps = 0
    for case, rows in groupby(rows_of_batches(batches), key=lambda row: row[CASE]):
        events = list(rows)
        own = _of_trace(events)
        lines = ["  <trace>", _attribute("string", CASE.removeprefix("case:"), case)]
        lines += [_attribute("string", name.removeprefix("case:"), value) for name, value in own.items()]
        for row in events:
            steps += 1
            lines += _events(row, own, steps)
        lines.append("  </trace>\n")
        file.write("\n".join(lines).encode())
    file.write(b"</log>\n")


def rows_of_batches(batches: Iterable[Any]) -> Iterator[Row]:
    """Their rows, moments in microseconds since 1970."""
    for batch in batches:
        names = batch.schema.names
        columns = [
            column.cast("int64").to_pylist() if name in (START, END) else column.to_pylist()
            for name, column in zip(names, batch.columns, strict=True)
        ]
        for cells in zip(*columns, strict=True):
            yield dict(zip(names, cells, strict=True))


def _of_trace(events: list[Row]) -> dict[str, str]:
    first = events[0]
    names = [name for name, value in first.items() if name.startswith("case:") and name != CASE and value is not None]
    return {name: first[name] for name in names if all(row[name] == first[name] for row in events)}


def _events(row: Row, own: Mapping[str, str], step: int) -> list[str]:
    said = [(name, value) for name, value in row.items() if name not in (CASE, START, END) and name not in own]
    attributes = [_attribute("string", name, value, 6) for name, value in said if value is not None]
    begun, life = row.get(START), row.get(_LIFE)
    if begun is None or (life is not None and life.casefold() != "complete"):
        return ["    <event>", *attributes, _attribute("date", END, moment_text(row[END]), 6), "    </event>"]
    named = [(ACTIVITY, row[ACTIVITY]), (RESOURCE, row.get(RESOURCE)), (_INSTANCE, str(step))]
    start = [_attribute("string", name, value, 6) for name, value in named if value is not None]
    start += [_attribute("date", END, moment_text(begun), 6), _attribute("string", _LIFE, "start", 6)]
    ended = [*attributes, _attribute("string", _INSTANCE, str(step), 6)]
    ended += [] if life is not None else [_attribute("string", _LIFE, "complete", 6)]
    ended.append(_attribute("date", END, moment_text(row[END]), 6))
    return ["    <event>", *start, "    </event>", "    <event>", *ended, "    </event>"]


def _attribute(kind: str, key: str, value: str, depth: int = 4) -> str:
    plain = quoteattr(holdable(value))
    return f"{' ' * depth}<{kind} key={quoteattr(holdable(key))} value={plain}/>"


def moment_text(micros: int) -> str:
    """A moment of microseconds since 1970 in UTC, as ISO 8601."""
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).isoformat()
