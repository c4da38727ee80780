"""What happened beside what should have: alignments cost what the engine that runs the flow says they must."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from zhoudao.conduct.insight.conforming import Conformance, conformance
from zhoudao.conduct.insight.meaning import UnknownElement, meaning
from zhoudao.conduct.insight.tests.slow import cheapest, tasks
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.tests.blocks import Block, blocks, draw
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log

SECOND = 1_000_000


def log_of(*cases: str) -> Log:
    """Each case words with spaces between them; an event every ten seconds."""
    rows = [(f"case {number + 1}", word) for number, words in enumerate(cases) for word in words.split()]
    return interned(
        case=[case for case, _ in rows], activity=[word for _, word in rows],
        end=np.arange(len(rows), dtype=np.int64) * 10 * SECOND,
    )  # fmt: skip


REPAIR = """start s
    user look
    xor g default=g_fix
    user fix
    user quote
    user agree
    user test
    user give
    end e
    s -> look -> g -> fix
    g -> quote : dear
    quote -> agree -> fix
    fix -> test -> give -> e"""


def compared(*cases: str, lines: str = REPAIR, **said: object) -> Conformance:
    return conformance(parse(bpmn(lines)), log_of(*cases), **said)  # type: ignore[arg-type]  # what a test gives by name


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    blocks(leaves=("user", "service", "catch"), one=("loop", "sub", "guarded", "late", "beside"), size=6),
    st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=6), min_size=1, max_size=3),
)
def test_costs_are_those_of_the_engine_tried_every_way(block: Block, cases: list[list[int]]) -> None:
    graph = parse(bpmn(draw(block).text()))
    names = [*tasks(graph), "zz"]
    words = [[names[step % len(names)] for step in case] for case in cases]
    found = conformance(graph, log_of(*(" ".join(each) for each in words)))
    assume(not found.automaton.notes)  # what piles up beside itself has no end of markings: the oracle would not end
    for case, steps in enumerate(words):
        assert found.aligned.cost[found.variants.of[case]] == cheapest(graph, steps)


def test_what_was_left_out_and_done_besides_is_told_with_its_cases_and_the_dearest_first() -> None:
    found = compared(
        "look fix test give", "look fix give", "look quote agree fix give", "look quote agree test call give",
        "look fix test give",
    )  # fmt: skip
    assert [(one.left_out, one.besides, one.after, one.times, one.cases, one.cost) for one in found.deviations] == [
        ("test", "", "", 2, 2, 2), ("", "call", "test", 1, 1, 1), ("fix", "", "", 1, 1, 1),
    ]  # fmt: skip
    test, call, _fix = found.deviations
    assert test.examples == ("case 2", "case 3")
    assert (call.seconds, test.seconds) == (10, None)
    assert found.fitting_cases == 2
    assert found.fitness_of_cases == pytest.approx(np.mean([1, 1 - 1 / 7, 1 - 1 / 9, 1 - 2 / 10, 1]))


def test_every_flow_of_the_drawing_is_counted_as_often_as_it_was_gone() -> None:
    found = compared("look fix test give", "look quote agree fix test give", "look fix give")
    assert found.passed == {
        "s_look": 3, "look_g": 3, "g_fix": 2, "g_quote": 1, "quote_agree": 1, "agree_fix": 1, "fix_test": 3,
        "test_give": 3, "give_e": 3,
    }  # fmt: skip
    assert found.done["test"] == 2
    assert found.left_out == {"look": 0, "fix": 0, "quote": 0, "agree": 0, "test": 1, "give": 0}


def test_what_is_dear_to_leave_out_is_kept_and_the_rest_called_besides() -> None:
    """Of two equally near ways the one without the dear step is taken."""
    one = compared("look quote fix test give", element_costs={"agree": 5})
    assert [(each.left_out, each.besides) for each in one.deviations] == [("", "quote")]
    other = compared("look quote fix test give", activity_costs={"quote": 5})
    assert [(each.left_out, each.besides) for each in other.deviations] == [("agree", "")]


def test_activities_are_steps_of_their_name_case_and_spaces_aside_or_what_is_said() -> None:
    lines = 'start s\nuser a name="Look  at it"\nuser b name="Fix"\nend e\ns -> a -> b -> e'
    graph = parse(bpmn(lines))
    names = ["look at IT", "B", "Weigh", "mended"]
    found = meaning(graph, names)
    assert found.elements == {"look at IT": {"a"}, "B": {"b"}}
    assert found.unmapped == ("Weigh", "mended")
    said = meaning(graph, names, {"mended": "b", "B": "", "Weigh": ["a", "b"]})
    assert said.elements == {"look at IT": {"a"}, "mended": {"b"}, "Weigh": {"a", "b"}}
    assert said.unmapped == ("B",)
    with pytest.raises(UnknownElement, match="“mended” cannot be z"):
        meaning(graph, names, {"mended": "z"})


def test_steps_no_activity_is_are_missed_unless_they_are_said_to_be_unseen() -> None:
    assert compared("look fix give").deviations[0].left_out == "test"
    found = compared("look fix give", are_tasks_seen=False)
    assert found.deviations == ()
    assert found.meaning.unseen == ("quote", "agree", "test")


def test_a_message_is_seen_where_an_activity_is_called_like_it() -> None:
    lines = "start s\nuser a\ncatch paid message=paid\nuser b\nend e\ns -> a -> paid -> b -> e"
    assert [one.left_out for one in compared("a b", "a paid b", lines=lines).deviations] == ["paid"]
    assert compared("a b", lines=lines).deviations == ()


def test_activities_called_start_and_end_or_after_the_plain_start_are_activities() -> None:
    lines = 'start s name="Start"\nuser a\nend e name="End"\ns -> a -> e'
    found = compared("Start a End", lines=lines)
    assert found.meaning.unmapped == ("End", "Start")
    assert [one.besides for one in found.deviations] == ["End", "Start"]


def test_a_step_done_elsewhere_is_both_left_out_and_besides() -> None:
    found = compared("fix look test give")
    assert found.aligned.cost.tolist() == [2]
    assert {(one.left_out, one.besides) for one in found.deviations} in (
        {("look", ""), ("", "look")},
        {("fix", ""), ("", "fix")},
    )


def test_an_inclusive_gateway_is_aligned_exactly() -> None:
    """pm4py #465: there the alignment fails."""
    lines = """start s
        or g default=g_a
        user a
        user b
        user c
        or j
        user d
        end e
        s -> g -> a -> j
        g -> b : one
        b -> j
        g -> c : other
        c -> j -> d -> e"""
    found = compared("b c d", "a d", "c d", "d", "a b c d", lines=lines)
    assert [int(found.aligned.cost[variant]) for variant in found.variants.of] == [0, 0, 0, 1, 1]
