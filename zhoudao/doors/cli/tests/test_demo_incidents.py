"""The demo company's incident and risks, once."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.doors.cli import demo_incidents, demo_portal
from zhoudao.doors.cli.demo_company import make_company
from zhoudao.doors.cli.founding import found_installation
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.incidents.models import Incident, Risk

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def test_an_incident_is_under_way_with_cases_and_a_plan_half_ticked() -> None:
    found_installation(at=NOON - timedelta(days=1))
    assert make_company(at=NOON - timedelta(days=1)) is not None
    demo_portal.live(at=NOON)
    dispatch.drain()
    for _ in range(2):
        demo_incidents.live(at=NOON)
    row = Incident.objects.get()
    assert Case.objects.filter(incident_id=row.id).count() == 4
    assert sorted(row.told) == ["en", "zh-Hans", "zh-Hant"]
    assert [step.done_at is not None for step in row.steps.order_by("place")] == [True, True, False, False, False]
    assert {holding.part for holding in row.holdings.all()} == {"lead", "communication"}
    assert Risk.objects.count() == 3
