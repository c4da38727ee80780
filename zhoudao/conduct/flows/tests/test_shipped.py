"""The flows the product comes with can be deployed as the product is wired, and walk their main way."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows import conductor
from zhoudao.conduct.flows.commands import due_timers, ensure_shipped_flows, fire_timer
from zhoudao.conduct.flows.commands.deploying import SHIPPED
from zhoudao.conduct.flows.models import FlowVersion, Run, RunStatus, Task
from zhoudao.conduct.flows.registry import known_commands
from zhoudao.conduct.flows.tests.bench import Bench, facts_of
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About
from zhoudao.rooms.cases.events import CaseReopened, CaseResolved
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.conversations.events import ReplySent
from zhoudao.rooms.conversations.models import Message

pytestmark = pytest.mark.django_db
FILES = sorted(SHIPPED.glob("*.bpmn"))


@pytest.fixture
def shipped(bench: Bench) -> Bench:
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    return bench


def reply(bench: Bench) -> None:
    conversation = [About("conversation", bench.case.conversation_id or bench.case.id)]
    bench.happens(ReplySent("m", False, True, True), about=conversation, actor="user:wang")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_service_step_runs_a_command_that_exists_with_its_arguments(file: object) -> None:
    graph = parse(next(each for each in FILES if each == file).read_bytes())
    known = known_commands()
    for node in graph.nodes:
        if node.step.command:
            assert {name for name, _ in node.step.args} <= known[node.step.command]


def test_they_are_deployed_once_and_what_people_deployed_stays(shipped: Bench) -> None:
    assert {"inquiry", "complaint"} <= set(FlowVersion.objects.values_list("key", flat=True))
    shipped.deploy("start s\nuser mine\nend e\ns -> mine -> e")
    ensure_shipped_flows(shipped.now)
    assert list(FlowVersion.objects.filter(key="inquiry").values_list("version", flat=True)) == [1, 2]


def test_an_inquiry_is_answered_asked_again_and_solved(shipped: Bench) -> None:
    run = shipped.opens()
    assert shipped.open_elements() == ["answer"]
    shipped.later(minutes=10)
    reply(shipped)
    assert shipped.open_elements() == []
    shipped.happens(CaseResolved("solved", "question", None), actor="user:wang")
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
    assert "StepCompleted resolved" in facts_of(run)


def test_an_answer_that_is_late_reminds_the_team_lead(shipped: Bench) -> None:
    run = shipped.opens()
    shipped.later(days=3)
    for timer in due_timers(shipped.now):
        fire_timer(timer, shipped.now)
    assert Event.objects.filter(type="cases.CaseEscalated", primary_id=shipped.case.id).count() == 1
    run.refresh_from_db()
    assert (run.status, shipped.open_elements()) == (RunStatus.RUNNING, ["answer"])


def test_a_complaint_is_confirmed_investigated_answered_and_followed_up(shipped: Bench) -> None:
    shipped.case.kind = "complaint"
    shipped.case.save()
    run = shipped.opens()
    assert Message.objects.get().is_auto
    assert shipped.open_elements() == ["investigate"]
    shipped.does("investigate", finding="运输磕碰", responsible_department="order_processing")
    shipped.later(hours=1)
    reply(shipped)
    shipped.happens(CaseReopened("customer_wrote"))
    again = shipped.task("investigate")
    assert again.team == shipped.cast.teams["order_processing"]
    shipped.does("investigate", finding="包装不足", responsible_department="order_processing")
    reply(shipped)
    shipped.later(days=7, minutes=1)
    for timer in due_timers(shipped.now):
        fire_timer(timer, shipped.now)
    assert shipped.task("follow_up").due_at == shipped.now + timedelta(days=3)
    shipped.does("follow_up", satisfied="on", remark="谢谢")
    run.refresh_from_db()
    assert (run.status, Run.objects.count()) == (RunStatus.COMPLETED, 1)


def test_opening_an_inquiry_costs_at_most_eight_statements(shipped: Bench) -> None:
    shipped.opens()
    Run.objects.all().delete()
    event = Event.objects.get(type="cases.CaseOpened")
    with CaptureQueriesContext(connection) as asked:
        conductor.on_event(event)
    assert Task.objects.count() == 1
    assert len(asked) <= 8, [query["sql"][:90] for query in asked]
