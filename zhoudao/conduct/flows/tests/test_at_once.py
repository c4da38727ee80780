"""Two at once, and death half-way: one wins, nothing is half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from zhoudao.conduct.flows import doing
from zhoudao.conduct.flows.commands import complete_task, due_timers, fire_timer, retry_incident, start_run, timing
from zhoudao.conduct.flows.models import Incident, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.refusals import TaskAlreadyDone
from zhoudao.conduct.flows.registry import Call
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench, commands, facts_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case

pytestmark = pytest.mark.django_db(transaction=True)
CALLER = """
    start s
    call ask calls=expert
    boundary late host=ask timer=PT1H
    end e
    end e2
    s -> ask -> e
    late -> e2
"""
TWO = "start s\nuser a\nuser b\nend e\ns -> a -> b -> e"


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returns or raises when all begin at the same moment on connections of their own."""
    ready = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def start(bench: Bench) -> Run:
    return start_run(key="inquiry", object_type="case", object_id=bench.case.id, data={}, at=bench.now, by=MANAGER)


def test_of_two_who_finish_a_step_at_once_one_does(bench: Bench) -> None:
    bench.deploy(TWO)
    run = start(bench)
    task = Task.objects.get()

    def finish(name: str) -> Callable[[], Task]:
        return lambda: complete_task(task_id=task.id, result={}, by=By(f"user:{name}"), at=bench.now)

    answers = together(*(finish(name) for name in ("wang", "li", "zhao")))
    assert sorted(type(answer).__name__ for answer in answers) == ["Task", "TaskAlreadyDone", "TaskAlreadyDone"]
    assert bench.open_elements() == ["b"]
    assert facts_of(run) == ["RunStarted", "TaskOpened a", "TaskCompleted a", "TaskOpened b"]


def test_two_branches_finished_at_once_meet_at_the_join(bench: Bench) -> None:
    bench.deploy("start s\nand p\nuser a\nuser b\nand j\nuser c\nend e\ns -> p\np -> a -> j\np -> b -> j\nj -> c -> e")
    start(bench)
    found = [task.id for task in Task.objects.all()]
    together(*(lambda id_=id_: complete_task(task_id=id_, result={}, by=MANAGER, at=bench.now) for id_ in found))
    assert bench.open_elements() == ["c"]


def test_called_and_caller_acting_at_once_do_not_block_each_other(bench: Bench) -> None:
    bench.deploy("start s\nuser think\nend e\ns -> think -> e", key="expert")
    bench.deploy(
        "start s\ncall ask calls=expert\nboundary late host=ask timer=PT1H\nend e\nend e2\ns -> ask -> e\nlate -> e2"
    )
    run = start(bench)
    bench.later(hours=1)
    timer, task = due_timers(bench.now)[0], Task.objects.get()
    answers = together(
        lambda: fire_timer(timer, bench.now),
        lambda: complete_task(task_id=task.id, result={}, by=MANAGER, at=bench.now),
    )
    assert [answer for answer in answers if not isinstance(answer, Task | TaskAlreadyDone | None)] == []
    assert Run.objects.get(id=run.id).status == RunStatus.COMPLETED
    assert not Timer.objects.exists()


def test_death_before_the_commit_leaves_everything_as_it_was(bench: Bench) -> None:
    def note(call: Call) -> None:
        Case.objects.filter(id=call.object_id).update(subject="noted")

    with commands(case__note=note):
        bench.deploy("start s\nuser a\nservice n command=case.note\nuser b\nend e\ns -> a -> n -> b -> e")
        run = start(bench)
        before = Run.objects.filter(id=run.id).values().get()
        with patch.object(doing, "save", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            bench.does("a")
    assert Run.objects.filter(id=run.id).values().get() == before
    assert (bench.open_elements(), Case.objects.get().subject) == (["a"], "")
    assert not Event.objects.filter(type="flows.TaskCompleted").exists()


def test_the_databases_own_trouble_is_no_incident(bench: Bench) -> None:
    def deadlocked(call: Call) -> None:
        raise OperationalError("deadlock detected")

    with commands(case__note=deadlocked):
        bench.deploy("start s\nuser a\nservice n command=case.note\nend e\ns -> a -> n -> e")
        start(bench)
        with pytest.raises(OperationalError):
            bench.does("a")
    assert (bench.open_elements(), Incident.objects.count()) == (["a"], 0)


def test_a_timer_whose_firing_dies_is_found_again_and_after_six_times_shown(bench: Bench) -> None:
    bench.deploy("start s\ncatch wait timer=PT1H\nend e\ns -> wait -> e")
    run = start(bench)
    bench.later(hours=1)
    for _ in range(6):
        (timer,) = due_timers(bench.now)
        with patch.object(timing, "walk", side_effect=ZeroDivisionError), pytest.raises(ZeroDivisionError):
            fire_timer(timer, bench.now)
    assert due_timers(bench.now) == []
    assert Incident.objects.get(run=run).code == "timer-failed"
    retry_incident(incident_id=Incident.objects.get().id, at=bench.now, by=MANAGER)
    assert Run.objects.get().status == RunStatus.COMPLETED
