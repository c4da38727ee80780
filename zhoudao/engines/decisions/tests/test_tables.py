"""Decision tables: rows, and everything that is not let in."""

import json
from typing import Any

import pytest

from zhoudao.engines.decisions.expressions import ExpressionFailed
from zhoudao.engines.decisions.tables import TableInvalid, decide

TIER: dict[str, Any] = {
    "inputs": [{"id": "kind", "name": "Kind", "field": "kind"}, {"id": "value", "name": "Value", "field": "value"}],
    "outputs": [{"id": "tier", "name": "Tier", "field": "tier"}],
    "rules": [
        {"_id": "1", "kind": '"safety"', "value": "", "tier": '"urgent"'},
        {"_id": "2", "kind": "", "value": "> 1000", "tier": '"value_added"'},
        {"_id": "3", "kind": "", "value": "", "tier": '"regular"'},
    ],
}


def graph(*nodes: dict[str, Any]) -> str:
    return json.dumps({"nodes": list(nodes), "edges": []})


def with_rule(**cells: str) -> str:
    return json.dumps(TIER | {"rules": [{"_id": "1", "kind": "", "value": "", "tier": "1"} | cells]})


@pytest.mark.parametrize(
    ("kind", "value", "tier"), [("safety", 1, "urgent"), ("question", 5000, "value_added"), ("question", 1, "regular")]
)
def test_the_first_row_that_fits_decides(kind: str, value: int, tier: str) -> None:
    assert decide(json.dumps(TIER), {"kind": kind, "value": value}) == {"tier": tier}


def test_no_row_gives_nothing_and_a_collecting_table_gives_all() -> None:
    assert decide(with_rule(kind='"x"'), {"kind": "y", "value": 1}) == {}
    rows = decide(json.dumps(TIER | {"hitPolicy": "collect"}), {"kind": "safety", "value": 5000})
    assert [row["tier"] for row in rows if isinstance(row, dict)] == ["urgent", "value_added", "regular"]


def test_a_whole_decision_graph_works_too() -> None:
    nodes = [
        {"id": "i", "name": "i", "type": "inputNode"},
        {"id": "t", "name": "t", "type": "decisionTableNode", "content": TIER | {"hitPolicy": "first"}},
        {"id": "o", "name": "o", "type": "outputNode"},
    ]
    edges = [{"id": "1", "sourceId": "i", "targetId": "t"}, {"id": "2", "sourceId": "t", "targetId": "o"}]
    assert decide(json.dumps({"nodes": nodes, "edges": edges}), {"kind": "safety", "value": 0}) == {"tier": "urgent"}


@pytest.mark.parametrize(
    "table",
    [
        "{",
        "[]",
        "{}",
        "[" * 100_000,
        graph({"id": "f", "type": "functionNode", "name": "f", "content": {"source": "export const handler = 1"}}),
        graph({"id": "d", "type": "decisionNode", "name": "d", "content": {"key": "other"}}),
        graph({"id": "c", "type": "customNode", "name": "c", "content": {}}),
        with_rule(value=">>> 1"),
        with_rule(tier="1 +"),
        with_rule(tier="rand(3)"),
        with_rule(value="> d()"),
    ],
)
def test_scripts_other_tables_chance_and_broken_cells_are_refused(table: str) -> None:
    with pytest.raises(TableInvalid):
        decide(table, {"kind": "x", "value": 1})


@pytest.mark.parametrize("value", [float("inf"), object()])
def test_a_value_that_no_table_can_hold_is_a_fault(value: object) -> None:
    with pytest.raises(ExpressionFailed):
        decide(json.dumps(TIER), {"kind": "x", "value": value})


def test_a_value_of_another_type_fits_only_cells_that_take_any() -> None:
    assert decide(json.dumps(TIER), {"kind": "x", "value": "text"}) == {"tier": "regular"}
