"""What follows a drawn flow stands somewhere, whatever it hears, and goes back only where the drawing says so."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.bpmn.following import Moved, Way, bound_to, waits_at
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.tests.models import bpmn

LINES = """
    start placed
    receive review message=reviewed
    sub house {
    start in
    user pick done-on=picked
    xor there default=there_out
    user look done-on=looked
    end out
    in -> pick -> there
    there => out
    there -> look : short > 0
    look -> out
    }
    boundary held host=house message=held
    user exception done-on=released
    receive transit message=delivered
    end done
    boundary late host=transit message=late
    user chase done-on=moved
    boundary dropped host=house message=cancelled
    end gone
    placed -> review -> house -> transit -> done
    held -> exception -> house
    late -> chase -> transit
    dropped -> gone
"""
FACTS = ["reviewed", "picked", "looked", "held", "released", "delivered", "late", "moved", "cancelled", "else"]


def holds(condition: str, data: Mapping[str, object]) -> bool:
    return condition == "short > 0" and int(str(data.get("short", 0))) > 0


@pytest.fixture(scope="module")
def way() -> Way:
    return Way(parse(bpmn(LINES)), holds)


def walked(way: Way, *facts: str | tuple[str, dict[str, object]]) -> list[str]:
    """Where it stands after each; `=` where nothing changed."""
    moved, stood = way.begin(), []
    for one in facts:
        fact, data = one if isinstance(one, tuple) else (one, {})
        following = None if moved.is_over else way.follow(moved.standing, fact, data)
        stood.append(way.graph.nodes[following.standing].id if following else "=")
        moved = following or moved
    return stood


def steps(way: Way, moved: Moved | None) -> list[tuple[str, bool]]:
    assert moved is not None
    return [(way.graph.nodes[one.node].id, one.is_waited) for one in moved.steps]


def test_each_fact_completes_the_step_that_is_bound_to_it(way: Way) -> None:
    assert walked(way, "reviewed", "picked", "delivered") == ["pick", "transit", "done"]
    assert steps(way, way.follow(way.begin().standing, "reviewed", {})) == [("review", True)]


def test_what_was_left_out_is_passed_over_and_what_comes_late_changes_nothing(way: Way) -> None:
    assert walked(way, "delivered", "picked", "reviewed") == ["done", "=", "="]
    assert walked(way, "picked", "reviewed", "picked") == ["transit", "=", "="]
    skipping = way.follow(way.begin().standing, "picked", {})
    assert steps(way, skipping) == [("review", True), ("pick", False)]


def test_an_event_beside_what_it_lies_in_interrupts_and_leads_back(way: Way) -> None:
    assert walked(way, "reviewed", "held", "held", "released", "picked") == [
        "pick",
        "exception",
        "=",
        "pick",
        "transit",
    ]
    pick = way.graph.node("pick").index
    assert steps(way, way.follow(pick, "held", {})) == [], "it was interrupted, not done"


def test_a_step_beside_the_way_is_done_only_by_what_stands_there(way: Way) -> None:
    assert walked(way, "reviewed", "moved", "picked", "moved") == ["pick", "=", "transit", "="]
    assert walked(way, "picked", "late", "moved", "delivered") == ["transit", "chase", "transit", "done"]
    assert walked(way, "reviewed", "released") == ["pick", "="]


def test_a_question_is_answered_by_what_the_fact_says(way: Way) -> None:
    assert walked(way, "reviewed", ("picked", {"short": 1}), "looked") == ["pick", "look", "transit"]
    assert walked(way, "reviewed", ("picked", {"short": 0})) == ["pick", "transit"]
    assert walked(way, "reviewed", ("picked", {})) == ["pick", "transit"], "what is not said does not hold"


def test_what_usually_follows_leads_to_the_end(way: Way) -> None:
    here = way.begin().standing
    assert [way.graph.nodes[index].id for index in way.usual(here)] == ["pick", "transit", "done"]


def test_a_ring_of_questions_does_not_hang() -> None:
    lines = "start s\nxor a default=a_b\nxor b default=b_a\nend e\ns -> a\na => b\nb => a\nb -> e : 1 > 2"
    ring = Way(parse(bpmn(lines)), holds)
    assert ring.graph.nodes[ring.begin().standing].id in ("a", "b")


@given(heard=st.lists(st.tuples(st.sampled_from(FACTS), st.integers(0, 2)), max_size=30))
def test_it_always_stands_at_a_step_until_it_is_over(way: Way, heard: list[tuple[str, int]]) -> None:
    moved = way.begin()
    for fact, short in heard:
        following = way.follow(moved.standing, fact, {"short": short})
        if following is None:
            continue
        moved, node = following, way.graph.nodes[following.standing]
        if moved.is_over:
            assert node.id in ("done", "gone")
            assert moved.steps[-1].node == node.index
            return
        assert waits_at(node)
        assert all(bound_to(way.graph.nodes[one.node]) for one in moved.steps)
