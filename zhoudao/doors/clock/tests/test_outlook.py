"""The clock has the analyst look ahead: learned once a day, said in between, one job at a time."""

from datetime import timedelta

import pytest

from zhoudao.conduct.insight.models import Foretelling
from zhoudao.doors.clock import outlook_knocks
from zhoudao.rooms.cases.tests.shop import TUESDAY

pytestmark = pytest.mark.django_db


def test_it_is_learned_once_a_day_and_said_in_between() -> None:
    assert [what for what, _ in outlook_knocks.outlooks_due(TUESDAY, TUESDAY)] == ["outlook.learn"]
    Foretelling.objects.create(made_at=TUESDAY)
    assert [what for what, _ in outlook_knocks.outlooks_due(TUESDAY, TUESDAY)] == ["outlook.foretell"]
    tomorrow = TUESDAY + timedelta(days=1)
    [(what, knock)] = outlook_knocks.outlooks_due(tomorrow, tomorrow)
    assert what == "outlook.learn"
    knock()
    assert list(outlook_knocks.outlooks_due(tomorrow, tomorrow)) == []


def test_demand_is_looked_at_by_one_job_at_a_time() -> None:
    [(what, knock)] = outlook_knocks.demand_to_look_at(TUESDAY, TUESDAY)
    assert what == "outlook.look_for_demand"
    knock()
    assert list(outlook_knocks.demand_to_look_at(TUESDAY, TUESDAY)) == []
