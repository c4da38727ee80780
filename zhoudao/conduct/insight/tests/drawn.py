"""Small flows for tests, drawn in a line each: `a>b:name` is a flow with its id."""

from typing import Any

from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zd="https://zhoudao.org/bpmn" id="d">'
    '<error id="err" errorCode="E1" name="E1"/><escalation id="esc" escalationCode="S1" name="S1"/>'
    '<message id="msg" name="word"/><process id="p" isExecutable="true">'
)


def graph(elements: str, flows: str) -> Graph:
    """Elements as XML, flows as words."""
    return parse(f"{_HEAD}{elements}{lines(flows)}</process></definitions>".encode())


def lines(flows: str) -> str:
    """`a>b` or `a>b:id`, parted by blanks; `a>b:id?` has a condition."""
    found = []
    for entry in flows.split():
        path, _, name = entry.partition(":")
        source, target = path.split(">")
        condition = "<conditionExpression>x == 1</conditionExpression>" if name.endswith("?") else ""
        found.append(
            f'<sequenceFlow id="{name.rstrip("?") or path.replace(">", "_")}" sourceRef="{source}" '
            f'targetRef="{target}">{condition}</sequenceFlow>'
        )
    return "".join(found)


def scenario(**more: Any) -> dict[str, Any]:
    """Two people who never rest, 500 cases an hour apart."""
    return {
        "arrivals": {"gap": {"exponential": "PT1H"}, "cases": 500},
        "pools": {"team": {"people": 2, "cost_per_hour": 60}},
        "replications": 3,
    } | more
