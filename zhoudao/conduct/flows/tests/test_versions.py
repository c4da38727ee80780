"""A changed flow is for new cases: whoever is on the way keeps the version they began with."""

import pytest

from zhoudao.conduct.flows.models import FlowVersion, Run
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench

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
