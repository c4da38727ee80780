"""Events of several objects each as OCEL 2.0 in JSON, written as they come."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from zhoudao.engines.mining.writing.batches import ACTIVITY, CASE, END, RESOURCE
from zhoudao.engines.mining.writing.xes import moment_text, rows_of_batches

_EPOCH = "1970-01-01T00:00:00+00:00"


class ObjectFile:
    """An OCEL 2.0 file that is being written: events first, then the objects they are about, of which ids alone are
    held; then which types there are."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._events = 0
        self._event_types: dict[str, set[str]] = {}
        self._objects: dict[str, tuple[str, Mapping[str, str]]] = {}
        file.write(b'{"events": [')

    def event(
        self, name: str, kind: str, micros: int, attributes: Mapping[str, str], objects: Iterable[tuple[str, str, str]]
    ) -> None:
        """One event, with the id, type and role of every object it is about. `micros`: since 1970 in UTC."""
        linked = []
        for one, of_kind, role in objects:
            self._objects.setdefault(one, (of_kind, {}))
            linked.append({"objectId": one, "qualifier": role})
        self._event_types.setdefault(kind, set()).update(attributes)
        said = [{"name": key, "value": value} for key, value in attributes.items()]
        each = {"id": name, "type": kind, "time": moment_text(micros), "attributes": said, "relationships": linked}
        self._put(each, self._events)
        self._events += 1

    def describe(self, name: str, kind: str, attributes: Mapping[str, str]) -> None:
        """What is to be said of an object from the beginning."""
        self._objects[name] = (kind, attributes)

    def close(self) -> None:
        """Writes the objects and the types; the file itself stays open."""
        kinds: dict[str, set[str]] = {}
        self._file.write(b'], "objects": [')
        for place, (name, (kind, attributes)) in enumerate(self._objects.items()):
            kinds.setdefault(kind, set()).update(attributes)
            said = [{"name": key, "time": _EPOCH, "value": value} for key, value in attributes.items()]
            self._put({"id": name, "type": kind, "attributes": said, "relationships": []}, place)
        types = {"objectTypes": _declared(kinds), "eventTypes": _declared(self._event_types)}
        self._file.write(b"], " + json.dumps(types, ensure_ascii=False).encode()[1:])

    def _put(self, each: Mapping[str, Any], place: int) -> None:
        self._file.write((",\n" if place else "\n").encode() + json.dumps(each, ensure_ascii=False).encode())


def _declared(kinds: Mapping[str, set[str]]) -> Sequence[Mapping[str, Any]]:
    return [
        {"name": kind, "attributes": [{"name": name, "type": "string"} for name in sorted(names)]}
        for kind, names in kinds.items()
    ]


def write_ocel(batches: Iterable[Any], file: IO[bytes], kind: str = "case") -> None:
    """Record batches of one shape as OCEL 2.0: each case an object of type `kind`, its columns "case:…" (as its first
    event has them) said of it, all others of its events."""
    out = ObjectFile(file)
    seen: set[str] = set()
    for number, row in enumerate(rows_of_batches(batches), start=1):
        case = row[CASE]
        if case not in seen:
            seen.add(case)
            out.describe(case, kind, {name.removeprefix("case:"): value for name, value in _of_case(row)})
        said = {name: value for name, value in row.items() if name not in _NAMED and value is not None}
        kept = {name: moment_text(value) if isinstance(value, int) else value for name, value in said.items()}
        if row.get(RESOURCE) is not None:
            kept[RESOURCE] = row[RESOURCE]
        out.event(
            str(number),
            row[ACTIVITY],
            row[END],
            {name: value for name, value in kept.items() if not name.startswith("case:")},
            [(case, kind, "")],
        )
    out.close()


_NAMED = (CASE, ACTIVITY, END, RESOURCE)


def _of_case(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in row.items() if name.startswith("case:") and name != CASE and value]
