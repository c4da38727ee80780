"""A changed flow is for new cases: whoever is on the way keeps the version they began with."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows.models import FlowVersion, Run, Task
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench
from zhoudao.kit.ids import uuid7

pytestmark = pytest.mark.django_db
TWO_TASKS = "start s\nuser look\nuser more\nend e\ns -> look -> more -> e"


def test_a_running_case_keeps_its_version_and_the_next_takes_the_new_one(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    before = bench.opens()
    second = bench.deploy(TWO_TASKS)
    bench.does("look")
    assert Run.objects.get(id=before.id).status == "completed"
    after = bench.opens()
    assert after.version == second
    bench.does("look")
    assert bench.open_elements() == ["more"]


def test_the_same_file_again_is_no_new_version(bench: Bench) -> None:
    first = bench.deploy(ONE_TASK)
    assert bench.deploy(ONE_TASK) == first


def test_going_back_is_another_version_and_only_one_is_live(bench: Bench) -> None:
    for lines in (ONE_TASK, TWO_TASKS, ONE_TASK):
        bench.deploy(lines)
    assert list(FlowVersion.objects.order_by("version").values_list("version", "is_live")) == [
        (1, False),
        (2, False),
        (3, True),
    ]


def test_deploying_while_a_thousand_cases_walk_touches_none_of_them_and_costs_the_same(bench: Bench) -> None:
    first = bench.deploy(ONE_TASK)
    run, task = bench.opens(), bench.task("look")
    with CaptureQueriesContext(connection) as alone:
        bench.deploy(TWO_TASKS.replace("more", "then"))
    runs = [copy_of(run) for _ in range(999)]
    Run.objects.bulk_create(runs)
    Task.objects.bulk_create(copy_of(task, run_id=each.id, object_id=each.object_id) for each in runs)
    before = list(Run.objects.order_by("id").values_list("id", "version", "status", "marking"))
    with CaptureQueriesContext(connection) as crowded:
        bench.deploy(TWO_TASKS)
    assert len(crowded) == len(alone)
    assert list(Run.objects.order_by("id").values_list("id", "version", "status", "marking")) == before
    for each in (run, runs[0], runs[-1]):
        bench.finishes(Task.objects.get(run=each))
        each.refresh_from_db()
        assert (each.version, each.status) == (first, "completed")


def copy_of(row: Any, **differs: Any) -> Any:
    """Another row of the same model; a run's copy walks for an object of its own."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**(values | {"id": uuid7(), "object_id": uuid7()} | differs))
