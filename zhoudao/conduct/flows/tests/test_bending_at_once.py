"""A case is bent while somebody else works on it: one of both wins, nothing is lost or doubled."""

import pytest

from zhoudao.conduct.flows.commands import complete_task
from zhoudao.conduct.flows.models import Bend, Run, Task
from zhoudao.conduct.flows.refusals import BendLimitReached, StepNotOpen, TaskAlreadyDone
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.conduct.flows.tests.bending import a_bender
from zhoudao.conduct.flows.tests.test_at_once import together
from zhoudao.ground.eventlog.recording import By

pytestmark = pytest.mark.django_db(transaction=True)
LINE = "start s\nuser a\nuser b\nuser c\nend e\ns -> a -> b -> c -> e"


def test_left_out_and_done_at_once_is_one_of_both(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    task, token = bench.task("a"), bender.token("a")
    bender.token = lambda element: token  # type: ignore[method-assign]  # both saw the step open
    answers = together(
        lambda: bender.skips("a"),
        lambda: complete_task(task_id=task.id, result={}, by=By("user:wang"), at=bench.now),
    )
    names = [type(answer) for answer in answers]
    assert names in ([Bend, TaskAlreadyDone], [StepNotOpen, Task])
    assert bench.open_elements() == ["b"]


def test_gone_back_and_done_at_once_is_one_of_both(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bench.does("a")
    task, token = bench.task("b"), bender.token("b")
    bender.token = lambda element: token  # type: ignore[method-assign]  # both saw the step open
    answers = together(
        lambda: bender.goes_back("b", "a"),
        lambda: complete_task(task_id=task.id, result={}, by=By("user:wang"), at=bench.now),
    )
    names = [type(answer) for answer in answers]
    assert names in ([Bend, TaskAlreadyDone], [StepNotOpen, Task])
    assert bench.open_elements() == (["a"] if names[0] is Bend else ["c"])


def test_a_step_is_added_while_the_one_it_holds_up_is_done(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    task = bench.task("a")
    added, done = together(
        lambda: bender.adds("a"),
        lambda: complete_task(task_id=task.id, result={}, by=By("user:wang"), at=bench.now),
    )
    assert isinstance(done, Task)
    open_now = list(Task.objects.filter(completed_at=None, cancelled_at=None).values_list("element", "added_to"))
    if isinstance(added, Bend):
        assert open_now == [("a", task.token)]
        bench.finishes(Task.objects.get(added_to__isnull=False))
    else:
        assert isinstance(added, StepNotOpen)
    assert bench.open_elements() == ["b"]
    assert Run.objects.get().added == 0


def test_the_added_step_and_the_one_it_holds_up_are_done_at_once(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bender.adds("a")
    found = [task.id for task in Task.objects.all()]
    by = By("user:wang")
    together(*(lambda id_=id_: complete_task(task_id=id_, result={}, by=by, at=bench.now) for id_ in found))
    assert bench.open_elements() == ["b"]


def test_of_bends_at_once_no_more_than_the_limit_counts(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    for number in range(4):
        bender.adds("a", team=["reception", "after_sales"][number % 2])
    answers = together(*(lambda: bender.adds("a") for _ in range(3)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Bend", "BendLimitReached", "BendLimitReached"]
    assert isinstance(next(answer for answer in answers if not isinstance(answer, Bend)), BendLimitReached)
    assert Run.objects.get().added == 5


def test_two_who_take_a_bend_back_do_it_once(bench: Bench) -> None:
    bender = a_bender(bench, LINE)
    bend = bender.skips("a")
    answers = together(lambda: bender.undoes(bend), lambda: bender.undoes(bend))
    assert sorted(type(answer).__name__ for answer in answers) == ["Bend", "BendOver"]
    assert bench.open_elements() == ["a"]
