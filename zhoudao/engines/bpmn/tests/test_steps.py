"""One step after another: tasks, commands, decisions, messages, calls, choices and parallel paths."""

import pytest

from zhoudao.engines.bpmn.advance import NotWaiting
from zhoudao.engines.bpmn.effects import (
    AwaitMessage,
    CallFlow,
    Completed,
    Decide,
    OpenTask,
    RaisedError,
    RunCommand,
    SendMessage,
    Terminated,
    Withdraw,
)
from zhoudao.engines.bpmn.run import FlowFault
from zhoudao.engines.bpmn.tests.conftest import Begin
from zhoudao.engines.bpmn.triggers import Complete

LINE = "start s\nuser a team=reception\nmanual b\nend e\ns -> a -> b -> e"
CHOICE = """
    start s\nxor g default=g_c\nuser a\nuser b\nuser c\nend e
    s -> g\ng -> a : x > 10\ng -> b : x > 5\ng -> c\na -> e\nb -> e\nc -> e
"""
FORK = "start s\nand f\nuser a\nuser b\nand j\nuser c\nend e\ns -> f\nf -> a -> j\nf -> b -> j\nj -> c -> e"
INCLUSIVE = """
    start s\nor f default=f_c\nuser a\nuser b\nuser c\nor j\nuser d\nend e
    s -> f\nf -> a : x\nf -> b : y\nf -> c\na -> j\nb -> j\nc -> j\nj -> d -> e
"""


def test_one_task_follows_the_other(begin: Begin) -> None:
    walk = begin(LINE)
    assert walk.got(OpenTask) == [OpenTask(2, "a", "reception")]
    assert walk.complete("a").open == ["b"]
    assert walk.complete("b").got(Completed)
    assert walk.ended
    assert walk.passed == ["s", "a", "b", "e"]


def test_a_second_click_on_a_done_task_does_nothing(begin: Begin) -> None:
    walk = begin(LINE)
    token = walk.token("a")
    walk.complete("a")
    before = walk.marking
    with pytest.raises(NotWaiting):
        walk.do(Complete(token))
    assert walk.marking == before


def test_a_run_starts_once(begin: Begin) -> None:
    with pytest.raises(NotWaiting):
        begin(LINE).start()


def test_results_are_remembered_and_choose_the_way(begin: Begin) -> None:
    walk = begin("start s\nuser q\n" + CHOICE.strip().removeprefix("start s\n").replace("s -> g", "s -> q -> g"))
    assert walk.complete("q", x=7).open == ["b"]
    assert walk.data["x"] == 7


@pytest.mark.parametrize(("x", "way"), [(11, "a"), (6, "b"), (1, "c")])
def test_an_exclusive_gateway_takes_the_first_that_holds(begin: Begin, x: int, way: str) -> None:
    assert begin(CHOICE, x=x).open == [way]


def test_no_condition_and_no_default_is_a_fault_and_changes_nothing(begin: Begin) -> None:
    with pytest.raises(FlowFault, match="no default"):
        begin("start s\nxor g\nuser a\nuser b\ns -> g\ng -> a : x\ng -> b : x", x=False)


def test_a_condition_that_is_not_yes_or_no_is_a_fault_never_the_default(begin: Begin) -> None:
    with pytest.raises(FlowFault, match="not yes or no"):
        begin(CHOICE.replace("x > 10", "x"), x=None)


def test_a_parallel_join_waits_for_all(begin: Begin) -> None:
    walk = begin(FORK)
    assert walk.open == ["a", "b"]
    assert walk.complete("b").open == ["a"]
    assert walk.complete("a").open == ["c"]
    assert walk.complete("c").ended


def test_a_step_with_two_ways_out_takes_both(begin: Begin) -> None:
    walk = begin("start s\nuser a\nuser b\nuser c\ns -> a\na -> b\na -> c").complete("a")
    assert walk.open == ["b", "c"]
    assert not walk.complete("b").ended
    assert walk.complete("c").ended


@pytest.mark.parametrize(
    ("x", "y", "ways"), [(True, True, "ab"), (True, False, "a"), (False, True, "b"), (False, False, "c")]
)
def test_an_inclusive_join_waits_for_those_that_were_started(begin: Begin, x: bool, y: bool, ways: str) -> None:
    walk = begin(INCLUSIVE, x=x, y=y)
    assert "".join(walk.open) == ways
    for way in ways:
        assert "d" not in walk.open
        walk.complete(way)
    assert walk.open == ["d"]
    assert walk.complete("d").ended


def test_an_inclusive_join_waits_while_a_loop_may_still_bring_a_token(begin: Begin) -> None:
    walk = begin(
        """start s\nor f\nuser a\nuser b\nxor again default=again_j\nor j\nuser d\nend e\nxor back
        s -> f\nf -> back : x\nback -> a -> again\nf -> b : x\nagain -> back : more\nagain -> j\nb -> j\nj -> d -> e""",
        x=True,
        more=True,
    )
    assert walk.complete("b").open == ["a"]
    assert walk.complete("a").open == ["a"]
    assert walk.complete("a", more=False).open == ["d"]


def test_inclusive_blocks_within_each_other_join_in_order(begin: Begin) -> None:
    walk = begin(
        """start s\nor f\nor g\nuser a\nuser b\nuser c\nor h\nor j\nend e
        s -> f\nf -> g : x\nf -> c : x\ng -> a : x\ng -> b : x\na -> h\nb -> h\nh -> j\nc -> j\nj -> e""",
        x=True,
    )
    assert walk.open == ["a", "b", "c"]
    walk.complete("c").complete("a")
    assert "h" not in walk.passed
    assert walk.complete("b").ended
    assert walk.passed.count("j") == 1


def test_commands_and_decisions_get_their_arguments_and_give_their_results(begin: Begin) -> None:
    walk = begin(
        """start s\nservice c command=cases.open arg.kind="'inquiry'" arg.tier=case.tier result=opened
        rule r decision=tier arg.n=opened.number\nuser a\ns -> c -> r -> a""",
        case={"tier": "urgent"},
    )
    assert walk.got(RunCommand) == [RunCommand(2, "c", "cases.open", {"kind": "inquiry", "tier": "urgent"})]
    walk.complete("c", number=7)
    assert walk.data["opened"] == {"number": 7}
    assert walk.got(Decide) == [Decide(3, "r", "tier", {"n": 7})]
    assert walk.complete("r", tier="vip").open == ["a"]
    assert walk.data["tier"] == "vip"


def test_a_refused_command_stays_open_when_nothing_catches_it(begin: Begin) -> None:
    walk = begin("start s\nservice c command=x\nend e\ns -> c -> e").refuse("c", "CaseAlreadyClosed")
    assert walk.got(RaisedError) == [RaisedError("c", "CaseAlreadyClosed", walk.token("c"))]
    assert walk.complete("c").ended


def test_send_goes_on_and_receive_waits(begin: Begin) -> None:
    walk = begin("start s\nsend m message=asked arg.x=1\nreceive r message=answered\nend e\ns -> m -> r -> e")
    assert walk.got(SendMessage) == [SendMessage("m", "asked", {"x": 1})]
    assert [wait.message for wait in walk.got(AwaitMessage)] == ["answered"]
    assert walk.message("other").open == ["r"]
    assert walk.message("answered", colour="red").ended
    assert walk.data["colour"] == "red"


def test_a_called_flow_comes_back_with_a_result_or_an_error(begin: Begin) -> None:
    lines = """start s\ncall k calls=repair arg.id=case result=repaired\nboundary b host=k error=\nuser a\nuser h
        s -> k -> a\nb -> h"""
    walk = begin(lines, case="C1")
    assert walk.got(CallFlow) == [CallFlow(2, "k", "repair", {"id": "C1"})]
    assert walk.complete("k", result="yes").open == ["a"]
    assert walk.data["repaired"] == "yes"
    assert begin(lines, case="C1").refuse("k", "NoParts").open == ["h"]


def test_cancelling_withdraws_all_that_is_open(begin: Begin) -> None:
    walk = begin(FORK).cancel()
    assert {effect.element for effect in walk.got(Withdraw)} == {"a", "b"}
    assert walk.got(Terminated) == [Terminated()]
    assert not walk.got(Completed)
    assert walk.ended


def test_a_skipped_step_is_withdrawn_and_the_next_opens(begin: Begin) -> None:
    walk = begin(LINE).skip("a")
    assert [effect.element for effect in walk.got(Withdraw)] == ["a"]
    assert walk.open == ["b"]


def test_going_round_without_waiting_is_a_fault(begin: Begin) -> None:
    with pytest.raises(FlowFault, match="goes round"):
        begin("start s\nxor g default=g_e\nxor h\nend e\ns -> h -> g\ng -> h : true\ng -> e")


def test_a_message_start_and_a_named_start(begin: Begin) -> None:
    lines = "start s\nstart m message=arrived\nstart t cycle=R/P1D\nuser a\nuser b\nuser c\ns -> a\nm -> b\nt -> c"
    assert begin(lines).open == ["a"]
    assert begin(lines, message="arrived").open == ["b"]
    assert begin(lines, at="t").open == ["c"]
    with pytest.raises(NotWaiting):
        begin(lines, message="unknown")
