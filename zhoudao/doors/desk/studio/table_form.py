"""A decision table as its editor writes it: plain words in the cells, quoted for the engine only when stored."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhoudao.ground.decisions.inputs import TYPES

State = dict[str, Any]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,119}")
_PLAIN = re.compile(r"[^\s'\"(),\[\]{}<>=!&|+*/$`;:?\\][^'\"(),\[\]{}<>=!&|+*/$`;:?\\]*")
_QUOTED = re.compile(r"\s*'([^'\\]*)'\s*|\s*\"([^\"\\]*)\"\s*")
_MOST_ROWS, _MOST_COLUMNS, _MOST_TESTS = 2_000, 40, 500
EMPTY: State = {
    "policy": "first",
    "inputs": [{"name": "kind", "type": "string"}],
    "columns": [{"id": "c1", "field": "kind"}],
    "outputs": [{"id": "o1", "field": "answer"}],
    "rows": [{"id": "r1", "note": "", "cells": {}}],
    "tests": [],
}


class TableFormWrong(Exception):
    """The table as it was sent cannot be read; the message says where."""


def is_grid(content: Mapping[str, Any]) -> bool:
    """Whether this is one table, and not a graph of several nodes."""
    return isinstance(content.get("rules"), list)


def state_of(content: Mapping[str, Any], inputs: Mapping[str, str], tests: Sequence[Mapping[str, Any]]) -> State:
    """What the editor shows of a stored version."""
    columns = [{"id": str(each["id"]), "field": str(each.get("field", ""))} for each in content.get("inputs", [])]
    outputs = [{"id": str(each["id"]), "field": str(each.get("field", ""))} for each in content.get("outputs", [])]
    answers = {each["id"] for each in outputs}
    ids = [each["id"] for each in columns + outputs]
    return {
        "policy": content.get("hitPolicy", "first"),
        "inputs": [{"name": name, "type": kind} for name, kind in inputs.items()],
        "columns": columns,
        "outputs": outputs,
        "rows": [
            {
                "id": str(row.get("_id") or f"r{place}"),
                "note": str(row.get("_description", "")),
                "cells": {each: _shown(str(row.get(each) or ""), inputs if each in answers else ()) for each in ids},
            }
            for place, row in enumerate(content.get("rules", []), start=1)
        ],
        "tests": [_test_state(test, content.get("hitPolicy", "first")) for test in tests],
    }


def stored(state: Any) -> tuple[dict[str, Any], dict[str, str], list[dict[str, Any]]]:
    """Content, declared inputs and test cases of what the editor sent. Raises: TableFormWrong."""
    if not isinstance(state, dict):
        raise TableFormWrong(_("The table could not be read."))
    inputs = _inputs(state)
    columns, outputs = _columns(state, "columns"), _columns(state, "outputs")
    if not outputs:
        raise TableFormWrong(_("A table needs at least one answer column."))
    policy = "collect" if state.get("policy") == "collect" else "first"
    kinds = {each["id"]: inputs.get(each["field"], "") for each in columns}
    content = {
        "hitPolicy": policy,
        "inputs": [{"id": each["id"], "name": each["field"], "field": each["field"]} for each in columns],
        "outputs": [{"id": each["id"], "name": each["field"], "field": each["field"]} for each in outputs],
        "rules": [_row(row, kinds, outputs, inputs) for row in _list(state, "rows", _MOST_ROWS)],
    }
    return content, inputs, [_test(test, inputs, policy) for test in _list(state, "tests", _MOST_TESTS)]


def _list(state: Mapping[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found = state.get(name)
    if not isinstance(found, list) or len(found) > most or not all(isinstance(each, dict) for each in found):
        raise TableFormWrong(_("The table could not be read."))
    return found


def _dict(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _inputs(state: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in _list(state, "inputs", _MOST_COLUMNS):
        name, kind = str(entry.get("name", "")).strip(), str(entry.get("type", ""))
        if not _NAME.fullmatch(name) or kind not in TYPES or name in found:
            raise TableFormWrong(_("The input “%(name)s” needs a name of its own and a type.") % {"name": name})
        found[name] = kind
    return found


def _columns(state: Mapping[str, Any], side: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for place, entry in enumerate(_list(state, side, _MOST_COLUMNS), start=1):
        field, id_ = str(entry.get("field", "")).strip(), str(entry.get("id", ""))
        if not _PATH.fullmatch(field) or any(each["field"] == field for each in found):
            raise TableFormWrong(_("Column %(n)s needs a field of its own.") % {"n": place})
        found.append({"id": id_ if _NAME.fullmatch(id_) else f"{side[0]}{place}", "field": field})
    return found


def _row(
    row: Mapping[str, Any], kinds: Mapping[str, str], outputs: list[dict[str, str]], inputs: Mapping[str, str]
) -> dict[str, Any]:
    cells = _dict(row, "cells")
    texts = {name: str(cells.get(name, "") or "").strip() for name in [*kinds, *(each["id"] for each in outputs)]}
    asked = {name: _asked(texts[name], kind) for name, kind in kinds.items()}
    given = {each["id"]: _given(texts[each["id"]], inputs) for each in outputs}
    return {"_id": str(row.get("id", ""))[:60], "_description": str(row.get("note", ""))[:500], **asked, **given}


def _shown(cell: str, inputs: Collection[str]) -> str:
    """`'a', 'b'` → `a, b`: as people write it, when it is read back the same (the name of an input is not)."""
    parts = re.split(r",(?=\s*['\"])", cell)
    found = [_QUOTED.fullmatch(part) for part in parts]
    words = [(match[1] or match[2] or "") if match else "" for match in found]
    if cell and all(found) and all(_is_plain(word) and word.split(".")[0] not in inputs for word in words):
        return ", ".join(words)
    return cell


def _is_plain(word: str) -> bool:
    """A word that is no number, no yes or no and no expression."""
    return bool(_PLAIN.fullmatch(word)) and not re.fullmatch(r"-?[\d._]+|true|false|null|not|and|or|in", word.strip())


def _asked(text: str, kind: str) -> str:
    """A cell of a text column: words become quoted texts, anything else stays the expression it is."""
    words = [word.strip() for word in re.split(r"[,，、]", text)]
    if kind == "string" and text and all(_is_plain(word) for word in words):
        return ", ".join(f"'{word}'" for word in words)
    return text


def _given(text: str, inputs: Mapping[str, str]) -> str:
    """An answer: a word is a text, unless it names an input."""
    root = text.split(".", maxsplit=1)[0]
    return f"'{text}'" if text and _is_plain(text) and root not in inputs else text


def _test_state(test: Mapping[str, Any], policy: str) -> dict[str, Any]:
    expected = test.get("expect", {})
    if policy == "collect":
        expected = {"rows": expected.get("rows", [])}
    return {
        "name": str(test.get("name", "")),
        "inputs": {name: _text(value) for name, value in test.get("inputs", {}).items()},
        "expect": {name: _text(value) for name, value in expected.items()},
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _test(test: Mapping[str, Any], inputs: Mapping[str, str], policy: str) -> dict[str, Any]:
    name = str(test.get("name", "")).strip()[:200]
    asked, expected = _dict(test, "inputs"), _dict(test, "expect")
    values = {each: _value(str(asked.get(each, "")), kind, name) for each, kind in inputs.items()}
    found = {str(each): _expected(str(text)) for each, text in expected.items() if str(text) != ""}
    if policy == "collect":
        found = {"rows": found.get("rows", [])}
    return {"name": name, "inputs": values, "expect": found}


def _value(text: str, kind: str, test: str) -> Any:
    """What a test asks with, by the input's type; an empty text of another type is unknown."""
    if kind in ("string", "date"):
        return text if text or kind == "string" else None
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        words = _("Test case “%(test)s”: %(value)s is no %(type)s.") % {"test": test, "value": text, "type": kind}
        raise TableFormWrong(words) from error


def _expected(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
