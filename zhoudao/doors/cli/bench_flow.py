"""`zhoudao bench flow`: what a durable step costs (load, advance, save), beside SpiffWorkflow where installed."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.marking import Marking, dump, load
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.triggers import Complete, Start
from zhoudao.engines.decisions.expressions import evaluate
from zhoudao.kit.xml import parse as parse_xml

ROUNDS = 40
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_TASKS = ("a", "b", "c", "d", "e", "p", "q", "p2", "q2", "h")
_FLOWS = "start-a a-b b-g g-c:tier==1 g-d c-m d-m m-e e-f f-p f-q p-p2 q-q2 p2-j q2-j j-h h-end"  # p, q side by side


def model() -> bytes:
    """Ten user tasks with a choice (c or d) and two parallel paths; nine of them are done in one run."""
    flows = [entry.partition(":") for entry in _FLOWS.split()]
    lines = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{path.split("-")[0]}" targetRef="{path.split("-")[1]}">'
        + (f"<conditionExpression>{condition}</conditionExpression>" if condition else "")
        + "</sequenceFlow>"
        for number, (path, _, condition) in enumerate(flows)
    )
    tasks = "".join(f'<userTask id="{name}" name="{name}"/>' for name in _TASKS)
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p0" isExecutable="true">'
        f'<startEvent id="start"/>{tasks}<exclusiveGateway id="g" default="f4"/><exclusiveGateway id="m"/>'
        f'<parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="end"/>{lines}</process></definitions>'
    ).encode()


class Engine(Protocol):
    """One run kept as bytes between the steps."""

    name: str
    largest: int

    def start(self) -> None: ...
    def ready(self) -> list[str]: ...
    def complete(self, task: str) -> None: ...


class Ours:
    name = "zhoudao"

    def __init__(self, xml: bytes) -> None:
        self.graph, self.stored, self.largest = parse(xml), b"", 0
        self.data: Mapping[str, object] = {"tier": 1}

    def start(self) -> None:
        self._keep(advance(self.graph, Marking(), Start(), self.data, at=LONG_AGO, evaluate=evaluate)[0])

    def ready(self) -> list[str]:
        return sorted(entry.node.id for entry in waiting(self.graph, load(self.graph, self.stored)))

    def complete(self, task: str) -> None:
        marking = load(self.graph, self.stored)
        token = next(token.id for token in marking.tokens if self.graph.nodes[token.node].id == task)
        self._keep(advance(self.graph, marking, Complete(token), self.data, at=LONG_AGO, evaluate=evaluate)[0])

    def _keep(self, marking: Marking) -> None:
        self.stored = dump(self.graph, marking)
        self.largest = max(self.largest, len(self.stored))


class Spiff:
    name = "SpiffWorkflow"

    def __init__(self, xml: bytes) -> None:
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.util.task import TaskState

        parser: Any = BpmnParser()
        parser.add_bpmn_xml(parse_xml(xml))
        self._begin: Any = lambda: BpmnWorkflow(parser.get_spec("p0"))
        self._serializer, self._state = BpmnWorkflowSerializer(), TaskState.READY
        self.stored, self.largest = "", 0

    def start(self) -> None:
        run = self._begin()
        run.data["tier"] = 1
        run.get_tasks(state=self._state)[0].data["tier"] = 1
        run.do_engine_steps()
        self._keep(run)

    def ready(self) -> list[str]:
        return sorted(self._open(self._serializer.deserialize_json(self.stored)))

    def complete(self, task: str) -> None:
        run = self._serializer.deserialize_json(self.stored)
        self._open(run)[task].run()
        run.do_engine_steps()
        self._keep(run)

    def _open(self, run: Any) -> dict[str, Any]:
        return {task.task_spec.bpmn_id: task for task in run.get_tasks(state=self._state, manual=True)}

    def _keep(self, run: Any) -> None:
        self.stored = self._serializer.serialize_json(run)
        self.largest = max(self.largest, len(self.stored.encode()))


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """CPU microseconds of a durable step, interleaved run by run, with the ready tasks compared at every step.

    Raises: AssertionError when the engines disagree.
    """
    xml = model()
    engines: list[Engine] = [Ours(xml)]
    try:
        engines.append(Spiff(xml))
    except ImportError:
        print("SpiffWorkflow is not installed (it comes with the development tools): ours alone.")
    spent, seen = dict.fromkeys((engine.name for engine in engines), 0), []
    for _ in range(rounds):
        seen = [_one_run(engine, spent) for engine in engines]
        if any(walk != seen[0] for walk in seen):
            raise AssertionError(f"The engines disagree: {seen}")
    steps = rounds * (len(seen[0]) - 1)
    found: dict[str, Any] = {f"{name} µs/step": round(cpu / steps / 1000, 1) for name, cpu in spent.items()}
    found |= {f"{engine.name} largest state bytes": engine.largest for engine in engines}
    if len(engines) > 1:
        found["ratio"] = round(spent["SpiffWorkflow"] / spent["zhoudao"], 1)
    return found | {"steps": steps, "goal": "ratio ≥ 15, state ≤ 256 bytes"}


def _one_run(engine: Engine, spent: dict[str, int]) -> list[list[str]]:
    engine.start()
    seen = [engine.ready()]
    while seen[-1]:
        began = time.process_time_ns()
        engine.complete(seen[-1][0])
        spent[engine.name] += time.process_time_ns() - began
        seen.append(engine.ready())
    return seen


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=2))
