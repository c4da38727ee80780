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


def _joins_again(block: Block, in_loop: bool = False) -> bool:
    """Whether branches meet in a loop. In the second round SpiffWorkflow goes on with the first branch that arrives, so
    there only one round is compared.
    """
    kind, inner = block
    if in_loop and kind in ("and", "or"):
        return True
    return any(_joins_again(one, in_loop or kind == "loop") for one in inner)


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
    rng, never_again = random.Random(seed), _joins_again(block)
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
        if never_again and name.startswith("ask_again"):
            answers = dict.fromkeys(answers, 0)
        ours.complete(name, **answers)
        task: Any = ready[name]  # SpiffWorkflow has no types
        task.data.update(answers)
        task.run()
        theirs.do_engine_steps()
    assert ours.ended == theirs.is_completed()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_branches_in_a_loop_wait_for_each_other_in_every_round(order: tuple[int, int]) -> None:
    drawn = draw(("loop", (("and", (("user", ()), ("user", ()))),)), asking=True)
    walk = Walk(bpmn(drawn.text()), restore=True).start()
    for turn in range(4):
        [asked] = walk.open
        walk.complete(asked, **{asked.removeprefix("ask_"): 2})
        both = walk.open
        assert len(both) == 2
        first, second = (both[place] for place in (order if turn % 2 else (0, 1)))
        walk.complete(first)
        assert walk.open == [second]
        walk.complete(second)
        [again] = walk.open
        walk.complete(again, **{again.removeprefix("ask_"): 1 if turn < 3 else 5})
    assert walk.ended
