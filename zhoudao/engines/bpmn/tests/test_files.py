"""Files as they come: what is refused by name, what is kept and ignored, and what would do harm."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.bpmn.check import check
from zhoudao.engines.bpmn.graph import Kind
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.engines.bpmn.tests.models import bpmn

LINE = "start s\nuser a\nend e\ns -> a -> e"
FINE = bpmn(LINE)


def refused(xml: bytes) -> list[tuple[str, str]]:
    with pytest.raises(FlowRefused) as refusal:
        parse(xml)
    return [(problem.element, problem.code) for problem in refusal.value.problems]


def with_inside(text: str) -> bytes:
    return FINE.replace(b"</process>", text.encode() + b"</process>")


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\x00\xff\xfe",
        b"not xml",
        b"<definitions",
        FINE[:-20],
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + FINE,
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><d>&b;</d>',
        b'<?xml version="1.0" encoding="utf-16"?>'.decode().encode("utf-16") + "<!DOCTYPE d><d/>".encode("utf-16-le"),
        b"<a>" * 5_000 + b"</a>" * 5_000,
        b"<a>" + b"<b/>" * 60_000 + b"</a>",
        b"<a>" + b" " * 5_000_000 + b"</a>",
        FINE.replace(b"<process", b"<process x='&undefined;'"),
    ],
)
def test_what_is_no_harmless_xml_is_refused(xml: bytes) -> None:
    assert [code for _, code in refused(xml)] == ["unreadable"]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<scriptTask id="x"><script>import os</script></scriptTask>', "script"),
        (
            '<userTask id="x"><extensionElements><script xmlns="urn:l"/></extensionElements></userTask>',
            "script",
        ),
        (
            '<userTask id="x"><extensionElements><l xmlns="urn:l" scriptFormat="js"/></extensionElements></userTask>',
            "script",
        ),
        ('<complexGateway id="x"/>', "unsupported"),
        ('<transaction id="x"/>', "unsupported"),
        ('<adHocSubProcess id="x"/>', "unsupported"),
        ('<subProcess id="x" triggeredByEvent="true"/>', "unsupported"),
        ('<userTask id="x" isForCompensation="true"/>', "unsupported"),
        ('<userTask id="x"><standardLoopCharacteristics/></userTask>', "unsupported"),
        ('<startEvent id="x"><signalEventDefinition/></startEvent>', "unsupported"),
        ('<intermediateThrowEvent id="x"><compensateEventDefinition/></intermediateThrowEvent>', "unsupported"),
        ('<eventBasedGateway id="x" instantiate="true"/>', "unsupported"),
        (
            '<sequenceFlow id="x"><conditionExpression language="groovy">1</conditionExpression></sequenceFlow>',
            "script",
        ),
    ],
)
def test_what_we_do_not_run_is_refused_by_name_and_id(inside: str, code: str) -> None:
    assert set(refused(with_inside(inside))) == {("x", code)}


def test_all_refused_elements_are_named_at_once() -> None:
    assert refused(with_inside('<scriptTask id="x"/><complexGateway id="y"/>')) == [
        ("x", "script"),
        ("y", "unsupported"),
    ]


def test_a_flow_of_thousands_of_steps_is_refused() -> None:
    assert refused(bpmn("start s\n" + "\n".join(f"user a{number}" for number in range(1_000)))) == [("p", "too-large")]


def test_one_process_a_file() -> None:
    assert refused(b"<a/>") == [("", "no-process")]
    assert refused(FINE.replace(b"</definitions>", b'<process id="q"/></definitions>')) == [("q", "several-processes")]


def test_lanes_pools_data_notes_and_foreign_extensions_change_nothing() -> None:
    extra = """<laneSet id="l"><lane id="l1"><flowNodeRef>a</flowNodeRef></lane></laneSet><dataObject id="o"/>
        <dataObjectReference id="r" dataObjectRef="o"/><textAnnotation id="n"><text>!</text></textAnnotation>
        <association id="as" sourceRef="a" targetRef="n"/><group id="g"/>
        <extensionElements><c:x xmlns:c="urn:camunda" c:y="1"><c:z/></c:x></extensionElements>"""
    pool = b'<collaboration id="c"><participant id="pp" processRef="p"/></collaboration></definitions>'
    graph = parse(with_inside(extra).replace(b"</definitions>", pool))
    assert [node.id for node in graph.nodes] == ["s", "a", "e"]
    assert check(graph) == []


def test_a_plain_task_is_done_by_hand() -> None:
    assert parse(bpmn("start s\ntask a\ns -> a")).node("a").kind is Kind.MANUAL


def test_what_a_step_carries_is_read() -> None:
    inside = """<extensionElements><zd:text lang="en">Wait</zd:text><zd:text lang="zh-Hans">等</zd:text>
        <zd:field name="size" type="choice" required="true" options="S|M" value="size_known">
        <zd:label lang="en">Size</zd:label><zd:option value="S"><zd:label lang="en">Small</zd:label></zd:option>
        </zd:field>
        </extensionElements>"""
    xml = bpmn("start s\nuser a team=t target=PT4H cost=1.50 warn='50 80' text=您\ns -> a").decode()
    step = parse(xml.replace('zd:text="您"></userTask>', f'zd:text="您">{inside}</userTask>').encode()).node("a").step
    assert (step.team, str(step.target), str(step.cost), step.warn) == ("t", "4:00:00", "1.50", (50, 80))
    assert step.text == {"zh-Hans": "等", "en": "Wait"}
    size = step.form[0]
    assert (size.name, size.required, size.options, size.value) == ("size", True, ("S", "M"), "size_known")
    assert (dict(size.label), dict(size.words["S"])) == ({"en": "Size"}, {"en": "Small"})


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(FINE) - 1), st.integers(0, 60), st.binary(max_size=12))
def test_a_damaged_file_is_refused_or_read_but_never_crashes(start: int, length: int, other: bytes) -> None:
    with suppress(FlowRefused):
        check(parse(FINE[:start] + other + FINE[start + length :]))
