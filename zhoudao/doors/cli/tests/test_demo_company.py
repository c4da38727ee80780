"""The demo company's people."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.conduct.pilots.models import Pilot
from zhoudao.doors.cli.demo_company import make_company
from zhoudao.doors.cli.founding import found_installation
from zhoudao.engines.worktime import is_open
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.figures import OF_PERIODS
from zhoudao.rooms.staff.models import Member
from zhoudao.rooms.voice.board import SATISFACTION

pytestmark = pytest.mark.django_db
SUNDAY = datetime(2026, 11, 21, 16, tzinfo=UTC)


def test_somebody_receives_customers_at_every_hour_of_the_week() -> None:
    found_installation(at=SUNDAY)
    assert make_company(at=SUNDAY) is not None
    shifts = {calendar(member.calendar_id) for member in Member.objects.filter(teams__code="reception")}
    hours = [SUNDAY + timedelta(minutes=30 * step) for step in range(7 * 48)]
    assert [str(hour) for hour in hours if not any(is_open(hour, shift) for shift in shifts)] == []


def test_its_figures_of_earlier_days_are_whole_and_not_counted_back() -> None:
    found_installation(at=SUNDAY)
    make_company(at=SUNDAY)
    rows = DailyFigure.objects.filter(store_id=None, day_date=SUNDAY.date() - timedelta(days=30))
    assert {one.code for one in (*OF_PERIODS, SATISFACTION)} <= set(rows.values_list("metric", flat=True))


def test_two_of_its_stores_try_something_beside_four_that_do_not() -> None:
    found_installation(at=SUNDAY)
    make_company(at=SUNDAY)
    pilot = Pilot.objects.get()
    assert (pilot.stage, pilot.started_at) == ("run", SUNDAY - timedelta(days=7))
    assert sorted(pilot.places.values_list("side", flat=True)) == ["control"] * 4 + ["pilot"] * 2
    assert not pilot.items.filter(stage="prepare", ticked_at=None).exists()
