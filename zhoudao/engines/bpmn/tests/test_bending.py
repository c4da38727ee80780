"""A run is bent: whatever is left out or done again, it still comes to its end, or the bend is refused by name."""

import random
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.bpmn import effects
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.bending import BendRefused, between, earlier, needed, offered, unknown
from zhoudao.engines.bpmn.graph import Graph, Kind
from zhoudao.engines.bpmn.marking import Marking, dump, load
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.tests.blocks import ONE, Block, blocks, draw
from zhoudao.engines.bpmn.tests.conftest import Begin
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.bpmn.tests.test_sound_flows import happens
from zhoudao.engines.bpmn.tests.walking import NOON, Language, Walk
from zhoudao.engines.bpmn.triggers import Repeat, Skip, Start, Trigger

NAMES = Language().names
CODES = {"not-earlier", "one-of-many", "other-part", "already-open", "paths-open", "paths-met", "not-proven"}
LINE = "start s\nuser a\nuser b\nuser c\nend e\ns -> a -> b -> c -> e"
FORK = """
    start s
    user first
    and split
    user left
    user left2
    user right
    and join
    user last
    end e
    s -> first -> split
    split -> left -> left2 -> join
    split -> right -> join
    join -> last -> e
"""


def refused(walk: Walk, token: str, element: str) -> tuple[str, tuple[str, ...]]:
    before = walk.marking
    with pytest.raises(BendRefused) as found:
        walk.do(Repeat(walk.token(token), element))
    assert walk.marking == before
    return found.value.code, found.value.steps


def test_going_back_withdraws_the_open_step_and_opens_the_earlier_one(begin: Begin) -> None:
    walk = begin(LINE).complete("a").complete("b")
    walk.do(Repeat(walk.token("c"), "a"))
    assert [type(effect).__name__ for effect in walk.last] == ["Withdraw", "OpenTask"]
    assert walk.open == ["a"]
    walk.complete("a").complete("b").complete("c")
    assert walk.ended


def test_only_what_came_before_is_done_again(begin: Begin) -> None:
    walk = begin(LINE).complete("a")
    assert refused(walk, "b", "c") == ("not-earlier", ())
    assert refused(walk, "b", "b") == ("not-earlier", ())
    assert refused(walk, "b", "s") == ("not-earlier", ())


def test_a_path_goes_back_on_its_own_while_the_other_stays_where_it_is(begin: Begin) -> None:
    walk = begin(FORK).complete("first").complete("left")
    walk.do(Repeat(walk.token("left2"), "left"))
    assert walk.open == ["left", "right"]
    assert refused(walk, "left", "first") == ("paths-open", ("right",))
    walk.complete("right")
    assert refused(walk, "left", "first") == ("paths-open", ("join",))  # its token waits at the join
    walk.complete("left").complete("left2")
    assert walk.open == ["last"]


def test_one_of_two_paths_that_have_met_is_not_opened_alone(begin: Begin) -> None:
    walk = begin(FORK).complete("first").complete("left").complete("left2").complete("right")
    assert refused(walk, "last", "left") == ("paths-met", ())
    walk.do(Repeat(walk.token("last"), "first"))
    assert walk.open == ["first"]
    walk.complete("first")
    assert walk.open == ["left", "right"]


def test_a_step_on_the_way_of_a_time_limit_goes_back_before_it(begin: Begin) -> None:
    lines = """start s\nuser ask\nboundary late host=ask timer=PT1H\nuser chase\nend e\nend e2
        s -> ask -> e\nlate -> chase -> e2"""
    walk = begin(lines).due("late")
    walk.do(Repeat(walk.token("chase"), "ask"))
    assert (walk.open, len(walk.got(effects.SetTimer))) == (["ask", "late"], 1)
    assert walk.complete("ask").ended


def test_what_runs_beside_a_step_is_not_started_twice(begin: Begin) -> None:
    lines = """start s\nuser ask\nboundary late host=ask timer=PT1H soft\nuser chase\nxor m\nuser more\nend e\nend e2
        s -> ask -> m -> more -> e\nlate -> chase -> e2"""
    walk = begin(lines).due("late")
    assert refused(walk, "chase", "ask") == ("already-open", ())


def test_out_of_a_sub_process_only_when_nothing_else_is_open_in_it(begin: Begin) -> None:
    lines = """start s\nuser first\nsub p {\nstart ps\nand f\nuser a\nuser b\nand j\nend pe
        ps -> f\nf -> a -> j\nf -> b -> j\nj -> pe\n}\nend e\ns -> first -> p -> e"""
    walk = begin(lines).complete("first")
    assert refused(walk, "a", "first") == ("paths-open", ("b",))
    alone = begin(
        "start s\nuser first\nsub p {\nstart ps\nuser a\nend pe\nps -> a -> pe\n}\nend e\ns -> first -> p -> e"
    )
    alone.complete("first")
    alone.do(Repeat(alone.token("a"), "first"))
    assert alone.open == ["first"]
    alone.complete("first").complete("a")
    assert alone.ended


def test_into_a_part_that_is_over_nobody_goes_back(begin: Begin) -> None:
    walk = begin("start s\nsub p {\nstart ps\nuser a\nend pe\nps -> a -> pe\n}\nuser b\nend e\ns -> p -> b -> e")
    walk.complete("a")
    assert refused(walk, "b", "a") == ("other-part", ())
    walk.do(Repeat(walk.token("b"), "p"))
    assert walk.open == ["a"]


def test_one_of_several_entries_does_not_go_back_alone(begin: Begin) -> None:
    walk = begin("start s\nuser a\nuser b multi=2\nend e\ns -> a -> b -> e").complete("a")
    assert refused(walk, "b", "a") == ("one-of-many", ())


def test_a_wait_for_one_of_several_events_goes_back_whole(begin: Begin) -> None:
    lines = """start s\nuser a\nrace r\ncatch x message=m\ncatch y timer=P1D\nend e\nend e2
        s -> a -> r\nr -> x -> e\nr -> y -> e2"""
    walk = begin(lines).complete("a")
    walk.do(Repeat(walk.token("x"), "a"))
    assert walk.open == ["a"]
    assert {effect.element for effect in walk.got(effects.Withdraw)} == {"x", "y"}


def test_what_is_offered_says_what_speaks_against_it() -> None:
    walk = Walk(bpmn(FORK)).start().complete("first").complete("left")
    found = {node.id: code for node, code in offered(walk.graph, walk.marking, walk.token("left2"))}
    assert found == {"first": "paths-open", "left": ""}


def test_between_is_all_that_is_walked_again() -> None:
    graph = parse(bpmn(FORK))
    again = {graph.nodes[index].id for index in between(graph, graph.node("first"), graph.node("last"))}
    assert again == {"first", "split", "left", "left2", "right", "join", "last"}
    path = {graph.nodes[index].id for index in between(graph, graph.node("left"), graph.node("left2"))}
    assert path == {"left", "left2"}


ASKED = """
    start s
    user look form=fault,note
    xor x default=x_b
    user a
    user b form=fault
    xor m
    xor y default=y_e
    user c
    end e
    s -> look -> x
    x -> a : fault == "leak"
    x => b
    a -> m
    b -> m
    m -> y
    y -> c : fault == "fire"
    y => e
    c -> e
"""


def test_who_leaves_a_step_out_says_what_later_conditions_ask_for(begin: Begin) -> None:
    walk = begin(ASKED)
    fields = needed(walk.graph, walk.graph.node("look"), NAMES)
    assert [field.name for field in fields] == ["fault"]
    assert unknown(fields, {"fault": "leak"}) == ()
    walk.do(Skip(walk.token("look"), {"fault": "leak"}))
    assert (walk.open, walk.data) == (["a"], {"fault": "leak"})
    assert needed(walk.graph, walk.graph.node("c"), NAMES) == ()


def test_a_step_that_keeps_its_result_under_a_name_asks_for_all_of_it_or_cannot_be_left_out() -> None:
    lines = """start s\n{} look result=found{}\nxor x default=x_e\nuser a\nend e
        s -> look -> x\nx -> a : found.bad\nx => e\na -> e"""
    graph = parse(bpmn(lines.format("user", " form=bad,note")))
    assert [field.name for field in needed(graph, graph.node("look"), NAMES)] == ["bad", "note"]
    graph = parse(bpmn(lines.format("service", " command=x")))
    with pytest.raises(BendRefused, match="result-needed"):
        needed(graph, graph.node("look"), NAMES)


def test_of_an_automatic_step_the_declared_values_nobody_else_gives_are_asked_for() -> None:
    lines = """start s\nservice find command=x\nxor g default=g_e\nuser a form=kind\nend e
        s -> find -> g\ng -> a : eligible and kind == tier\ng => e\na -> e"""
    graph = parse(bpmn(lines, inputs="eligible:boolean kind:string"))
    fields = needed(graph, graph.node("find"), NAMES)
    assert [(field.name, field.type, field.required) for field in fields] == [("eligible", "boolean", True)]


def _bend(graph: Graph, marking: Marking, rng: random.Random) -> Trigger:
    open_now = [entry for entry in waiting(graph, marking) if entry.node.kind is not Kind.BOUNDARY]
    token, node = (chosen := rng.choice(open_now)).token, chosen.node
    before = earlier(graph, node)
    return Repeat(token.id, rng.choice(before).id) if before and rng.random() < 0.7 else Skip(token.id)


def _doubled(graph: Graph, marking: Marking) -> list[int]:
    """Nodes with two tokens of one scope that did not come by different flows into a join."""
    found = Counter(
        (token.node, token.parent, token.flow if graph.nodes[token.node].kind in (Kind.PARALLEL, Kind.INCLUSIVE) else 0)
        for token in marking.tokens
        if token.nth < 0
    )
    return [node for (node, _, _), count in found.items() if count > 1]


def _run(graph: Graph, seed: int, *, strict: bool) -> tuple[list[str], int]:
    """Walks to the end, bent at random up to eight times, written down and read at every step.

    Returns what was passed and how many bends were not refused.
    """
    rng, marking, passed, bends, done = random.Random(seed), Marking(), list[str](), 0, 0
    trigger: Trigger = Start()
    codes: set[str] = set()

    def evaluate(expression: str, data: Mapping[str, object]) -> object:
        return 2 if expression == "2" else rng.random() < 0.4

    for _ in range(3_000):
        kept = load(graph, dump(graph, marking))
        assert kept == marking
        try:
            marking, found = advance(graph, kept, trigger, {}, at=NOON, evaluate=evaluate)
        except BendRefused as refusal:
            codes.add(refusal.code)
        else:
            done += isinstance(trigger, Repeat | Skip)
            passed += [effect.element for effect in found if isinstance(effect, effects.Passed)]
            if marking.ended:
                assert isinstance(found[-1], effects.Completed)
                assert codes <= CODES
                return passed, done
            assert not strict or not _doubled(graph, marking)
        is_bent = bends < 8 and rng.random() < 0.4
        bends += is_bent
        trigger = _bend(graph, marking, rng) if is_bent else happens(waiting(graph, marking), rng)
    raise AssertionError("It never ends.")


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(blocks(), st.integers(0, 2**32))
def test_a_bent_run_of_a_sound_flow_completes(block: Block, seed: int) -> None:
    _run(parse(bpmn(draw(block).text())), seed, strict=False)


@QUICK
@given(blocks(one=tuple(kind for kind in ONE if kind != "beside")), st.integers(0, 2**32))
def test_no_bend_loses_or_doubles_a_token_of_parallel_paths(block: Block, seed: int) -> None:
    drawn = draw(block)
    passed, _ = _run(parse(bpmn(drawn.text())), seed, strict=True)
    for split, join in drawn.pairs.items():
        if split.startswith("and") and split not in drawn.cut:
            assert passed.count(split) == passed.count(join)


def test_many_random_bends_are_taken_and_not_only_refused() -> None:
    lines = draw(
        ("sequence", (("user", ()), ("and", (("user", ()), ("sequence", (("user", ()), ("user", ()))))), ("user", ())))
    ).text()
    graph = parse(bpmn(lines))
    assert sum(_run(graph, seed, strict=True)[1] for seed in range(40)) > 40
