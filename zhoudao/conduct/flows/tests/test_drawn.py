"""The shipped flows as a person sees them: every way out of a question is named, and no line runs through a word."""

from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from zhoudao.conduct.flows.commands.deploying import SHIPPED

FILES = sorted(SHIPPED.glob("*.bpmn"))
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
GATEWAY_CORNER = 8.0  # a diamond leaves the corners of its box free
Box = tuple[float, float, float, float]  # left, top, right, bottom


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_way_out_of_a_question_is_named(file: Path) -> None:
    root = etree.parse(file).getroot()
    for gateway in root.iterfind(".//bpmn:exclusiveGateway", NAMES):
        ways = root.findall(f".//bpmn:sequenceFlow[@sourceRef='{gateway.get('id')}']", NAMES)
        assert len(ways) == 1 or all(way.get("name") for way in ways), gateway.get("name")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_line_and_no_step_lies_over_a_word(file: Path) -> None:
    root = etree.parse(file).getroot()
    words = {drawn.get("bpmnElement"): _box(drawn.find("di:BPMNLabel", NAMES)) for drawn in _with_words(root)}
    lines = [line for edge in root.iterfind(".//di:BPMNEdge", NAMES) for line in _lines(edge)]
    steps = [box for shape in root.iterfind(".//di:BPMNShape", NAMES) for box in _solid(root, shape)]
    struck = [
        name
        for name, word in words.items()
        if any(_meet(word, each) for each in [*lines, *steps, *(other for key, other in words.items() if key != name)])
    ]
    assert struck == []


def _with_words(root: etree._Element) -> list[etree._Element]:
    """Whatever carries its name beside it, events, gateways and lines: each says where, or it is put anywhere."""
    kinds = ("Event", "Gateway", "sequenceFlow")
    drawn = [*root.iterfind(".//di:BPMNShape", NAMES), *root.iterfind(".//di:BPMNEdge", NAMES)]
    named = [one for one in drawn if _model(root, one).get("name") and str(_model(root, one).tag).endswith(kinds)]
    assert [one.get("bpmnElement") for one in named if one.find("di:BPMNLabel", NAMES) is None] == []
    return named


def _model(root: etree._Element, drawn: etree._Element) -> etree._Element:
    found = root.find(f".//*[@id='{drawn.get('bpmnElement')}']")
    assert found is not None
    return found


def _solid(root: etree._Element, shape: etree._Element) -> list[Box]:
    """What words must not lie on: anything but the frame of a sub-process."""
    kind = str(_model(root, shape).tag)
    return [] if kind.endswith("subProcess") else [_box(shape, GATEWAY_CORNER if kind.endswith("Gateway") else 0.0)]


def _box(drawn: etree._Element | None, inset: float = 0.0) -> Box:
    bounds = drawn.find("dc:Bounds", NAMES) if drawn is not None else None
    assert bounds is not None
    x, y, width, height = (float(bounds.get(side, "")) for side in ("x", "y", "width", "height"))
    return x + inset, y + inset, x + width - inset, y + height - inset


def _lines(edge: etree._Element) -> list[Box]:
    points = [(float(one.get("x", "")), float(one.get("y", ""))) for one in edge.iterfind("dd:waypoint", NAMES)]
    return [(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(points)]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
