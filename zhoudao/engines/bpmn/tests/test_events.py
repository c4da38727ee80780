"""Timers, messages, errors, escalations, sub-processes and repeated steps."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.engines.bpmn.advance import NotWaiting
from zhoudao.engines.bpmn.effects import (
    OpenTask,
    RaisedError,
    RaisedEscalation,
    SetTimer,
    Terminated,
    Withdraw,
)
from zhoudao.engines.bpmn.run import FlowFault
from zhoudao.engines.bpmn.tests.conftest import Begin
from zhoudao.engines.bpmn.tests.walking import NOON
from zhoudao.engines.bpmn.triggers import TimerDue

HOUR = timedelta(hours=1)
SUB = """start s\nsub p {\nstart ps\nuser a\nend pe\nps -> a -> pe\n}\nuser after\ns -> p -> after"""


def test_an_intermediate_timer_waits(begin: Begin) -> None:
    walk = begin("start s\ncatch t timer=PT90M\nuser a\ns -> t -> a")
    assert walk.got(SetTimer) == [SetTimer(2, "t", NOON + 1.5 * HOUR)]
    assert walk.due("t").open == ["a"]


def test_a_timer_may_be_a_date_or_be_worked_out(begin: Begin) -> None:
    walk = begin("start s\ncatch t date=2026-12-24T18:00:00+08:00\ns -> t")
    assert walk.got(SetTimer)[0].due == datetime(2026, 12, 24, 10, tzinfo=UTC)
    walk = begin("start s\ncatch t timer='=promise.wait'\ns -> t", promise={"wait": "PT2H"})
    assert walk.got(SetTimer)[0].due == NOON + 2 * HOUR
    with pytest.raises(FlowFault, match="no time"):
        begin("start s\ncatch t timer='=wait'\ns -> t", wait="soon")


def test_business_time_is_left_to_the_conductor(begin: Begin) -> None:
    walk = begin("start s\ncatch t timer=PT4H basis=business\ns -> t")
    assert walk.got(SetTimer) == [SetTimer(2, "t", None, "PT4H")]


def test_an_interrupting_timer_takes_the_step_away(begin: Begin) -> None:
    walk = begin("start s\nuser a\nboundary t host=a timer=PT1H\nuser b\nuser late\ns -> a -> b\nt -> late")
    assert walk.due("t").open == ["late"]
    assert [effect.element for effect in walk.got(Withdraw)] == ["a"]


def test_a_step_done_in_time_withdraws_its_timer(begin: Begin) -> None:
    walk = begin("start s\nuser a\nboundary t host=a timer=PT1H\nuser b\nuser late\ns -> a -> b\nt -> late")
    assert walk.complete("a").open == ["b"]
    assert [effect.element for effect in walk.got(Withdraw)] == ["t"]


def test_a_cycle_fires_as_often_as_it_says_and_does_not_drift(begin: Begin) -> None:
    walk = begin("start s\nuser a\nboundary t host=a cycle=R3/PT1H soft\nuser n\nend e\ns -> a -> e\nt -> n")
    walk.at = NOON + 5 * HOUR
    due = NOON + HOUR
    for count in (1, 2):
        walk.due("t", due)
        due += HOUR
        assert [timer.due for timer in walk.got(SetTimer)] == [due]
        assert walk.open.count("n") == count
    walk.due("t", due)
    assert walk.open == ["a", "n", "n", "n"]
    assert not walk.got(SetTimer)


def test_an_endless_cycle_goes_on_until_the_step_is_done(begin: Begin) -> None:
    walk = begin("start s\nuser a\nboundary t host=a cycle=R/PT1H soft\nend n\ns -> a\nt -> n")
    for _ in range(20):
        walk.due("t")
    assert walk.complete("a").ended


def test_boundary_messages_interrupt_or_not(begin: Begin) -> None:
    lines = "start s\nuser a\nboundary m host=a message=news {soft}\nuser b\nuser c\ns -> a -> b\nm -> c"
    assert begin(lines.format(soft="")).message("news").open == ["c"]
    walk = begin(lines.format(soft="soft")).message("news").message("news")
    assert walk.open == ["a", "c", "c", "m"]


def test_one_message_reaches_every_waiting_element_once(begin: Begin) -> None:
    walk = begin(
        "start s\nand f\nreceive r message=m multi=2\nreceive q message=m\nuser a\ns -> f\nf -> r -> a\nf -> q"
    )
    assert walk.message("m").open == ["r"]
    assert walk.message("m").open == ["a"]


def test_the_first_event_behind_an_event_gateway_wins(begin: Begin) -> None:
    lines = """start s\nrace g\ncatch t timer=PT1H
        catch m message=paid\nreceive r message=refused\nuser a\nuser b\nuser c
        s -> g\ng -> t -> a\ng -> m -> b\ng -> r -> c"""
    walk = begin(lines)
    assert walk.open == ["m", "r", "t"]
    assert walk.message("paid").open == ["b"]
    assert {effect.element for effect in walk.got(Withdraw)} == {"t", "r", "m"}
    assert begin(lines).due("t").open == ["a"]
    assert begin(lines).message("refused").open == ["c"]


def test_a_late_timer_is_told_that_nobody_waits(begin: Begin) -> None:
    walk = begin("start s\nuser a\nboundary t host=a timer=PT1H\ns -> a")
    token = walk.token("t")
    walk.complete("a")
    with pytest.raises(NotWaiting):
        walk.do(TimerDue(token))


def test_a_refused_command_takes_the_boundary_for_its_code_before_the_one_for_any(begin: Begin) -> None:
    lines = """start s\nservice c command=x\nboundary any host=c error=\nboundary one host=c error=OutOfStock
        user a\nuser b\ns -> c\nany -> a\none -> b"""
    assert begin(lines).refuse("c", "OutOfStock").open == ["b"]
    assert begin(lines).refuse("c", "Other").open == ["a"]


def test_a_sub_process_is_done_when_all_in_it_is(begin: Begin) -> None:
    walk = begin(SUB)
    assert walk.open == ["a"]
    assert walk.complete("a").open == ["after"]
    assert walk.complete("after").ended


def test_an_error_end_goes_to_the_nearest_boundary_and_takes_all_inside_away(begin: Begin) -> None:
    walk = begin(
        """start s\nsub p {\nstart ps\nand f\nuser a\nuser b\nend bad error=Broken\nps -> f\nf -> a -> bad\nf -> b\n}
        boundary x host=p error=Broken\nuser after\nuser repair\ns -> p -> after\nx -> repair"""
    )
    assert walk.complete("a").open == ["repair"]
    assert [effect.element for effect in walk.got(Withdraw)] == ["b"]


def test_an_uncaught_error_end_ends_the_run(begin: Begin) -> None:
    walk = begin("start s\nand f\nuser a\nend bad error=Broken\nuser b\ns -> f\nf -> a -> bad\nf -> b").complete("a")
    assert walk.got(RaisedError) == [RaisedError("bad", "Broken")]
    assert walk.got(Terminated)
    assert walk.ended


def test_a_refusal_inside_is_caught_outside(begin: Begin) -> None:
    walk = begin(
        """start s\nsub p {\nstart ps\nsub q {\nstart qs\nservice c command=x\nqs -> c\n}\nps -> q\n}
        boundary b host=p error=No\nuser h\ns -> p\nb -> h"""
    )
    assert walk.refuse("c", "No").open == ["h"]


def test_escalations_start_a_path_beside_or_instead(begin: Begin) -> None:
    lines = """start s\nsub p {{\nstart ps\nthrow t escalation=Late\nuser a\nps -> t -> a\n}}
        boundary b host=p escalation=Late {soft}\nuser boss\nuser after\ns -> p -> after\nb -> boss"""
    assert begin(lines.format(soft="soft")).open == ["a", "boss"]
    assert begin(lines.format(soft="")).open == ["boss"]


def test_an_escalation_from_outside_or_one_that_nobody_catches(begin: Begin) -> None:
    walk = begin("start s\nuser a\nboundary b host=a escalation= soft\nuser boss\ns -> a\nb -> boss")
    assert walk.escalate("a", "Angry").open == ["a", "boss"]
    walk = begin("start s\nthrow t escalation=Late\nuser a\ns -> t -> a")
    assert walk.got(RaisedEscalation) == [RaisedEscalation("t", "Late")]
    assert walk.open == ["a"]


def test_a_terminate_end_ends_its_own_scope_only(begin: Begin) -> None:
    inside = """start s\nsub p {\nstart ps
        and f\nuser a\nuser b\nend stop terminate\nps -> f\nf -> a -> stop\nf -> b\n}
        user after\ns -> p -> after"""
    assert begin(inside).complete("a").open == ["after"]
    outside = "start s\nand f\nuser a\nuser b\nend stop terminate\ns -> f\nf -> a -> stop\nf -> b"
    walk = begin(outside).complete("a")
    assert walk.got(Terminated) == [Terminated("stop")]
    assert walk.ended


def test_a_step_for_every_item_at_once(begin: Begin) -> None:
    walk = begin("start s\nuser a each=parts result=answers\nuser b\ns -> a -> b", parts=["x", "y", "z"])
    assert [(task.item, task.index) for task in walk.got(OpenTask)] == [("x", 0), ("y", 1), ("z", 2)]
    walk.complete("a", 2, "third").complete("a", 0, "first")
    assert walk.open == ["a"]
    assert walk.complete("a", 0, "second").open == ["b"]
    assert walk.data["answers"] == ["third", "first", "second"]


def test_a_step_for_every_item_in_turn_until_it_is_enough(begin: Begin) -> None:
    lines = "start s\nuser a multi=n sequential until='numberOfCompletedInstances == 2 and not no'\nuser b\ns -> a -> b"
    walk = begin(lines, n=4, no=False)
    assert walk.complete("a").open == ["a"]
    assert walk.complete("a").open == ["b"]


def test_enough_answers_withdraw_the_rest(begin: Begin) -> None:
    lines = "start s\nuser a multi=3 until='numberOfCompletedInstances >= 1'\nuser b\ns -> a -> b"
    walk = begin(lines).complete("a", 1)
    assert walk.open == ["b"]
    assert len(walk.got(Withdraw)) == 2


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3]])
def test_a_sub_process_for_every_item(begin: Begin, items: list[int]) -> None:
    walk = begin(
        """start s\nsub p each=items {\nstart ps\nservice c command=x arg.i=item\nend pe\nps -> c -> pe\n}
        boundary t host=p timer=PT1H\nuser b\nuser late\ns -> p -> b\nt -> late""",
        items=items,
    )
    for item in reversed(items):
        assert walk.open.count("c") == item
        walk.complete("c", -1)
    assert walk.open == ["b"]


def test_a_repeated_step_is_interrupted_as_a_whole(begin: Begin) -> None:
    walk = begin("start s\nuser a multi=3\nboundary t host=a timer=PT1H\nuser late\nuser b\ns -> a -> b\nt -> late")
    assert walk.complete("a").due("t").open == ["late"]


@pytest.mark.parametrize("count", [-1, 1.5, "many", 100_000, True])
def test_a_step_cannot_be_repeated_any_number_of_times(begin: Begin, count: object) -> None:
    with pytest.raises(FlowFault, match="repeated"):
        begin("start s\nuser a multi=n\ns -> a", n=count)
