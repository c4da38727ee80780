"""The flow pages: doing steps, freeing what is stuck."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhoudao.conduct.flows.models import Incident, Run, RunStatus, Task
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench, a_bench, commands
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event, Parked

pytestmark = pytest.mark.django_db
FORM = "start s\nuser ask form=finding\nuser more\nend e\ns -> ask -> more -> e"


@pytest.fixture
def bench(settings: Any) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return a_bench()


def signed_in(bench: Bench, name: str) -> Client:
    client = Client()
    client.force_login(bench.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", ["stuck_runs", "dead_letters"])
def test_agents_have_no_business_with_flows(bench: Bench, name: str) -> None:
    assert signed_in(bench, "wang").get(reverse(name)).status_code == 403
    assert page(signed_in(bench, "admin"), name)


def test_a_step_is_seen_taken_and_done_by_its_team(bench: Bench) -> None:
    bench.deploy(FORM)
    bench.opens()
    wang, sun, task = signed_in(bench, "wang"), signed_in(bench, "sun"), bench.task("ask")
    address = reverse("desk_task", args=[task.id])
    assert address in page(wang, "tasks")
    assert address not in page(sun, "tasks")
    assert sun.get(address).status_code == 404
    wang.post(reverse("desk_task_take", args=[task.id]))
    assert Task.objects.get(id=task.id).assignee == bench.cast.people["wang"]
    refused = wang.post(address, {"finding": "leak", "colour": "red"})
    assert refused.status_code == 422
    assert "leak" in refused.content.decode()
    assert wang.post(address, {"finding": "leak"}).status_code == 302
    assert Task.objects.get(id=task.id).result == {"finding": "leak"}
    assert bench.open_elements() == ["more"]


def test_the_panel_beside_a_case_draws_the_flow_and_moves_on_when_a_step_is_done(bench: Bench) -> None:
    bench.deploy(FORM)
    bench.opens()
    wang = signed_in(bench, "wang")
    before = page(wang, "desk_flow", bench.case.number)
    assert '<g class="flow-task is-current" data-element="ask">' in before
    assert "style=" not in before
    address = reverse("desk_task", args=[bench.task("ask").id])
    after = wang.post(address, {"finding": "leak"}, headers={"HX-Request": "true"})
    assert '<g class="flow-task is-done" data-element="ask">' in after.content.decode()
    assert '<g class="flow-task is-current" data-element="more">' in after.content.decode()


def test_what_is_stuck_is_shown_tried_again_and_cancelled(bench: Bench) -> None:
    trouble = [True]

    def fail(call: object) -> None:
        if trouble:
            raise ConnectionError("the bank is away")

    admin = signed_in(bench, "admin")
    with commands(money__charge=fail):
        bench.deploy("start s\nservice charge command=money.charge\nuser ship\nend e\ns -> charge -> ship -> e")
        run = bench.opens()
        text = page(admin, "stuck_runs")
        assert "the bank is away" in text
        assert bench.case.number in text
        trouble.clear()
        admin.post(reverse("stuck_retry", args=[Incident.objects.get().id]))
    assert bench.open_elements() == ["ship"]
    assert bench.case.number not in page(admin, "stuck_runs")
    admin.post(reverse("run_cancel", args=[run.id]))
    assert Run.objects.get().status == RunStatus.CANCELLED


def test_a_lead_sees_what_is_stuck_in_their_own_cases_and_of_others_nothing(bench: Bench) -> None:
    def fail(call: object) -> None:
        raise ConnectionError("the bank is away")

    with commands(money__charge=fail):
        bench.deploy("start s\nservice charge command=money.charge\nend e\ns -> charge -> e")
        bench.opens()
    event = Event.objects.filter(primary_id=bench.case.id).latest("seq")
    moment = datetime.now(UTC)
    failed = {"attempts": 6, "error": "Traceback: boom", "next_try_at": moment, "dead_at": moment}
    Parked.objects.create(subscriber="x", event=event, primary_id=event.primary_id, seq=event.seq, **failed)
    zhao = bench.cast.people["zhao"]
    for code, sees in (("nanjing", False), (bench.case.store.code, True)):
        zhao.grants.all().delete()
        Grant.objects.create(user=zhao, role="team_lead", store=bench.cast.stores[code])
        client = signed_in(bench, "zhao")
        assert (bench.case.number in page(client, "stuck_runs")) is sees
        assert ("boom" in page(client, "dead_letters")) is sees


def test_a_dead_letter_is_tried_again_on_request(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    event = Event.objects.get(type="flows.FlowDeployed")
    moment = datetime.now(UTC)
    parked = Parked.objects.create(
        subscriber="flows",
        event=event,
        primary_id=event.primary_id,
        seq=event.seq,
        attempts=6,
        error="Traceback: boom",
        next_try_at=moment,
        dead_at=moment,
    )
    admin = signed_in(bench, "admin")
    assert "boom" in page(admin, "dead_letters")
    admin.post(reverse("dead_letter_replay", args=[parked.id]))
    parked.refresh_from_db()
    assert (parked.dead_at, parked.attempts) == (None, 0)
