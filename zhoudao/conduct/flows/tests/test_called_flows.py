"""A flow that calls another waits for it, hears its errors, and takes it along when it is left."""

import pytest

from zhoudao.conduct.flows.commands import cancel_run, due_timers, fire_timer
from zhoudao.conduct.flows.models import Incident, Run, RunStatus
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench

pytestmark = pytest.mark.django_db
CALLER = """
    start s
    call ask calls=expert
    boundary no host=ask error=NoExpert
    boundary late host=ask timer=PT1H
    user tell
    user sorry
    end e
    s -> ask -> tell -> e
    no -> sorry
    late -> sorry -> e
"""
EXPERT = """
    start s
    user think form=verdict
    xor x default=x_e
    end none error=NoExpert
    end e
    s -> think -> x
    x -> none : verdict == "none"
    x => e
"""


@pytest.fixture
def called(bench: Bench) -> Run:
    bench.deploy(EXPERT, key="expert")
    bench.deploy(CALLER)
    return bench.opens()


def test_the_caller_goes_on_with_what_the_called_flow_found(bench: Bench, called: Run) -> None:
    assert bench.open_elements() == ["think"]
    assert bench.task("think").run.parent == called
    bench.does("think", verdict="broken door")
    called.refresh_from_db()
    assert bench.open_elements() == ["tell"]
    assert called.data == {"verdict": "broken door"}


def test_an_error_end_of_the_called_flow_is_an_error_at_the_call(bench: Bench, called: Run) -> None:
    bench.does("think", verdict="none")
    assert bench.open_elements() == ["sorry"]
    assert bench.task("think").run.status == RunStatus.COMPLETED


def test_a_call_that_is_left_takes_the_called_flow_along(bench: Bench, called: Run) -> None:
    bench.later(hours=1)
    for timer in due_timers(bench.now):
        fire_timer(timer, bench.now)
    assert bench.open_elements() == ["sorry"]
    assert Run.objects.get(parent=called).status == RunStatus.CANCELLED


def test_cancelling_ends_the_whole_tree(bench: Bench, called: Run) -> None:
    child = Run.objects.get(parent=called)
    cancel_run(run_id=child.id, why="by_hand", at=bench.now, by=MANAGER)
    assert set(Run.objects.values_list("status", flat=True)) == {RunStatus.CANCELLED}
    assert bench.open_elements() == []


def test_a_flow_that_calls_itself_without_end_is_stopped(bench: Bench) -> None:
    bench.deploy("start s\ncall again calls=inquiry\nend e\ns -> again -> e")
    bench.opens()
    assert Incident.objects.get().code == "called-too-deep"
