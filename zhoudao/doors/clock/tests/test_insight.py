"""The lake of our own events is kept by the analyst, whom the clock asks."""

from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.conduct.insight.lake import folder_of
from zhoudao.conduct.insight.reporting import OBJECTS
from zhoudao.doors.clock import insight_knocks, tasks
from zhoudao.rooms.cases.tests.shop import open_shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_analyst_is_asked_to_keep_the_lake_and_not_twice(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    shop = open_shop()
    for _ in range(2):
        for _what, knock in insight_knocks.lakes_to_keep(shop.now, shop.now):
            knock()
    assert ProcrastinateJob.objects.filter(task_name="clock.keep_lake", queue_name="analyst").count() == 1
    tasks.keep_lake()
    assert all((folder_of(object_type) / "state.json").exists() for object_type in OBJECTS)
