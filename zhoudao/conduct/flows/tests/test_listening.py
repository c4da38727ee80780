"""Close, merge, reopen and replies reach the run as messages."""

import pytest

from zhoudao.conduct.flows import conductor
from zhoudao.conduct.flows.models import Run, RunStatus
from zhoudao.conduct.flows.refusals import RunNotMoving
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench, facts_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About
from zhoudao.rooms.cases.events import (
    CaseClassified,
    CaseClosed,
    CaseMerged,
    CaseReopened,
    MergeUndone,
)
from zhoudao.rooms.conversations.events import MessageReceived

pytestmark = pytest.mark.django_db
WAITS = """
    start s
    user work
    race g
    catch closed message=case.closed
    catch wrote message=customer.replied
    user ask
    user again
    end e
    s -> work -> g
    g -> closed -> ask -> e
    g -> wrote -> again -> e
"""


def status_of(run: Run) -> str:
    return Run.objects.get(id=run.id).status


def test_an_uncaught_close_cancels_the_run_and_its_tasks(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    run = bench.opens()
    bench.happens(CaseClosed("solved", "question"))
    assert (status_of(run), bench.open_elements()) == (RunStatus.CANCELLED, [])


def test_a_run_that_waits_for_the_close_goes_on_with_it(bench: Bench) -> None:
    bench.deploy(WAITS)
    run = bench.opens()
    bench.does("work")
    bench.happens(CaseClosed("solved", "question"))
    assert (status_of(run), bench.open_elements()) == (RunStatus.RUNNING, ["ask"])


def test_a_customers_further_message_is_heard_and_the_first_is_not(bench: Bench) -> None:
    bench.deploy(WAITS)
    run = bench.opens()
    bench.does("work")
    conversation = [About("conversation", bench.case.conversation_id or bench.case.id)]
    bench.happens(MessageReceived("m", True, "webchat", 3, "en"), about=conversation)
    assert bench.open_elements() == []
    bench.happens(MessageReceived("m", False, "webchat", 3, "en"), about=conversation)
    assert (status_of(run), bench.open_elements()) == (RunStatus.RUNNING, ["again"])


def test_a_merged_cases_run_rests_and_wakes_when_it_is_taken_apart(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    run = bench.opens()
    bench.happens(CaseMerged("C2026-000009"))
    assert status_of(run) == RunStatus.SUSPENDED
    with pytest.raises(RunNotMoving):
        bench.does("look")
    bench.happens(MergeUndone("C2026-000009"))
    bench.does("look")
    assert facts_of(run)[2:4] == ["RunSuspended", "RunResumed"]


def test_a_reopened_case_walks_again_when_its_run_was_over(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    first = bench.opens()
    bench.happens(CaseReopened("customer_wrote"))
    assert Run.objects.count() == 1
    bench.does("look")
    bench.later(days=1)
    bench.happens(CaseReopened("customer_wrote"))
    second = Run.objects.exclude(id=first.id).get()
    assert (second.status, bench.open_elements()) == (RunStatus.RUNNING, ["look"])


def test_a_case_of_another_kind_walks_that_kinds_flow(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    bench.deploy("start s\nuser judge\nend e\ns -> judge -> e", key="complaint")
    run = bench.opens()
    bench.happens(CaseClassified("complaint", "regular", "inquiry", "regular"), actor="user:wang")
    assert (status_of(run), bench.open_elements()) == (RunStatus.CANCELLED, ["judge"])


def test_one_flow_tells_the_other_flows_of_the_case(bench: Bench) -> None:
    bench.deploy("start s\nthrow tell message=parts.ordered\nuser pack\nend e\ns -> tell -> pack -> e")
    bench.deploy("start s message=parts.ordered\nuser fetch\nend e\ns -> fetch -> e", key="parts")
    bench.opens()
    conductor.on_event(Event.objects.get(type="flows.MessageSent"))
    assert bench.open_elements() == ["pack", "fetch"]
    assert Run.objects.get(version__key="parts").object_type == "case"
