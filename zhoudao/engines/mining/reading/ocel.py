"""OCEL: JSON (2.0 and 1.0), XML (2.0), and the tables with a column of objects for each type that came before."""

import json
import re
from pathlib import Path
from typing import Any

from zhoudao.engines.mining.reading.limits import Limits, opened, pieces
from zhoudao.engines.mining.reading.objects import ACTIVITY, EVENT, TIME, AsRead, ObjectEvents, said, text_of
from zhoudao.engines.mining.reading.remarks import LogUnreadable
from zhoudao.engines.mining.reading.table import Table, coded
from zhoudao.kit.xml import Attributes, Step, XmlRefused, steps

TYPE = "ocel:type:"
_LISTED = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^,\s\[\]{}()'\"][^,\[\]{}()'\"]*)")


def of_table(table: Table, limits: Limits) -> ObjectEvents:
    """The events of a table with a column "ocel:type:…" of objects for each type, each cell a list."""
    found = ObjectEvents(limits)
    found.numbers, found.refused, found.refused_count = table.numbers, list(table.refused), table.refused_count
    kinds = [name for name in table.columns if name.startswith(TYPE)]
    listed = {}
    for name in kinds:
        codes, words = coded(table.columns[name])
        lists = [_objects(found, word, name.removeprefix(TYPE)) for word in words.to_pylist()]
        listed[name] = (codes.tolist(), lists)
    found.events = AsRead({name: table.columns[name] for name in table.columns if name not in kinds}, len(table))
    for row in range(len(table)):
        for codes, lists in listed.values():
            for code in lists[codes[row]] if codes[row] >= 0 else ():
                found.event_of.append(row)
                found.object_of.append(code)
    return found


def _objects(found: ObjectEvents, cell: str | None, kind: str) -> list[int]:
    """The codes of the objects in a cell: a list as Python or JSON write it, or one name alone."""
    names = ["".join(parts).strip() for parts in _LISTED.findall(cell or "")]
    return list(dict.fromkeys(found.see(name, kind) for name in names if name))


def read_json(path: Path, limits: Limits) -> ObjectEvents:
    """Raises: LogUnreadable"""
    with opened(path, limits) as file:
        content = file.read(limits.tree_bytes + 1)
    if len(content) > limits.tree_bytes:
        raise LogUnreadable(f"The JSON is larger than {limits.tree_bytes // 1_000_000:,} MB.", "large")
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LogUnreadable(f"This cannot be read as JSON: {error}", "json") from error
    found = ObjectEvents(limits)
    try:
        if isinstance(whole, dict) and "ocel:events" in whole:
            _first_edition(found, whole)
        elif isinstance(whole, dict) and "events" in whole and "objects" in whole:
            _second_edition(found, whole)
        else:
            raise LogUnreadable("This is JSON, but no OCEL: it has no “events” and “objects”.", "not_ocel")
    except (TypeError, AttributeError, KeyError) as error:
        raise LogUnreadable("This JSON is not shaped as OCEL is.", "not_ocel") from error
    return found


def _second_edition(found: ObjectEvents, whole: dict[str, Any]) -> None:
    for each in whole["objects"]:
        code = found.see(str(each["id"]), str(each["type"]))
        for attribute in each.get("attributes") or ():
            found.describe(code, str(attribute["name"]), text_of(attribute.get("value")) or "")
    for each in whole["events"]:
        row = said({EVENT: each.get("id"), ACTIVITY: each.get("type"), TIME: each.get("time")})
        row |= said({str(one["name"]): one.get("value") for one in each.get("attributes") or ()})
        found.happen(row, (found.see(str(one["objectId"]), "") for one in each.get("relationships") or ()))


def _first_edition(found: ObjectEvents, whole: dict[str, Any]) -> None:
    for name, each in whole.get("ocel:objects", {}).items():
        code = found.see(str(name), str(each["ocel:type"]))
        for key, value in (each.get("ocel:ovmap") or {}).items():
            found.describe(code, str(key), text_of(value) or "")
    for name, each in whole["ocel:events"].items():
        row = said({EVENT: name, ACTIVITY: each.get(ACTIVITY), TIME: each.get(TIME)} | (each.get("ocel:vmap") or {}))
        found.happen(row, (found.see(str(one), "") for one in each.get("ocel:omap") or ()))


def read_xml(path: Path, limits: Limits) -> ObjectEvents:
    """Raises: LogUnreadable"""
    reader = _Xml(limits)
    try:
        with opened(path, limits) as file:
            for found in steps(pieces(file)):
                for step in found:
                    reader.take(step)
    except XmlRefused as error:
        raise LogUnreadable(str(error), "xml") from error
    return reader.found


class _Xml:
    """Where in the document we are: in an event, an object, or neither."""

    def __init__(self, limits: Limits) -> None:
        self.found = ObjectEvents(limits)
        self._row: dict[str, str] | None = None
        self._object: int | None = None
        self._linked: list[int] = []
        self._attribute = ""

    def take(self, step: Step) -> None:
        """One thing more that begins or ends."""
        tag, attributes, text = step
        name = tag.rpartition("}")[2]
        if attributes is not None:
            self._begun(name, attributes)
        elif name == "event" and self._row is not None:
            self.found.happen(self._row, self._linked)
            self._row = None
        elif name == "object":
            self._object = None
        elif name == "attribute" and self._row is not None:
            self._row[self._attribute] = text
        elif name == "attribute" and self._object is not None:
            self.found.describe(self._object, self._attribute, text)

    def _begun(self, name: str, attributes: Attributes) -> None:
        said_of = {str(key): str(value) for key, value in attributes.items()}
        if name == "event":
            named = {EVENT: said_of.get("id"), ACTIVITY: said_of.get("type"), TIME: said_of.get("time")}
            self._row, self._linked = said(named), []
        elif name == "object" and "type" in said_of:
            self._object = self.found.see(said_of.get("id", ""), said_of["type"])
        elif name == "attribute":
            self._attribute = said_of.get("name", "")
        elif name in ("relationship", "object") and self._row is not None:
            linked = said_of.get("object-id", said_of.get("id", ""))
            self._linked.append(self.found.see(linked, ""))
