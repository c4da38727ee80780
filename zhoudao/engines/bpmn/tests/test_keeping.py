"""Markings as bytes, times as text, drawings, and what a customer is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.bpmn import timers
from zhoudao.engines.bpmn.drawing import layout
from zhoudao.engines.bpmn.marking import Marking, MarkingForeign, Token, dump, load
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.queries import upcoming
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.bpmn.tests.walking import NOON, Walk, evaluate

TEN = "start s\nand f\nand j\nend e\ns -> f\nj -> e\n" + "\n".join(
    f"user t{number}\nf -> t{number} -> j" for number in range(10)
)


def test_ten_open_tasks_fit_in_256_bytes() -> None:
    walk = Walk(bpmn(TEN)).start()
    assert len(walk.open) == 10
    assert len(dump(walk.graph, walk.marking)) <= 256


def test_a_marking_is_read_with_its_own_flow_only() -> None:
    ours, other = parse(bpmn(TEN)), parse(bpmn("start s\nuser a\ns -> a"))
    stored = dump(ours, Marking((Token(1, 3),), 2))
    assert load(ours, stored) == Marking((Token(1, 3),), 2)
    for wrong in (b"", stored[:-1], stored + b"\x01", b"\x09" + stored[1:]):
        with pytest.raises(MarkingForeign):
            load(ours, wrong)
    with pytest.raises(MarkingForeign):
        load(other, stored)
    with pytest.raises(MarkingForeign):
        load(ours, dump(ours, Marking((Token(1, 99),), 2)))


@given(st.lists(st.tuples(*[st.integers(0, 2**30)] * 3), max_size=20), st.integers(1, 2**40))
def test_any_marking_comes_back_as_it_was(numbers: list[tuple[int, int, int]], next_id: int) -> None:
    graph = parse(bpmn("start s\nuser a\ns -> a"))
    tokens = tuple(Token(a, 1, b, 0, c, a, b) for a, b, c in numbers)
    assert load(graph, dump(graph, Marking(tokens, next_id))) == Marking(tokens, next_id)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT90M", datetime(2026, 3, 2, 13, 30, tzinfo=UTC)),
        ("P1DT1.5S", datetime(2026, 3, 3, 12, 0, 1, 500000, tzinfo=UTC)),
        ("P2W", datetime(2026, 3, 16, 12, tzinfo=UTC)),
        ("P1Y11M", datetime(2028, 2, 2, 12, tzinfo=UTC)),
        ("2026-03-05T09:00:00+08:00", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("R3/PT1H", datetime(2026, 3, 2, 13, tzinfo=UTC)),
        ("R/2026-04-01T00:00:00Z/P1D", datetime(2026, 4, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_due_when_it_says(text: str, due: datetime) -> None:
    assert timers.timer(text).due(NOON) == due


def test_a_month_after_the_31st_is_the_last_day_of_the_next() -> None:
    assert timers.duration("P1M").after(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1H", "PT1", "-PT1H", "R0/PT1H", "R/PT1S", "R/", "2026-13-01", "R3/x/PT1H", "P99999Y", "="]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(timers.TimeUnreadable):
        timers.timer(text)


def test_a_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(timers.TimeUnreadable):
        timers.duration("P9999Y").after(NOON)


def test_a_target_is_a_plain_span() -> None:
    assert timers.span("PT4H") == timedelta(hours=4)
    with pytest.raises(timers.TimeUnreadable):
        timers.span("P1M")


def test_a_flow_without_a_drawing_is_laid_out_from_left_to_right() -> None:
    lines = """start s\nxor g default=g_b\nuser a\nuser b\nsub p {\nstart ps\nuser c\nps -> c\n}
        boundary t host=p timer=PT1H
        end e\ns -> g\ng -> a : x\ng -> b\na -> p\nb -> p\np -> e\nt -> e"""
    graph = parse(bpmn(lines))
    shapes, edges = layout(graph)
    at = {shape.id: shape for shape in shapes}
    assert at["s"].x < at["g"].x < at["a"].x < at["p"].x < at["e"].x
    assert at["a"].y != at["b"].y
    assert at["p"].x < at["ps"].x < at["c"].x < at["p"].x + at["p"].width
    assert at["p"].y < at["t"].y < at["p"].y + at["p"].height
    assert len(edges) == len(graph.flows)
    placed = [shape for shape in shapes if shape.id in ("s", "g", "a", "b", "p", "e")]
    for one in placed:
        for two in placed:
            apart = one.x + one.width <= two.x or two.x + two.width <= one.x
            assert one is two or apart or one.y + one.height <= two.y or two.y + two.height <= one.y


def test_the_files_own_drawing_is_kept_and_a_broken_one_is_not_used() -> None:
    shape = (
        '<b:BPMNShape xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{}">'
        '<d:Bounds xmlns:d="http://www.omg.org/spec/DD/20100524/DC" x="{}" y="2" width="3" height="4"/></b:BPMNShape>'
    )
    drawn = bpmn("start s\nuser a\ns -> a", root=shape.format("s", "1") + shape.format("a", "9"))
    assert [(box.id, box.x, box.height) for box in layout(parse(drawn))[0]] == [("s", 1, 4), ("a", 9, 4)]
    broken = bpmn("start s\nuser a\ns -> a", root=shape.format("s", "nan") + shape.format("a", "inf"))
    assert {box.id for box in layout(parse(broken))[0]} == {"s", "a"}


def test_the_customer_sees_what_is_done_now_and_likely_next() -> None:
    lines = """start s\nuser a text=查\nxor g default=g_c\nuser b text=修\nuser c text=退
        service x command=y\nuser d text=访
        s -> a -> g\ng -> b : broken\ng -> c\nb -> x\nc -> x\nx -> d"""
    walk = Walk(bpmn(lines)).start()

    def told(**data: object) -> list[tuple[str, str]]:
        return [
            (step.text["zh-Hans"], step.when) for step in upcoming(walk.graph, walk.marking, data, evaluate=evaluate)
        ]

    assert told() == [("查", "now"), ("退", "next"), ("访", "next")]
    assert told(broken=True) == [("查", "now"), ("修", "next"), ("访", "next")]
