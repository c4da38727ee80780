"""The same tasks are ready as in SpiffWorkflow, step by step, on flows both engines run."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.bpmn.tests.blocks import Block, blocks, draw
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.bpmn.tests.walking import Walk
from zhoudao.kit.xml import parse as parse_xml

pytest.importorskip("SpiffWorkflow")

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

BOTH = blocks(leaves=("user", "manual"), one=("loop", "sub"), many=("sequence", "xor", "and", "or"), size=8)


def _spiff(xml: bytes) -> BpmnWorkflow:
    parser = BpmnParser()
    parser.add_bpmn_xml(parse_xml(xml))
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    workflow.do_engine_steps()
    return workflow


def _ready(workflow: BpmnWorkflow) -> dict[str, object]:
    return {task.task_spec.bpmn_id: task for task in workflow.get_tasks(state=TaskState.READY, manual=True)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BOTH, st.integers(0, 2**32))
def test_the_same_tasks_are_ready_all_the_way(block: Block, seed: int) -> None:
    rng = random.Random(seed)
    drawn = draw(block, asking=True)
    xml = bpmn(drawn.text())
    ours, theirs = Walk(xml, restore=True).start(), _spiff(xml)
    for _ in range(200):
        ready = _ready(theirs)
        assert ours.open == sorted(ready)
        if not ready:
            break
        name = rng.choice(sorted(ready))
        answers = {name.removeprefix("ask_"): rng.randint(0, 5)} if name.startswith("ask_") else {}
        ours.complete(name, **answers)
        task: Any = ready[name]  # SpiffWorkflow has no types
        task.data.update(answers)
        task.run()
        theirs.do_engine_steps()
    assert ours.ended == theirs.is_completed()
