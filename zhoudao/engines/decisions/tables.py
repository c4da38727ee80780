"""Decision tables (JDM): checked, compiled once, evaluated without scripts, other tables, chance or the clock."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import zen

from zhoudao.engines.decisions.expressions import ExpressionFailed, jsonable, plain, said
from zhoudao.engines.decisions.names import impure

NODES = {"inputNode", "outputNode", "decisionTableNode", "expressionNode", "switchNode"}
MAX_LENGTH = 2_000_000


class TableInvalid(Exception):
    """The decision table cannot be read."""


def decide(table: str, inputs: Mapping[str, object]) -> dict[str, Any] | list[Any]:
    """The outputs of the row that fits, `{}` when none does, a list when the table collects.

    `table` is JSON: a whole JDM graph, or only the content of one table (`hitPolicy inputs outputs rules`).
    A value of another type than a cell asks for does not fit it: check the inputs' declared types before.
    Raises: TableInvalid, ExpressionFailed.
    """
    return _outputs(_evaluated(table, inputs, {"max_depth": 1}))


def decide_by_row(table: str, inputs: Mapping[str, object]) -> tuple[dict[str, Any] | list[Any], int | None]:
    """As `decide`, with the number of the row that answered, from 1; None where that is not one row of one table."""
    answer = _evaluated(table, inputs, {"max_depth": 1, "trace": True})
    traced = [node.get("traceData") for node in answer.get("trace", {}).values()]
    rows = [data["index"] + 1 for data in traced if isinstance(data, dict) and "index" in data]
    return _outputs(answer), rows[0] if len(rows) == 1 else None


def _evaluated(table: str, inputs: Mapping[str, object], options: dict[str, Any]) -> Any:
    try:
        return compiled(table).evaluate(json.dumps(inputs, default=jsonable, allow_nan=False), options)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ExpressionFailed(said(error)) from error


def _outputs(answer: Any) -> dict[str, Any] | list[Any]:
    result = plain(answer["result"])
    return result if isinstance(result, dict | list) else {}


@lru_cache(maxsize=512)
def compiled(table: str) -> Any:
    """The checked table, kept. Raises: TableInvalid."""
    content = _graph(_read(table))
    for node in content["nodes"]:
        kind = node.get("type") if isinstance(node, dict) else None
        if kind not in NODES:
            raise TableInvalid(f"A node of the kind {kind} is not allowed.")
        _cells(node.get("content") if kind == "decisionTableNode" else None)
    for text in _texts(content["nodes"]):
        if found := impure(text):
            raise TableInvalid(f"{found} depends on chance or the clock; make it an input.")
    try:
        decision = zen.ZenEngine().create_decision(json.dumps(content))
        decision.validate()
    except (RuntimeError, TypeError, ValueError) as error:
        raise TableInvalid(said(error)) from error
    return decision


def _read(table: str) -> dict[str, Any]:
    if len(table) > MAX_LENGTH:
        raise TableInvalid("The table is too large.")
    try:
        content = json.loads(table)
    except ValueError as error:
        raise TableInvalid(f"It is not JSON: {error}") from error
    except RecursionError as error:
        raise TableInvalid("It is nested too deep.") from error
    if not isinstance(content, dict):
        raise TableInvalid("It is not a table.")
    return content


def _graph(content: dict[str, Any]) -> dict[str, Any]:
    """A bare table gets the input and output nodes JDM wants around it."""
    if isinstance(content.get("nodes"), list) and isinstance(content.get("edges"), list):
        return content
    if not isinstance(content.get("rules"), list):
        raise TableInvalid("It has neither nodes and edges nor rules.")
    table = {"hitPolicy": "first", "executionMode": "single"} | content
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


def _cells(content: object) -> None:
    """Every cell must be readable: zen itself would take a broken one for a row that does not fit."""
    table = content if isinstance(content, dict) else {}
    # compiled, not validated: zen's validator refuses lists of cases that its evaluator understands
    tests = {entry.get("id"): zen.compile_unary_expression for entry in table.get("inputs", [])}
    values = {entry.get("id"): zen.compile_expression for entry in table.get("outputs", [])}
    for number, row in enumerate(table.get("rules", []), start=1):
        for column, read in (tests | values).items():
            cell = str(row.get(column) or "").strip()
            if cell:
                _readable(cell, read, number)


def _readable(cell: str, read: Callable[[str], object], number: int) -> None:
    try:
        read(cell)
    except RuntimeError as error:
        raise TableInvalid(f"Row {number}: the cell {cell[:60]!r} cannot be read.") from error


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
