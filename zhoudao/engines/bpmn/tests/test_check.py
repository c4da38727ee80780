"""What `check` says about a flow, element by element."""

import time

import pytest

from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.check import Known, check
from zhoudao.engines.bpmn.marking import Marking
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import WORDS, FlowRefused, Problem
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.bpmn.tests.walking import NOON, Language, evaluate
from zhoudao.engines.bpmn.triggers import Start

SHOP = Known(
    commands={"cases.open": {"kind"}},
    decisions={"tier"},
    teams={"reception"},
    events={"conversations.ReplySent"},
    flows={"repair"},
)


def found(lines: str, known: Known = SHOP, inputs: str = "", root: str = "") -> set[tuple[str, str]]:
    problems = check(parse(bpmn(lines, inputs=inputs, root=root)), known, Language())
    assert all(problem.what and problem.what_to_do for problem in problems)
    return {(problem.element, problem.code) for problem in problems}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("start s\nuser a\nuser b\ns -> a", ("b", "unreachable")),
        ("start s\nxor g\nxor h\nend e\ns -> g -> h -> g", ("g", "no-way-out")),
        ("user a", ("p", "no-start")),
        ("start s\nstart t\nend e\ns -> e\nt -> e", ("t", "several-starts")),
        ("start s\nsub q {\nuser a\n}\ns -> q", ("q", "no-start")),
        ("start s\nsub q {\nstart t timer=PT1H\nuser a\nt -> a\n}\ns -> q", ("t", "event-misplaced")),
        ("start s\nuser a\ns -> a -> s", ("s", "start-entered")),
        ("start s\nend e\nuser a\ns -> e -> a", ("e", "end-left")),
        ("start s\nxor g\nuser a\nuser b\ns -> g\ng -> a : x\ng -> b : x", ("g", "no-default")),
        ("start s\nxor g default=g_b\nuser a\nuser b\ns -> g\ng -> a\ng -> b", ("g", "condition-missing")),
        ("start s\nrace g\nuser a\ns -> g -> a", ("g", "gateway-arm")),
        ("start s\nservice c\ns -> c", ("c", "no-command")),
        ("start s\nservice c command=cases.shut\ns -> c", ("c", "unknown-command")),
        ("start s\nservice c command=cases.open arg.colour=1\ns -> c", ("c", "unknown-argument")),
        ("start s\nrule c\ns -> c", ("c", "no-decision")),
        ("start s\nrule c decision=luck\ns -> c", ("c", "unknown-decision")),
        ("start s\nuser c team=nobody\ns -> c", ("c", "unknown-team")),
        ("start s\nuser c done-on=x.Y\ns -> c", ("c", "unknown-event")),
        ("start s\ncall c\ns -> c", ("c", "no-flow")),
        ("start s\ncall c calls=x\ns -> c", ("c", "unknown-flow")),
        ("start s\nboundary b host=nowhere timer=PT1H\nuser a\ns -> a\nb -> a", ("b", "boundary-without-activity")),
        ("start s\nend e\nboundary b host=e timer=PT1H\ns -> e", ("b", "boundary-without-activity")),
        ("start s\nuser a\nboundary b host=a error= soft\ns -> a", ("b", "event-misplaced")),
        ("start s\ncatch t timer=soon\ns -> t", ("t", "timer-invalid")),
        ("start s\ncatch t date=2026-01-01T00:00:00\ns -> t", ("t", "timer-invalid")),
        ("start s\ncatch t cycle=R/PT1S\ns -> t", ("t", "timer-invalid")),
        ("start s timer='=x'\nend e\ns -> e", ("s", "timer-invalid")),
        ("start s\ncatch t\ns -> t", ("t", "event-misplaced")),
        ("start s\nreceive t\ns -> t", ("t", "message-unnamed")),
        ("start s\nuser a target=tomorrow\ns -> a", ("a", "value-invalid")),
        ("start s\nuser a cost=-1\ns -> a", ("a", "value-invalid")),
        ("start s\nuser a asks=everybody\ns -> a", ("a", "value-invalid")),
        ("start s\nuser a asks=customer form=ok\ns -> a", ("a", "ask-unworded")),
        ("start s\nuser a asks=customer text=请填写\ns -> a", ("a", "ask-empty")),
        ("start s\ntask a asks=customer text=请填写 form=ok\ns -> a", ("a", "ask-misplaced")),
        ("start s\nuser a asks=customer text=请填写 form=ok multi=2\ns -> a", ("a", "ask-misplaced")),
        ("start s\nuser a\nuser a\ns -> a", ("a", "duplicate-id")),
        ("start s\nuser a\ns -> a -> gone", ("a_gone", "missing-reference")),
        ("start s\nsub q {\nstart t\nuser a\nt -> a\n}\nuser b\ns -> q\na -> b", ("a_b", "crosses-scope")),
        ("start s\nuser a multi=\ns -> a", ("a", "loop-unbounded")),
        ("start s\nxor g default=g_b\nuser a\nuser b\ns -> g\ng -> a : (\ng -> b", ("g_a", "expression-invalid")),
        ("start s\nxor g default=g_b\nuser a\nuser b\ns -> g\ng -> a : y > 1\ng -> b", ("g_a", "name-undeclared")),
        ("start s\nuser a team='=who.team'\ns -> a", ("a", "name-undeclared")),
    ],
)
def test_a_mistake_is_named_with_its_element(lines: str, problem: tuple[str, str]) -> None:
    assert problem in found(lines)


def test_a_flow_in_order_has_no_problems() -> None:
    lines = """start s\nuser a team=reception form=ok,note done-on=conversations.ReplySent target=PT4H cost=5
        xor g default=g_e\nservice c command=cases.open arg.kind=kind result=opened\nend e\nuser b each=parts
        boundary t host=b timer='=opened.wait' soft\nend f\nt -> f\nrule r decision=tier
        s -> a -> g\ng -> c : ok and x.y == note\ng -> e\nc -> r -> b -> e"""
    assert found(lines, inputs="kind:string x:object parts:list") == set()


def test_counts_of_instances_may_be_asked_in_the_completion_condition_only() -> None:
    lines = "start s\nuser a multi=3 until='numberOfCompletedInstances > n'\ns -> a"
    assert found(lines, inputs="n:number") == set()
    assert ("a", "name-undeclared") in found(lines)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            "start s\nxor g default=g_b\nuser a\nuser b\nand j\nend e\ns -> g\ng -> a : x\ng -> b\na -> j\nb -> j -> e",
            ("j", "join-never-fires"),
        ),
        (
            "start s\nand f\nuser a\nuser b\nxor j\nuser c\nend e\ns -> f\nf -> a -> j\nf -> b -> j\nj -> c -> e",
            ("j", "runs-twice"),
        ),
        (
            """start s\nand f\nuser a\nxor g default=g_h\nuser h\nand j\nend e\nend e2
            s -> f\nf -> a -> j\nf -> g\ng -> j : x\ng -> h -> e2\nj -> e""",
            ("j", "join-never-fires"),
        ),
        ("start s\nand j\nend e\nxor g default=g_j\ns -> j -> g\ng -> e : x\ng -> j", ("j", "join-never-fires")),
        (
            "start s\nuser a\nboundary b host=a timer=PT1H soft\nuser c\nend e\ns -> a -> c -> e\nb -> c",
            ("c", "runs-twice"),
        ),
        (
            """start s\nuser a\nboundary b host=a timer=PT1H\nuser late\nand j\nend e
            s -> a -> j -> e\nb -> late -> j""",
            ("j", "join-never-fires"),
        ),
    ],
)
def test_work_that_is_lost_or_doubled_is_found(lines: str, problem: tuple[str, str]) -> None:
    assert problem in found(lines, inputs="x:boolean")


def test_an_interruption_and_a_terminate_end_leave_nothing_behind() -> None:
    assert (
        found(
            """start s\nand f\nuser a\nuser b\nand j\nend e\nend stop terminate\nboundary t host=b timer=PT1H
            s -> f\nf -> a -> j\nf -> b -> j\nj -> e\nt -> stop"""
        )
        == set()
    )


def test_a_flow_too_large_to_try_is_said_to_be_so_and_its_deadlock_still_found() -> None:
    lines = [
        "start s",
        "and f",
        "and j",
        "xor k default=k_e",
        "user x",
        "and n",
        "end e",
        "s -> f",
        "j -> k",
        "k -> n : x",
    ]
    lines += ["k -> e", "n -> e", "x -> n"]
    for number in range(14):
        a, g = f"a{number}", f"g{number}"
        lines += [f"xor {a}", f"xor {g} default={g}_j", f"f -> {a} -> {g}", f"{g} -> {a} : x", f"{g} -> j"]
    began = time.process_time()
    problems = found("\n".join(lines).replace("x -> n", "f -> x -> n"), inputs="x:boolean")
    assert {("s", "not-proven"), ("n", "join-never-fires")} <= problems
    assert time.process_time() - began < 10


def test_the_largest_flow_is_checked_in_a_moment() -> None:
    lines = ["start s", "and f", "or j", "end e", "s -> f", "j -> e"]
    for number in range(240):
        a, b = f"a{number}", f"b{number}"
        lines += [f"user {a}", f"boundary {b} host={a} timer=PT1H soft", f"end e{number}", f"end x{number}"]
        lines += [f"f -> {a} -> j", f"{b} -> x{number}", f"{a} -> e{number}"]
    began = time.process_time()
    assert {code for _, code in found("\n".join(lines))} == {"not-proven"}
    assert time.process_time() - began < 10


def test_not_proven_alone_does_not_keep_a_flow_from_being_used() -> None:
    assert not Problem("s", "", "not-proven").blocks
    assert all(Problem("s", "", code).blocks for code in WORDS if code != "not-proven")


def test_a_flow_with_faults_is_never_begun() -> None:
    graph = parse(bpmn("start s\ncatch t timer=soon\ns -> t"))
    with pytest.raises(FlowRefused):
        advance(graph, Marking(), Start(), {}, at=NOON, evaluate=evaluate)
