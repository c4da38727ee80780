"""A step's time: counted in its team's hours where the flow says so, warned of, told to the leads when it is over."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from zhoudao.conduct.flows.clocks import clock_of, explain_step
from zhoudao.conduct.flows.commands import resume_run, suspend_run
from zhoudao.conduct.flows.commands.clocking import check_step, due_steps
from zhoudao.conduct.flows.models import Task
from zhoudao.conduct.flows.queries import case_flow
from zhoudao.conduct.flows.queries.measured import measured_with_cost
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench, facts_of
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.staff.commands import save_calendar, set_team_hours

pytestmark = pytest.mark.django_db
FLOW = """
    start s
    user work target=PT4H basis=business warn='50 80' cost=6
    user more cost=1.5
    end e
    s -> work -> more -> e
"""
ELAPSED = FLOW.replace(" basis=business", "")


@pytest.fixture
def open_until_eleven(bench: Bench) -> Bench:
    """The team works from nine to eleven, Monday to Friday."""
    week: dict[str, Any] = {day: [("09:00", "11:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = save_calendar(code="short", names={}, content=Hours.weekly("Asia/Shanghai", week).to_json())
    set_team_hours(team=bench.cast.teams["reception"], calendar=hours)
    return bench


def tick(bench: Bench) -> list[UUID]:
    due = due_steps(bench.now)
    for task in due:
        check_step(task, at=bench.now)
    return due


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__name", flat=True))


def test_every_hour_counts_unless_the_step_says_otherwise(open_until_eleven: Bench) -> None:
    open_until_eleven.deploy(ELAPSED)
    open_until_eleven.opens()
    assert open_until_eleven.task("work").due_at == open_until_eleven.now + timedelta(hours=4)


def test_working_hours_of_the_steps_team_count(open_until_eleven: Bench) -> None:
    bench = open_until_eleven
    bench.deploy(FLOW)
    bench.opens()
    task = bench.task("work")
    assert task.due_at == bench.now + timedelta(days=1, hours=2), "two hours today, two tomorrow"
    clock = clock_of(task, bench.later(hours=9))
    assert clock is not None
    assert (clock.share, clock.left, clock.is_business, clock.is_late) == (0.5, timedelta(hours=2), True, False)
    spans = [(span.kind, span.counted) for span in explain_step(task, bench.now)]
    assert spans == [("counting", timedelta(hours=2)), ("closed", timedelta(0))]


def test_it_is_warned_of_at_each_share_and_told_to_the_leads_when_late(open_until_eleven: Bench) -> None:
    bench = open_until_eleven
    bench.deploy(FLOW)
    run = bench.opens()
    bench.later(hours=1, minutes=59)
    assert tick(bench) == []
    bench.later(minutes=1)
    assert len(tick(bench)) == 1
    assert tick(bench) == [], "once a share"
    assert told("step_due_soon") == {"赵敏"}, "nobody has it: the lead"
    Task.objects.update(assignee=bench.cast.people["wang"])
    bench.later(days=1, minutes=-24)
    tick(bench)
    assert told("step_due_soon") == {"赵敏", "王芳"}
    assert told("step_overdue") == set()
    bench.later(minutes=24)
    tick(bench)
    task = bench.task("work")
    assert (task.warned_share, task.broken_at, task.next_check_at) == (80, task.due_at, None)
    assert told("step_overdue") == {"赵敏", "王芳"}
    assert facts_of(run)[2:] == ["TaskDueSoon work", "TaskDueSoon work", "TaskOverdue work"]


def test_a_clock_that_slept_tells_only_that_it_is_late(open_until_eleven: Bench) -> None:
    open_until_eleven.deploy(FLOW)
    run = open_until_eleven.opens()
    open_until_eleven.later(days=3)
    assert len(tick(open_until_eleven)) == 1
    assert facts_of(run)[2:] == ["TaskOverdue work"]


def test_a_step_that_is_done_or_rests_is_let_be(bench: Bench) -> None:
    bench.deploy(ELAPSED)
    run = bench.opens()
    suspend_run(run_id=run.id, why="case_merged", at=bench.now, by=MANAGER)
    task = bench.task("work")
    bench.later(hours=5)
    assert tick(bench) == []
    check_step(task.id, at=bench.now)
    assert bench.task("work").broken_at is None
    resume_run(run_id=run.id, at=bench.now, by=MANAGER)
    bench.does("work")
    assert tick(bench) == []
    check_step(task.id, at=bench.now)
    assert bench.task("work").broken_at == task.due_at, "late all the same"
    assert "TaskOverdue work" not in facts_of(run)


def test_what_the_customer_does_late_is_noted_and_nobody_is_called(bench: Bench) -> None:
    bench.deploy("start s\nuser ask asks=customer text=请补 target=P1D warn=50 form=x\nend e\ns -> ask -> e")
    bench.opens()
    bench.later(days=2)
    tick(bench)
    assert bench.task("ask").broken_at is not None
    assert not Notice.objects.exists()


def test_a_case_says_what_its_steps_cost_so_far_and_a_version_what_its_runs_cost(bench: Bench) -> None:
    version = bench.deploy(ELAPSED)
    bench.opens()
    flow = case_flow(bench.case.id, at=bench.now)
    assert flow is not None
    assert flow.cost is None
    bench.later(hours=5)
    bench.does("work")
    flow = case_flow(bench.case.id, at=bench.now)
    assert flow is not None
    assert str(flow.cost) == "6"
    read = version_of(version.id)
    assert measured_with_cost(read, bench.now)[1].mean is None, "none is finished"
    bench.does("more")
    figures, cost = measured_with_cost(read, bench.now)
    assert (str(cost.mean), cost.runs) == ("7.5", 1)
    assert figures["work"].late == 1
