"""What differs between two versions of a decision table: declared inputs, columns, rows, test cases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TableChange:
    """`part`: inputs, columns, hit_policy, row or test; `what`: added, removed, changed or moved."""

    part: str
    name: str
    what: str
    before: str = ""
    after: str = ""


def compare_tables(
    before: Mapping[str, Any], after: Mapping[str, Any], inputs: tuple[Mapping[str, str], Mapping[str, str]]
) -> list[TableChange]:
    """Of two bare tables (`hitPolicy inputs outputs rules`) and their declared inputs; a row is known by its `_id`."""
    found = list(_named("inputs", *inputs))
    if before.get("hitPolicy", "first") != after.get("hitPolicy", "first"):
        policies = str(before.get("hitPolicy", "first")), str(after.get("hitPolicy", "first"))
        found.append(TableChange("hit_policy", "", "changed", *policies))
    found += _named("columns", _columns(before), _columns(after))
    return found + list(_rows(before, after))


def compare_tests(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[TableChange]:
    """The test cases, known by their names."""
    old, new = ({str(test.get("name", "")): _test(test) for test in tests} for tests in (before, after))
    return list(_named("test", old, new))


def _named(part: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[TableChange]:
    for name, value in new.items():
        if name not in old:
            yield TableChange(part, name, "added", "", value)
        elif old[name] != value:
            yield TableChange(part, name, "changed", old[name], value)
    yield from (TableChange(part, name, "removed", value) for name, value in old.items() if name not in new)


def _columns(table: Mapping[str, Any]) -> dict[str, str]:
    sides = (("inputs", "→"), ("outputs", "←"))
    return {
        f"{arrow} {column.get('field', '')}": column.get("name", "")
        for side, arrow in sides
        for column in table.get(side, [])
    }


def _rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[TableChange]:
    old, new = _texts(before), _texts(after)
    yield from _named("row", old, new)
    kept = [row for row in old if row in new]
    order = [row for row in new if row in old]
    for place, (was, now) in enumerate(zip(kept, order, strict=True)):
        if was != now:
            yield TableChange("row", now, "moved", str(kept.index(now) + 1), str(place + 1))


def _texts(table: Mapping[str, Any]) -> dict[str, str]:
    """By id, a row as people read it: `note: kind = 'complaint' → team = 'x'`."""
    inputs, outputs = table.get("inputs", []), table.get("outputs", [])
    found = {}
    for place, row in enumerate(table.get("rules", []), start=1):
        asked = ", ".join(_cell(row, column) for column in inputs if str(row.get(column["id"], "")).strip())
        given = ", ".join(_cell(row, column) for column in outputs)
        found[str(row.get("_id") or place)] = f"{row.get('_description', '')}: {asked or '*'} → {given}".strip(": ")
    return found


def _cell(row: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    return f"{column.get('field', '')} = {row.get(column['id'], '')}"


def _test(test: Mapping[str, Any]) -> str:
    return f"{test.get('inputs', {})} → {test.get('expect', {})}"
