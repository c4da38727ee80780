"""A program bends a running case."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.conduct.flows import bends
from zhoudao.conduct.flows.models import Bend, Task
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench, a_bench
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.eventlog.tests.test_moving_on import settle
from zhoudao.ground.installation import clock

pytestmark = pytest.mark.django_db
LINE = "start s\nuser a\nuser b team=after_sales\nuser c\nend e\ns -> a -> b -> c -> e"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = a_bench()
    monkeypatch.setattr(clock, "shown", lambda real: bench.now)
    bends.ensure_default_limits()
    bench.deploy(LINE)
    bench.opens()
    return bench


@pytest.fixture
def robot(bench: Bench) -> Program:
    return Program(EVERYTHING)


def bent(robot: Program, bench: Bench, kind: str, **body: Any) -> Any:
    asked = {"kind": kind, "reason": "customer_wish"} | body
    return robot.post(f"/cases/{bench.case.number}/bends", asked)


@pytest.mark.django_db(transaction=True)  # events are read below the oldest running transaction
def test_a_program_leaves_a_step_out_and_finds_it_among_the_events(robot: Program, bench: Bench) -> None:
    answer = bent(robot, bench, "skip", element="a")
    assert (answer.status_code, answer.data["kind"], answer.data["may_be_undone"]) == (201, "skip", True)
    assert bench.open_elements() == ["b"]
    settle()
    told = robot.get(f"/cases/{bench.case.number}/events").data["items"]
    event = next(one for one in told if one["type"] == "flows.StepSkipped")
    assert (event["element"], event["attributes"]["bend"]) == ("a", answer.data["id"])


def test_the_other_four_ways(robot: Program, bench: Bench) -> None:
    assert bent(robot, bench, "add", name="ask the warehouse", team="order_processing").status_code == 201
    assert Task.objects.get(added_to__isnull=False).team == bench.cast.teams["order_processing"]
    assert bent(robot, bench, "reassign", team="after_sales", member="sun@example.com").status_code == 201
    due_at = (bench.now + timedelta(days=2)).isoformat()
    assert bent(robot, bench, "move", due_at=due_at).status_code == 201
    bench.finishes(Task.objects.get(added_to__isnull=False))
    bench.does("a")
    assert bent(robot, bench, "repeat", back_to="a").status_code == 201
    assert bench.open_elements() == ["a"]
    assert sorted(Bend.objects.values_list("kind", flat=True)) == ["add", "move", "reassign", "repeat"]


def test_a_bend_is_taken_back_once_and_only_where_it_belongs(robot: Program, bench: Bench) -> None:
    made = bent(robot, bench, "skip", element="a").data
    address = f"/cases/{bench.case.number}/bends/{made['id']}/undo"
    nowhere = f"/cases/{bench.case.number}/bends/{bench.case.id}/undo"
    assert code_of(robot.post(nowhere, {})) == (404, "bend_not_found")
    assert code_of(Program(["cases:read", "cases:write"]).post(address, {})) == (403, "scope_missing")
    answer = robot.post(address, {})
    assert (answer.status_code, answer.data["may_be_undone"]) == (200, False)
    assert bench.open_elements() == ["a"]
    assert code_of(robot.post(address, {})) == (409, "bend_over")


def test_what_is_refused_says_so(robot: Program, bench: Bench) -> None:
    assert code_of(bent(robot, bench, "skip", element="b")) == (409, "step_not_open")
    assert code_of(bent(robot, bench, "skip", reason="because")) == (422, "bend_reason_missing")
    assert code_of(bent(robot, bench, "repeat", back_to="c")) == (422, "step_not_found")
    assert code_of(bent(robot, bench, "reassign")) == (422, "nobody_there")
    assert code_of(bent(robot, bench, "move", promise="plan", due_at="2026-05-05T10:00:00Z")) == (
        422,
        "promise_not_running",
    )
    assert code_of(bent(robot, bench, "move", due_at="2026-05-05T10:00:00")) == (422, "date_unsound")
    assert bent(robot, bench, "fly").status_code == 422
    bends.set_limit(role="api", kind="skip", per_case=0, most_days=0, at=bench.now, by=MANAGER)
    assert code_of(bent(robot, bench, "skip")) == (403, "bend_not_allowed")
    assert code_of(robot.post("/cases/C2026-999999/bends", {"kind": "skip", "reason": "no_time"})) == (
        404,
        "case_not_found",
    )


def test_sent_twice_with_one_key_it_is_bent_once(robot: Program, bench: Bench) -> None:
    body = {"kind": "skip", "reason": "no_time"}
    path = f"/cases/{bench.case.number}/bends"
    first = robot.post(path, body, **{"Idempotency-Key": "k1"})
    again = robot.post(path, body, **{"Idempotency-Key": "k1"})
    assert first.data == again.data
    assert Bend.objects.count() == 1
