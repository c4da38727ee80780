"""A flow's markings, all of them, and why some flows have none that can be told."""

import pytest
from hypothesis import HealthCheck, given, settings

from zhoudao.engines.bpmn.automaton import Automaton, NeverEnds, TooManyMarkings, automaton
from zhoudao.engines.bpmn.moving import SILENT, RunsTwice
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.places import TooManyWays
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.engines.bpmn.tests.blocks import Block, blocks, draw
from zhoudao.engines.bpmn.tests.models import bpmn


def built(lines: str, **given: object) -> Automaton:
    return automaton(parse(bpmn(lines)), **given)  # type: ignore[arg-type]  # what a test gives by name


def walks(found: Automaton, most: int = 6) -> set[str]:
    """Every way from the start to the end with at most so many seen steps, as the ids one after the other."""
    moves: dict[int, list[tuple[int, int]]] = {}
    for source, target, label in zip(found.source, found.target, found.label, strict=True):
        moves.setdefault(source, []).append((label, target))
    ends: set[str] = set()
    seen, todo = set(), [(0, "")]
    while todo:
        state, steps = todo.pop()
        if (state, steps) in seen or len(steps.split()) > most:
            continue
        seen.add((state, steps))
        if state == found.final:
            ends.add(steps.strip())
        for label, target in moves.get(state, []):
            todo.append((target, steps if label == SILENT else f"{steps} {found.labels[label]}"))
    return ends


SIDE_BY_SIDE = (
    "start s\nuser a\nand g\nuser b\nuser c\nand j\nuser d\nend e\ns -> a -> g -> b -> j -> d -> e\ng -> c -> j"
)


def test_steps_side_by_side_are_taken_in_either_order() -> None:
    assert walks(built(SIDE_BY_SIDE)) == {"a b c d", "a c b d"}


@pytest.mark.parametrize("width", [1, 3, 7])
def test_as_many_markings_as_theory_says(width: int) -> None:
    """Each of the branches of two steps is in one of three places; before the start, and the end, are two more."""
    lines = "start s\nand g\nand j\nend e\ns -> g\nj -> e\n" + "\n".join(
        f"user a{n}\nuser b{n}\ng -> a{n} -> b{n} -> j" for n in range(width)
    )
    assert len(built(lines)) == 3**width - 1 + 2


def test_a_choice_is_taken_either_way_and_a_circle_any_number_of_times() -> None:
    lines = """start s
        user a
        xor g default=g_e
        user b
        end e
        s -> a -> g -> e
        g -> b : again
        b -> a"""
    assert walks(built(lines.replace("g_e", "g_e"))) == {"a", "a b a", "a b a b a"}


def test_an_inclusive_choice_takes_any_of_its_ways_and_its_join_waits_for_just_those() -> None:
    """pm4py #465: an inclusive gateway becomes an unsound net there, and alignments fail."""
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
    ways = walks(built(lines))
    assert {"a d", "b d", "c d", "b c d", "c b d"} == ways


def test_an_inclusive_choice_without_conditions_takes_any_of_its_ways() -> None:
    """As other tools draw them: such a flow is not deployed, and can be compared all the same."""
    lines = "start s\nor g\nuser a\nuser b\nor j\nend e\ns -> g -> a -> j -> e\ng -> b -> j"
    assert walks(built(lines)) == {"a", "b", "a b", "b a"}


def test_a_gateway_without_a_name_is_a_gateway() -> None:
    """pm4py #196: a gateway without `name` ended the import."""
    drawn = bpmn(SIDE_BY_SIDE).replace(b' name="g"', b"").replace(b' name="j"', b"")
    assert b'id="g" name' not in drawn
    assert walks(automaton(parse(drawn))) == {"a b c d", "a c b d"}


def test_a_flow_drawn_twice_is_one_choice_more_of_the_same() -> None:
    """pm4py #475: two arcs between two nodes became one net with doubled arcs."""
    lines = "start s\nxor g default=g_a\nuser a\nend e\ns -> g -> a -> e\ng -> a : again"
    assert walks(built(lines)) == {"a"}
    assert len(built(lines)) == 3


def test_two_flows_from_one_step_to_the_next_are_refused_by_name_for_it_would_run_twice() -> None:
    with pytest.raises(RunsTwice, match="b can be started again"):
        built("start s\nuser a\nuser b\nend e\ns -> a -> b -> e\na -> b")


def test_a_flow_without_bound_is_refused_by_the_step_that_piles_up() -> None:
    lines = "start s\nuser a\nand g\nuser b\nend e\nend f\ns -> a -> g -> b -> e\ng -> a"
    with pytest.raises(RunsTwice, match=r"^[abg] can be started again"):
        built(lines)


def test_more_markings_than_allowed_are_refused_with_how_many_may_be() -> None:
    lines = "start s\nand g\nand j\nend e\ns -> g\nj -> e\n" + "\n".join(
        f"user a{n}\ng -> a{n} -> j" for n in range(12)
    )
    with pytest.raises(TooManyMarkings, match="more than 1,000 markings"):
        built(lines, most=1_000)
    assert len(built(lines, most=5_000)) == 2**12 - 1 + 2


def test_more_ways_at_a_gateway_than_can_be_tried_are_refused_by_its_name() -> None:
    lines = "start s\nor g default=g_a\nuser a\nor j\nend e\ns -> g -> a -> j -> e\n" + "\n".join(
        f"user b{n}\ng -> b{n} : x{n}\nb{n} -> j" for n in range(11)
    )
    with pytest.raises(TooManyWays, match=r"^g: "):
        built(lines)


def test_a_flow_that_cannot_end_and_one_with_faults_are_refused() -> None:
    with pytest.raises(NeverEnds):
        built("start s\nxor g default=g_a\nuser a\nand j\nend e\nuser b\ns -> g -> a -> j -> e\ng -> b : x\nb -> j")
    with pytest.raises(FlowRefused):
        built("start s\nuser a\nend e\ns -> a -> nowhere")


def test_what_is_inside_a_subprocess_is_inside_and_ends_with_it() -> None:
    lines = """start s
        sub p {
        start q
        user a
        user b
        and g
        end f
        end h terminate
        q -> g -> a -> f
        g -> b -> h
        }
        user c
        end e
        s -> p -> c -> e"""
    assert walks(built(lines)) == {"a b c", "b c"}


def test_a_time_or_an_error_takes_a_step_away_and_what_is_beside_it_goes_on_with_it() -> None:
    guarded = """start s
        sub p {
        start q
        user a
        xor g default=g_f
        end f
        end h error=bad
        q -> a -> g -> f
        g -> h : x
        }
        boundary t host=p timer=PT1H
        boundary r host=p error=bad
        user late
        user bad
        user c
        end e
        s -> p -> c -> e
        t -> late -> e
        r -> bad -> e"""
    assert walks(built(guarded)) == {"a c", "a bad", "late", "bad"}
    beside = """start s
        user a
        boundary t host=a timer=PT1H soft
        user b
        user c
        end e
        end f
        s -> a -> c -> e
        t -> b -> f"""
    assert walks(built(beside)) == {"a c", "b a c", "a b c", "a c b"}


def test_an_escalation_is_caught_by_its_code_and_goes_on_beside_what_threw_it() -> None:
    lines = """start s
        sub p {
        start q
        throw t escalation=up
        user a
        end f
        q -> t -> a -> f
        }
        boundary b host=p escalation=up soft
        user boss
        end g
        end e
        s -> p -> e
        b -> boss -> g"""
    assert {"boss a", "a boss"} <= walks(built(lines, visible={"a", "boss"}))
    assert "a" not in walks(built(lines, visible={"a", "boss"}))


def test_the_first_of_several_events_decides_and_is_seen_where_it_is_asked_for() -> None:
    lines = """start s
        race g
        catch m message=paid
        catch t timer=P1D
        user a
        user b
        end e
        s -> g -> m -> a -> e
        g -> t -> b -> e"""
    assert walks(built(lines)) == {"a", "b"}
    assert walks(built(lines, visible={"m", "a", "b"})) == {"m a", "b"}


def test_a_message_that_starts_sends_or_ends_is_seen_where_it_is_asked_for() -> None:
    lines = "start s message=came\nthrow t message=told\nuser a\nend e message=over\ns -> a -> t -> e"
    assert walks(built(lines)) == {"a"}
    assert walks(built(lines, visible={"s", "t", "a", "e"})) == {"s a t e"}


def test_a_step_nobody_sees_passes_in_silence() -> None:
    assert walks(built(SIDE_BY_SIDE, visible={"a", "c"})) == {"a c"}


def test_what_is_repeated_is_done_as_often_as_somebody_says() -> None:
    listed = built("start s\nuser a each=items\nend e\ns -> a -> e")
    assert walks(listed, 3) == {"", "a", "a a", "a a a"}
    assert walks(built("start s\nuser a multi=2\nend e\ns -> a -> e"), 3) == {"a", "a a", "a a a"}
    assert listed.notes == (("a", "any-number"),)


def test_what_is_begun_beside_itself_waits_for_its_turn_and_that_is_said() -> None:
    lines = """start s
        user a
        boundary t host=a timer=R/PT1H soft
        user b
        user c
        end e
        end f
        s -> a -> e
        t -> b -> c -> f"""
    found = built(lines)
    assert found.notes == (("b", "one-at-a-time"), ("c", "one-at-a-time"))
    assert {"a", "b c a", "b c b c a", "a b c", "b a c"} <= walks(found)


def test_where_tokens_stand_is_said_by_element() -> None:
    found = built(SIDE_BY_SIDE)
    stood = {found.standing(state) for state in range(len(found))}
    assert stood == {(), ("a",), ("b", "c"), ("b", "j"), ("c", "j"), ("d",)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(blocks())
def test_every_sound_flow_has_an_automaton_from_whose_every_state_the_end_is_reached(block: Block) -> None:
    found = automaton(parse(bpmn(draw(block).text())), most=100_000)
    before: dict[int, list[int]] = {}
    for source, target in zip(found.source, found.target, strict=True):
        before.setdefault(target, []).append(source)
    good, todo = {found.final}, [found.final]
    for state in todo:
        fresh = set(before.get(state, [])) - good
        good |= fresh
        todo += fresh
    assert len(good) == len(found)
