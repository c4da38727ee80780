"""A discovered process as a `.bpmn` file that opens in the studio, is drawn readably, and can be deployed and run.

Every activity is a task of a person. Which way is gone at a choice is asked of whoever did the task before it, in a
field of that task's form; the way most cases went is the default, and out of a loop it goes on unless somebody says so.
"""

from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from zhoudao.conduct.insight.placing import Choice, Item, Option, Placed, placed
from zhoudao.engines.bpmn.extensions import BPMN, ZD
from zhoudao.engines.bpmn.parse import MOST_NODES
from zhoudao.engines.mining.trees import Tree

_BPMNDI, _DC, _DI = (
    f"http://www.omg.org/spec/{part}" for part in ("BPMN/20100524/DI", "DD/20100524/DC", "DD/20100524/DI")
)
_PREFIXES = {"bpmn": BPMN, "bpmndi": _BPMNDI, "dc": _DC, "di": _DI, "zd": ZD}
_MARGIN, _LONGEST = 60.0, 200
_WHICH = {"zh-Hans": "接下来", "zh-Hant": "接下來", "en": "What comes next"}
_ON = {"zh-Hans": "继续", "zh-Hant": "繼續", "en": "Go on"}


class TreeTooLarge(Exception):
    """The model has more than 1,000 elements; a flow may not. Discover it with more noise, or from fewer activities."""


def to_bpmn(tree: Tree, name: str, *, key: str = "discovered") -> bytes:
    """The file. `key` is the id of its process. Names are kept but for signs that XML cannot carry, and 200 characters.

    Raises: TreeTooLarge.
    """
    paper = placed(tree)
    if len(paper.block.items) > MOST_NODES:
        raise TreeTooLarge(TreeTooLarge.__doc__)
    root = etree.Element(_tag(BPMN, "definitions"), nsmap=_PREFIXES, id=f"definitions_{key}")
    root.set("targetNamespace", "https://zhoudao.org/flows")
    process = _in(root, BPMN, "process", id=key, name=_words(name), isExecutable="true")
    drawn = _Drawn(paper)
    _inputs(process, paper.choices)
    for item in paper.block.items:
        _node(process, item, drawn)
    _flows(process, drawn)
    _diagram(root, key, drawn)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


class _Drawn:
    """What was put on paper, by the names it has in the file."""

    def __init__(self, paper: Placed) -> None:
        self.items = paper.block.items
        self.lines = {f"flow_{number + 1}": line for number, line in enumerate(paper.block.lines)}
        self.choices = {choice.gateway: choice for choice in paper.choices}
        self.asked: dict[str, list[Choice]] = defaultdict(list)
        self.incoming: dict[str, list[str]] = defaultdict(list)
        self.outgoing: dict[str, list[str]] = defaultdict(list)
        for choice in paper.choices:
            for task in choice.asked:
                self.asked[task].append(choice)
        for flow, line in self.lines.items():
            self.incoming[line.target].append(flow)
            self.outgoing[line.source].append(flow)

    def option(self, flow: str) -> Option | None:
        """By which option of a choice it is gone along; the way out of a loop is the first."""
        line = self.lines[flow]
        choice = self.choices.get(line.source)
        if choice is None:
            return None
        return next(each for each in choice.options if each.value == (line.option or "w1"))

    def usual(self, node: str) -> str:
        """The default flow out of a choice, or nothing."""
        options = ((flow, self.option(flow)) for flow in self.outgoing[node])
        return next((flow for flow, option in options if option is not None and option.is_usual), "")


def _inputs(process: etree._Element, choices: list[Choice]) -> None:
    """What is decided before anybody does anything is known when the flow begins, or the usual way is gone."""
    asked = [choice for choice in choices if not choice.asked]
    if asked:
        extensions = _in(process, BPMN, "extensionElements")
        for choice in asked:
            _in(extensions, ZD, "input", name=choice.name, type="string")


def _node(process: etree._Element, item: Item, drawn: _Drawn) -> None:
    node = _in(process, BPMN, item.kind, id=item.id)
    if item.kind == "userTask":
        node.set("name", _words(item.name))
    usual = drawn.usual(item.id)
    if usual:
        node.set("default", usual)
    if drawn.asked[item.id]:
        extensions = _in(node, BPMN, "extensionElements")
        for choice in drawn.asked[item.id]:
            _field(extensions, choice)
    for flow in drawn.incoming[item.id]:
        _in(node, BPMN, "incoming").text = flow
    for flow in drawn.outgoing[item.id]:
        _in(node, BPMN, "outgoing").text = flow


def _field(extensions: etree._Element, choice: Choice) -> None:
    values = "|".join(option.value for option in choice.options)
    field = _in(extensions, ZD, "field", name=choice.name, type="choice", options=values)
    _labels(field, _WHICH)
    for option in choice.options:
        entry = _in(field, ZD, "option", value=option.value)
        said = _said(option)
        _labels(entry, dict.fromkeys(_ON, said) if said else _ON)


def _said(option: Option) -> str:
    return _words(" / ".join(dict.fromkeys(option.first)))


def _labels(element: etree._Element, words: Mapping[str, str]) -> None:
    for language, text in words.items():
        _in(element, ZD, "label", lang=language).text = text


def _flows(process: etree._Element, drawn: _Drawn) -> None:
    for flow, line in drawn.lines.items():
        element = _in(process, BPMN, "sequenceFlow", id=flow, sourceRef=line.source, targetRef=line.target)
        option = drawn.option(flow)
        if option is not None and not option.is_usual:
            condition = _in(element, BPMN, "conditionExpression")
            condition.text = f'{drawn.choices[line.source].name} == "{option.value}"'


def _diagram(root: etree._Element, key: str, drawn: _Drawn) -> None:
    diagram = _in(root, _BPMNDI, "BPMNDiagram", id=f"diagram_{key}")
    plane = _in(diagram, _BPMNDI, "BPMNPlane", id=f"plane_{key}", bpmnElement=key)
    for item in drawn.items:
        shape = _in(plane, _BPMNDI, "BPMNShape", id=f"{item.id}_shape", bpmnElement=item.id)
        if item.kind == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        corner = {"x": _number(item.x + _MARGIN), "y": _number(item.y - item.height / 2 + _MARGIN)}
        _in(shape, _DC, "Bounds", **corner, width=_number(item.width), height=_number(item.height))
    for flow, line in drawn.lines.items():
        edge = _in(plane, _BPMNDI, "BPMNEdge", id=f"{flow}_edge", bpmnElement=flow)
        for x, y in line.points:
            _in(edge, _DI, "waypoint", x=_number(x + _MARGIN), y=_number(y + _MARGIN))


def _in(parent: etree._Element, namespace: str, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(namespace, tag), attributes)


def _tag(namespace: str, tag: str) -> str:
    return f"{{{namespace}}}{tag}"


def _number(value: float) -> str:
    return f"{value:g}" if value < 100_000 else str(round(value))


def _words(text: str) -> str:
    """Without what XML cannot carry, on one line."""
    kept = "".join(sign if _is_xml(ord(sign)) else " " for sign in text)
    return " ".join(kept.split())[:_LONGEST]


def _is_xml(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
