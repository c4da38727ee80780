"""What our own runs tell of a flow when a simulation begins: times, shares, teams, cases in a week."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import FlowVersion, Run, Task
from zhoudao.conduct.flows.versions import Version, version_of
from zhoudao.conduct.insight.measuring import facts_of
from zhoudao.engines.bpmn.graph import Kind
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop


def live(shop: Shop, key: str) -> Version:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    return version_of(FlowVersion.objects.get(key=key, is_live=True).id)


def walked(shop: Shop, version: Version, minutes: int, passed: list[int], number: int) -> None:
    """A run of a case whose one step was open for an hour, and worked on for so long: its person did another before."""
    case = shop.hears("你好", who=f"v-{number}")
    at = shop.now - timedelta(days=28, hours=-2 * number)
    there = {"object_type": "case", "object_id": case.id}
    run = Run.objects.create(
        version_id=version.id, marking=b"", started_at=at, ended_at=at + timedelta(hours=1), status="completed",
        passed=passed, **there,
    )  # fmt: skip
    step = next(node.id for node in version.graph.nodes if node.kind is Kind.USER)
    done = {"name": "x", "completed_by": "user:1", "opened_at": at, **there}
    Task.objects.create(
        run=run, token=1, element="before", completed_at=at + timedelta(minutes=60 - minutes), **done
    )  # fmt: skip
    Task.objects.create(run=run, token=2, element=step, completed_at=at + timedelta(hours=1), **done)


def test_work_began_when_its_person_had_done_the_step_before(shop: Shop) -> None:
    version = live(shop, "return")
    step = next(node for node in version.graph.nodes if node.kind is Kind.USER)
    for number, minutes in enumerate([10, 20, 20, 20, 30, 10, 20, 30, 20, 20]):
        walked(shop, version, minutes, [step.index], number)
    with CaptureQueriesContext(connection) as asked:
        facts = facts_of(version, language="zh-hans", at=shop.now)
    assert len(asked) == 4
    assert facts.times[step.id] == 1200
    assert facts.passed == {step.id: 10}
    assert (facts.runs, facts.week_cases) == (10, 2.5)
    assert [(team.people, team.hours) for team in facts.teams.values()] == [(1, "mon-fri 09:00-18:00")]


def test_of_fewer_than_ten_nothing_is_said(shop: Shop) -> None:
    version = live(shop, "return")
    for number in range(9):
        walked(shop, version, 10, [], number)
    facts = facts_of(version, language="zh-hans", at=shop.now)
    assert facts.times == {}
    assert facts_of(version, language="zh-hans", at=shop.now - timedelta(days=60)).week_cases is None
