"""`zhoudao flow check FILE` and `zhoudao flow run FILE`: a flow file checked, or walked in the terminal."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from zhoudao.doors.cli.flow_walk import walk
from zhoudao.engines.bpmn.check import check as problems_of
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused, Problem
from zhoudao.engines.decisions import expressions

DONE, REFUSED, MISUSED = 0, 1, 2


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `flow check` and `flow run`."""
    flow = subparsers.add_parser("flow", help="check a flow file, or walk it in the terminal")
    actions = flow.add_subparsers(dest="action", required=True)
    checking = actions.add_parser("check", help="name every problem of a flow file")
    checking.add_argument("file", type=Path)
    checking.add_argument("--json", action="store_true", help="one JSON list for programs")
    checking.set_defaults(run=lambda given: check(given.file, as_json=given.json), django=False)
    running = actions.add_parser("run", help="walk a flow step by step")
    running.add_argument("file", type=Path)
    running.add_argument("--auto", action="store_true", help="do every step with default answers")
    running.add_argument("--data", default="{}", help='values of the inputs as JSON, e.g. \'{"tier": "urgent"}\'')
    running.set_defaults(run=lambda given: run(given.file, auto=given.auto, data=given.data), django=False)


def check(path: Path, *, as_json: bool = False) -> int:
    """Prints one line per problem: element id, name, what is wrong, what to do. Returns the exit code."""
    source = _read(path)
    if source is None:
        return MISUSED
    _, problems = _checked(source)
    if as_json:
        print(json.dumps([_row(problem) for problem in problems], ensure_ascii=False, indent=2))
    for problem in [] if as_json else problems:
        print("\t".join((problem.element or "-", problem.name or "-", problem.what, problem.what_to_do)))
    return REFUSED if any(problem.blocks for problem in problems) else DONE


def run(path: Path, *, auto: bool = False, data: str = "{}") -> int:
    """Walks the flow; a flow with problems is not begun. Returns the exit code."""
    source = _read(path)
    values = _values(data)
    if source is None or values is None:
        return MISUSED
    graph, problems = _checked(source)
    if graph is None or any(problem.blocks for problem in problems):
        return check(path)
    return DONE if walk(graph, values, auto=auto) else REFUSED


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        print(f"{path}: {error.strerror or error}", file=sys.stderr)
        return None


def _values(data: str) -> dict[str, Any] | None:
    try:
        values = json.loads(data)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        print('--data must be a JSON object such as {"tier": "urgent"}', file=sys.stderr)
        return None
    return values


def _checked(source: bytes) -> tuple[Graph | None, list[Problem]]:
    try:
        graph = parse(source)
    except FlowRefused as refusal:
        return None, refusal.problems
    return graph, problems_of(graph, expressions=expressions)


def _row(problem: Problem) -> dict[str, str | bool]:
    return {
        "element": problem.element,
        "name": problem.name,
        "code": problem.code,
        "what": problem.what,
        "what_to_do": problem.what_to_do,
        "blocks": problem.blocks,
    }
