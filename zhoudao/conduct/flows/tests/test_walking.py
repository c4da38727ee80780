"""A case is opened, its flow begins, people do their steps, the flow ends."""

from datetime import timedelta

import pytest

from zhoudao.conduct.flows.models import Run, RunStatus, Task
from zhoudao.conduct.flows.refusals import FormIncomplete, TaskAlreadyDone
from zhoudao.conduct.flows.registry import Call
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench, commands, facts_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About
from zhoudao.rooms.cases.events import CaseAssigned, CaseOpened
from zhoudao.rooms.conversations.events import ReplySent

pytestmark = pytest.mark.django_db
DONE_BY_REPLY = """
    start s
    user answer done-on=conversations.ReplySent
    end e
    s -> answer -> e
"""


def test_a_new_case_walks_the_live_flow_of_its_kind(bench: Bench) -> None:
    version = bench.deploy(ONE_TASK)
    run = bench.opens()
    task = bench.task("look")
    assert (run.version_id, run.status, run.store_id) == (version.id, "running", bench.case.store_id)
    assert (task.team, task.due_at) == (bench.cast.teams["reception"], bench.now + timedelta(hours=4))
    assert facts_of(run) == ["RunStarted", "TaskOpened look"]


def test_a_kind_without_a_flow_needs_none(bench: Bench) -> None:
    bench.deploy(ONE_TASK, key="complaint")
    bench.happens(CaseOpened(bench.case.number, "inquiry", "regular", "webchat", "reception"))
    assert not Run.objects.exists()


def test_hearing_of_the_opening_twice_starts_one_run(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    bench.opens()
    bench.opens()
    assert Run.objects.count() == 1


def test_the_last_step_done_ends_the_run_and_all_of_it_is_in_the_log(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    run = bench.opens()
    bench.later(minutes=20)
    bench.does("look", actor="user:wang")
    run.refresh_from_db()
    assert (run.status, run.ended_at) == (RunStatus.COMPLETED, bench.now)
    assert facts_of(run) == ["RunStarted", "TaskOpened look", "TaskCompleted look", "RunCompleted"]
    done = Event.objects.get(type="flows.TaskCompleted")
    assert (done.actor, done.element, done.store_id) == ("user:wang", "look", bench.case.store_id)
    assert [kind for kind, _, _ in done.parties] == ["run", "case"]
    opened = Event.objects.get(type="flows.TaskOpened")
    assert opened.actor == f"flow:{run.version_id}/look"


def test_a_step_is_the_owners_when_it_is_their_teams_and_nobodys_otherwise(bench: Bench) -> None:
    bench.case.owner = bench.cast.people["wang"]
    bench.case.save()
    bench.deploy(
        "start s; user ours; user theirs team=after_sales; end e; s -> ours -> theirs -> e".replace("; ", "\n")
    )
    bench.opens()
    assert bench.task("ours").assignee == bench.cast.people["wang"]
    bench.does("ours")
    assert bench.task("theirs").assignee is None
    assert bench.task("theirs").team == bench.cast.teams["after_sales"]


def test_an_answer_to_the_customer_finishes_the_step_that_waits_for_it(bench: Bench) -> None:
    bench.deploy(DONE_BY_REPLY)
    run = bench.opens()
    conversation = About("conversation", bench.case.conversation_id or bench.case.id)
    bench.later(minutes=5)
    bench.happens(
        ReplySent("m", is_auto=True, is_human=False, expects_answer=True), about=[conversation], actor="system:ack"
    )
    assert bench.open_elements() == ["answer"]
    bench.happens(
        ReplySent("m", is_auto=False, is_human=True, expects_answer=True), about=[conversation], actor="user:li"
    )
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
    assert bench.task("answer").completed_by == "user:li"


def test_what_the_flow_itself_did_does_not_finish_a_step(bench: Bench) -> None:
    bench.deploy(DONE_BY_REPLY.replace("conversations.ReplySent", "cases.CaseAssigned"))
    bench.opens()
    fact = CaseAssigned(None, None, None, None, "escalation")
    bench.happens(fact, actor="flow:x/escalate")
    assert bench.open_elements() == ["answer"]
    bench.happens(fact, actor="user:zhao")
    assert bench.open_elements() == []


def test_a_step_done_twice_is_done_once(bench: Bench) -> None:
    bench.deploy("start s\nuser a\nuser b\nend e\ns -> a -> b -> e")
    bench.opens()
    first = bench.does("a")
    with pytest.raises(TaskAlreadyDone):
        bench.finishes(first, actor="user:li")
    assert Task.objects.filter(element="b").count() == 1


def test_a_form_that_asks_for_nothing_takes_nothing(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    bench.opens()
    with pytest.raises(FormIncomplete, match="colour: undeclared"):
        bench.does("look", colour="red")
    assert bench.open_elements() == ["look"]


def test_what_was_filled_in_decides_the_way(bench: Bench) -> None:
    bench.deploy(
        """
        start s
        user ask form=answer
        xor x default=x_no
        user yes
        user no
        end e
        s -> ask -> x
        x -> yes : answer == "yes"
        x => no
        yes -> e
        no -> e
        """
    )
    run = bench.opens()
    bench.does("ask", answer="yes")
    run.refresh_from_db()
    assert bench.open_elements() == ["yes"]
    assert run.data == {"answer": "yes"}


def test_declared_inputs_are_the_case_as_it_is_now(bench: Bench) -> None:
    bench.deploy(
        """
        start s
        user wait
        xor x default=x_slow
        user fast
        user slow
        end e
        s -> wait -> x
        x -> fast : tier == "urgent"
        x => slow
        fast -> e
        slow -> e
        """,
        inputs="tier:string",
    )
    bench.opens()
    bench.case.tier = "urgent"
    bench.case.save()
    bench.does("wait")
    assert bench.open_elements() == ["fast"]


def test_automatic_steps_run_in_one_pass(bench: Bench) -> None:
    seen: list[tuple[str, str]] = []

    def note(call: Call, word: str) -> dict[str, str]:
        seen.append((word, call.by.element))
        return {"last": word}

    note.arguments = ("word",)  # type: ignore[attr-defined]  # functions carry attributes
    with commands(case__note=note):
        bench.deploy(
            """
            start s
            service one command=case.note arg.word="'a'"
            service two command=case.note arg.word="last + 'b'" result=kept
            user after
            end e
            s -> one -> two -> after -> e
            """,
            inputs="last:string",
        )
        run = bench.opens()
    assert seen == [("a", "one"), ("ab", "two")]
    assert run.data == {"last": "a", "kept": {"last": "ab"}}
    assert facts_of(run) == ["RunStarted", "StepCompleted one", "StepCompleted two", "TaskOpened after"]


def test_a_list_is_worked_through_entry_by_entry(bench: Bench) -> None:
    with commands(case__parts=lambda call: {"parts": ["door", "drum"]}):
        bench.deploy(
            """
            start s
            service find command=case.parts
            user fix each=parts
            end e
            s -> find -> fix -> e
            """,
            inputs="parts:list",
        )
        run = bench.opens()
    tasks = Task.objects.filter(element="fix").order_by("id")
    assert [task.item for task in tasks] == ["door", "drum"]
    for task in tasks:
        bench.finishes(task, actor="user:sun")
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
