"""Timers: fired by the clock at the company's time, once, and found again after a crash."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.conduct.flows.commands import due_timers, fire_timer, resume_run, suspend_run
from zhoudao.conduct.flows.models import Incident, Run, Timer
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench, commands, facts_of
from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.rooms.staff.commands import save_calendar, set_team_hours

pytestmark = pytest.mark.django_db
REMIND = """
    start s
    user work
    boundary late host=work soft timer=PT2H
    user remind
    end e
    end e2
    s -> work -> e
    late -> remind -> e2
"""


def tick(bench: Bench) -> int:
    due = due_timers(bench.now)
    for timer in due:
        fire_timer(timer, bench.now)
    return len(due)


def test_a_timer_fires_when_due_and_only_once(bench: Bench) -> None:
    bench.deploy(REMIND)
    run = bench.opens()
    bench.later(hours=1, minutes=59)
    assert tick(bench) == 0
    timer = Timer.objects.get()
    bench.later(minutes=1)
    assert tick(bench) == 1
    fire_timer(timer.id, bench.now)
    assert bench.open_elements() == ["work", "remind"]
    assert facts_of(run) == ["RunStarted", "TaskOpened work", "TimerFired late", "TaskOpened remind"]


def test_a_step_done_in_time_takes_its_timer_along(bench: Bench) -> None:
    bench.deploy(REMIND)
    bench.opens()
    bench.does("work")
    assert not Timer.objects.exists()


def test_a_timer_of_a_resting_run_waits_until_it_goes_on(bench: Bench) -> None:
    bench.deploy(REMIND)
    run = bench.opens()
    suspend_run(run_id=run.id, why="case_merged", at=bench.now, by=MANAGER)
    bench.later(hours=3)
    assert tick(bench) == 0
    resume_run(run_id=run.id, at=bench.now, by=MANAGER)
    assert tick(bench) == 1


def test_business_time_counts_on_the_teams_calendar(bench: Bench) -> None:
    hours = save_calendar(
        code="office", names={}, content=Hours.weekly("Asia/Shanghai", {"tue": [("09:00", "10:00")]}).to_json()
    )
    set_team_hours(team=bench.cast.teams["reception"], calendar=hours)
    bench.deploy("start s\ncatch wait timer=PT90M basis=business\nend e\ns -> wait -> e")
    bench.opens()
    assert Timer.objects.get().due_at == bench.now + timedelta(days=7, minutes=30)


def test_a_timer_whose_way_fails_is_an_incident_not_a_lost_moment(bench: Bench) -> None:
    def broken(call: object) -> None:
        raise RuntimeError("no")

    with commands(case__escalate=broken):
        bench.deploy(
            "start s\nuser work\nboundary late host=work soft timer=PT2H\nservice up command=case.escalate\n"
            "end e\nend e2\ns -> work -> e\nlate -> up -> e2"
        )
        bench.opens()
        bench.later(hours=2)
        assert tick(bench) == 1
    assert Incident.objects.get().element == "up"
    assert bench.open_elements() == ["work"]


def test_a_flow_that_starts_by_the_clock_begins_once_however_late(bench: Bench) -> None:
    bench.deploy("start s cycle=R/P1D\nuser sweep\nend e\ns -> sweep -> e", key="sweep")
    bench.later(days=3, hours=1)
    assert tick(bench) == 1
    assert Run.objects.filter(version__key="sweep").count() == 1
    assert Timer.objects.get().due_at == datetime(2026, 3, 14, 1, tzinfo=UTC)
    bench.deploy("start s cycle=R/P7D\nuser sweep\nend e\ns -> sweep -> e", key="sweep")
    assert [timer.due_at for timer in Timer.objects.all()] == [bench.now + timedelta(days=7)]
