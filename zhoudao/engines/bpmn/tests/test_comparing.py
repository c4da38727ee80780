"""What differs between two versions is named element by element, and a moved drawing is no difference."""

from pathlib import Path

import pytest

from zhoudao.engines.bpmn.comparing import Difference, compare
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.tests.models import bpmn

BEFORE = "start s\nuser a team=one target=PT2H cost=3\nend e\ns -> a -> e"


def graph(lines: str, inputs: str = "") -> Graph:
    return parse(bpmn(lines, inputs=inputs))


def said(before: str, after: str) -> dict[str, tuple[str, dict[str, tuple[str, str]]]]:
    """Element → what happened to it, and aspect → before, after."""
    return {
        change.element: (change.what, {each.aspect: (each.before, each.after) for each in change.differences})
        for change in compare(graph(before), graph(after))
    }


def test_the_same_flow_differs_in_nothing() -> None:
    assert compare(graph(BEFORE), graph(BEFORE)) == []


def test_each_changed_property_is_named_with_before_and_after() -> None:
    after = "start s\nuser a team=two target=PT90M done-on=x.Y text=文\nend e\ns -> a -> e"
    assert said(BEFORE, after) == {
        "a": (
            "changed",
            {
                "team": ("one", "two"),
                "target": ("2 h", "1 h 30 min"),
                "done_on": ("", "x.Y"),
                "text.zh-Hans": ("", "文"),
                "cost": ("3", ""),
            },
        )
    }


def test_a_step_put_between_two_others_is_added_with_its_ways_and_the_old_way_is_gone() -> None:
    found = said(BEFORE, "start s\nuser a team=one target=PT2H cost=3\nuser b\nend e\ns -> a -> b -> e")
    assert {element: what for element, (what, _) in found.items()} == {
        "b": "added",
        "a_b": "added",
        "b_e": "added",
        "a_e": "removed",
    }


@pytest.mark.parametrize(
    ("before", "after", "element", "aspect"),
    [
        ("s -> x -> a -> e\nx -> b : 1 > 2\nb -> e", "s -> x -> a -> e\nx -> b : 1 > 3\nb -> e", "x_b", "condition"),
        ("s -> x -> a -> e\nx -> b : 1 > 2\nb -> e", "s -> x -> a -> e\nx -> b : 1 > 2\nb -> a", "b_e", "removed"),
    ],
)
def test_ways_and_their_conditions_are_compared(before: str, after: str, element: str, aspect: str) -> None:
    nodes = "start s\nxor x default=x_a\nuser a\nuser b\nend e\n"
    what, differences = said(nodes + before, nodes + after)[element]
    assert aspect == what or aspect in differences


@pytest.mark.parametrize(
    ("before", "after", "aspect"),
    [
        ("user a multi=2", "user a multi=3", "loop"),
        ("catch a timer=PT1H", "catch a timer=PT2H", "event"),
        ("catch a message=x", "catch a message=y", "event"),
        ("user a", "manual a", "kind"),
        ("service a command=x arg.case=1", "service a command=x arg.case=2", "arguments"),
        ("user a form=one", "user a form=one,two", "form"),
        ("rule a decision=x", "rule a decision=y", "decision"),
        ("call a calls=x", "call a calls=y", "calls"),
    ],
)
def test_every_kind_of_property_is_compared(before: str, after: str, aspect: str) -> None:
    frame = "start s\n{}\nend e\ns -> a -> e"
    changes = compare(graph(frame.format(before)), graph(frame.format(after)))
    assert [(change.element, [each.aspect for each in change.differences]) for change in changes] == [("a", [aspect])]


def test_inputs_and_name_belong_to_the_process() -> None:
    (change,) = compare(graph(BEFORE, inputs="tier:string"), graph(BEFORE, inputs="tier:string value:number"))
    assert (change.element, change.kind) == ("p", "process")
    assert change.differences == (Difference("inputs", "tier: string", "tier: string, value: number"),)


def test_a_moved_drawing_is_no_change() -> None:
    file = next(Path(__file__).parents[3].glob("conduct/flows/shipped/complaint.bpmn")).read_bytes()
    assert compare(parse(file), parse(file.replace(b'x="170"', b'x="175"'))) == []
