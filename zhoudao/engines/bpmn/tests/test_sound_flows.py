"""Any sound flow comes to its end whatever happens on the way, and `check` tells sound flows from broken ones."""

import random
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.bpmn import effects
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.check import check
from zhoudao.engines.bpmn.graph import Graph, Kind
from zhoudao.engines.bpmn.marking import Marking, dump, load
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.queries import Waiting, waiting
from zhoudao.engines.bpmn.tests.blocks import Block, Drawn, blocks, draw
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.bpmn.tests.walking import NOON
from zhoudao.engines.bpmn.triggers import CommandRefused, Complete, Message, Start, TimerDue, Trigger

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def happens(open_now: tuple[Waiting, ...], rng: random.Random) -> Trigger:
    """Something that may happen next: some work is done or refused, a time comes, a message arrives."""
    token, node = (chosen := rng.choice(open_now)).token, chosen.node
    if node.kind is Kind.BOUNDARY or node.event.timer:
        return TimerDue(token.id)
    if node.kind is Kind.CATCH:
        return Message(node.event.code)
    return CommandRefused(token.id, "No") if node.kind is Kind.SERVICE and rng.random() < 0.2 else Complete(token.id)


def _run(graph: Graph, seed: int) -> tuple[list[str], bool]:
    """Walks to the end; what was passed, and whether it completed. It is written down and read at every step."""
    rng, marking, passed = random.Random(seed), Marking(), list[str]()
    trigger: Trigger = Start()

    def evaluate(expression: str, data: Mapping[str, object]) -> object:
        return 2 if expression == "2" else rng.random() < 0.4

    for _ in range(3_000):
        stored = dump(graph, marking)
        assert load(graph, stored) == marking
        assert dump(graph, load(graph, stored)) == stored
        marking, found = advance(graph, load(graph, stored), trigger, {}, at=NOON, evaluate=evaluate)
        passed += [effect.element for effect in found if isinstance(effect, effects.Passed)]
        if marking.ended:
            return passed, isinstance(found[-1], effects.Completed)
        trigger = happens(waiting(graph, marking), rng)
    return passed, False


@QUICK
@given(blocks(), st.integers(0, 2**32))
def test_a_sound_flow_always_completes_and_loses_no_token(block: Block, seed: int) -> None:
    drawn = draw(block)
    passed, completed = _run(parse(bpmn(drawn.text())), seed)
    assert completed
    for split, join in drawn.pairs.items():
        if split not in drawn.cut:
            assert passed.count(split) == passed.count(join)


@QUICK
@given(blocks())
def test_a_sound_flow_has_no_problems(block: Block) -> None:
    assert [(problem.element, problem.code) for problem in check(parse(bpmn(draw(block).text())))] == []


def _broken(drawn: Drawn, before: str, after: str) -> set[tuple[str, str]]:
    text = drawn.text()
    assert before in text
    return {(problem.element, problem.code) for problem in check(parse(bpmn(text.replace(before, after))))}


@st.composite
def with_gateway(pick: st.DrawFn, kind: str) -> tuple[Drawn, str]:
    """A flow that has this kind of gateway, and one of them."""
    block = pick(blocks(size=6))
    pair = (kind, (("user", ()), block))
    around = pick(st.sampled_from(["sub", "loop", "sequence"]))
    drawn = draw((around, (pair, ("user", ())) if around == "sequence" else (pair,)))
    return drawn, pick(st.sampled_from([split for split in drawn.pairs if split.startswith(kind)]))


@QUICK
@given(with_gateway("xor"))
def test_a_parallel_join_behind_a_choice_is_named(made: tuple[Drawn, str]) -> None:
    drawn, split = made
    join = drawn.pairs[split]
    assert (join, "join-never-fires") in _broken(drawn, f"xor {join}\n", f"and {join}\n")


@QUICK
@given(with_gateway("and"))
def test_parallel_paths_that_are_not_joined_are_named(made: tuple[Drawn, str]) -> None:
    drawn, split = made
    join = drawn.pairs[split]
    found = _broken(drawn, f"and {join}\n", f"xor {join}\n")
    assert "runs-twice" in {code for _, code in found}
    if "back" not in drawn.text():  # Within a loop the paths may meet anywhere in it.
        assert (join, "runs-twice") in found


@QUICK
@given(with_gateway("or"))
def test_a_parallel_join_behind_an_inclusive_choice_is_named(made: tuple[Drawn, str]) -> None:
    drawn, split = made
    join = drawn.pairs[split]
    assert (join, "join-never-fires") in _broken(drawn, f"or {join}\n", f"and {join}\n")


@QUICK
@given(with_gateway("xor"))
def test_a_choice_without_default_is_named(made: tuple[Drawn, str]) -> None:
    drawn, split = made
    assert (split, "no-default") in _broken(drawn, f" default={split}_{split}b0", "")


@QUICK
@given(with_gateway("xor"), st.data())
def test_what_no_path_leads_to_is_named(made: tuple[Drawn, str], pick: st.DataObject) -> None:
    drawn, _ = made
    flows = [line for line in drawn.lines if "->" in line]
    targets = [line.partition(":")[0].split("->")[1].strip() for line in flows]
    alone = [number for number, target in enumerate(targets) if targets.count(target) == 1]
    number = pick.draw(st.sampled_from(alone))
    assert (targets[number], "unreachable") in _broken(drawn, f"\n{flows[number]}\n", "\n")
