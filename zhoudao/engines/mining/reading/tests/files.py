"""Files for tests: written, and read."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.reading import ReadLog, read_log


def read(folder: Path, content: str | bytes, **more: Any) -> ReadLog:
    """What is read of a file with this content."""
    path = folder / "log"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_log(path, **more)


def rows(log: Log) -> list[tuple[str, str, int]]:
    """Case, activity and end of every event, in the log's order."""
    return [
        (log.cases[int(case)], log.activities[int(what)], int(end))
        for case, what, end in zip(log.case, log.activity, log.end, strict=True)
    ]


def codes(found: ReadLog) -> list[str]:
    """What was said of the file, by code."""
    return [each.code for each in found.warnings]


EVENTS = [
    ("e1", "place order", "2026-01-01T10:00:00Z", {"price": "5"}, ["o1", "i1", "i2"]),
    ("e2", "pick item", "2026-01-01T11:00:00Z", {}, ["o1", "i1"]),
    ("e3", "pick item", "2026-01-01T12:00:00Z", {}, ["o1", "i2"]),
    ("e4", "send", "2026-01-02T10:00:00Z", {}, ["o1", "o2", "i1"]),
    ("e5", "count", "2026-01-02T11:00:00Z", {}, []),
    ("e6", "place order", "", {}, ["o2"]),
]
KINDS = {"o1": "order", "o2": "order", "i1": "item", "i2": "item"}
"""An object-centric log: two orders and their items, one event of nothing, one without a time."""


def ocel_json() -> str:
    """It, as OCEL 2.0 in JSON."""
    return json.dumps({
        "objectTypes": [], "eventTypes": [],
        "objects": [
            {"id": name, "type": kind, "attributes": [{"name": "tier", "time": "1970-01-01", "value": "gold"}]}
            for name, kind in KINDS.items()
        ],
        "events": [
            {"id": name, "type": kind, "time": time, "attributes": [{"name": k, "value": v} for k, v in said.items()],
             "relationships": [{"objectId": each, "qualifier": ""} for each in objects]}
            for name, kind, time, said, objects in EVENTS
        ],
    })  # fmt: skip


def ocel_xml() -> str:
    """It, as OCEL 2.0 in XML."""
    objects = "".join(
        f'<object id="{name}" type="{kind}"><attributes><attribute name="tier" time="x">gold</attribute></attributes>'
        "</object>"
        for name, kind in KINDS.items()
    )
    events = "".join(
        f'<event id="{name}" type="{kind}" time="{time}"><attributes>'
        + "".join(f'<attribute name="{key}">{value}</attribute>' for key, value in said.items())
        + "</attributes><objects>"
        + "".join(f'<relationship object-id="{each}" qualifier=""/>' for each in linked)
        + "</objects></event>"
        for name, kind, time, said, linked in EVENTS
    )
    return f"<log><object-types/><event-types/><objects>{objects}</objects><events>{events}</events></log>"


def ocel_csv() -> str:
    """It, as the table that came before."""
    lines = ["ocel:eid,ocel:activity,ocel:timestamp,ocel:type:order,ocel:type:item,price"]
    for name, kind, time, said, objects in EVENTS:
        of = {each: [one for one in objects if KINDS[one] == each] for each in ("order", "item")}
        cells = [f'"{of[each]}"' if of[each] else " " for each in ("order", "item")]
        lines.append(",".join([name, kind, time, *cells, said.get("price", "")]))
    return "\n".join(lines) + "\n"


def ocel_sqlite(path: Path, more: Sequence[str] = ()) -> Path:
    """It, as OCEL 2.0 in SQLite, with statements of somebody's own after it."""
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE event(ocel_id TEXT, ocel_type TEXT); CREATE TABLE object(ocel_id TEXT, ocel_type TEXT);"
        "CREATE TABLE event_object(ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);"
        "CREATE TABLE event_map_type(ocel_type TEXT, ocel_type_map TEXT);"
        "CREATE TABLE object_map_type(ocel_type TEXT, ocel_type_map TEXT);"
    )
    for what, kinds in (("event", {each[1] for each in EVENTS}), ("object", set(KINDS.values()))):
        for kind in kinds:
            own = kind.replace(" ", "")
            base.execute(f"INSERT INTO {what}_map_type VALUES (?, ?)", (kind, own))
            further = "price TEXT" if what == "event" else "ocel_changed_field TEXT, tier TEXT"
            base.execute(f"CREATE TABLE {what}_{own}(ocel_id TEXT, ocel_time TIMESTAMP, {further})")
    for name, kind in KINDS.items():
        base.execute("INSERT INTO object VALUES (?, ?)", (name, kind))
        base.execute(f"INSERT INTO object_{kind} VALUES (?, '1970-01-01', NULL, 'gold')", (name,))
    for name, kind, time, said, objects in EVENTS:
        base.execute("INSERT INTO event VALUES (?, ?)", (name, kind))
        base.execute(f"INSERT INTO event_{kind.replace(' ', '')} VALUES (?, ?, ?)", (name, time, said.get("price")))
        base.executemany("INSERT INTO event_object VALUES (?, ?, '')", [(name, each) for each in objects])
    for statement in more:
        base.executescript(statement)
    base.commit()
    base.close()
    return path
