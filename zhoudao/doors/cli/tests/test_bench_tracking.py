"""The bench's reports are as sources send them, and what is lost of them is seen."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from zhoudao.doors.cli import bench_tracking
from zhoudao.doors.tracking.port import readers
from zhoudao.ground.installation import clock
from zhoudao.kit.signed_hooks import sign
from zhoudao.rooms.parcels.commands.reports import read_reports
from zhoudao.rooms.parcels.models import TrackingEvent


@pytest.mark.django_db(transaction=True)
def test_twelve_reports_are_read_once_and_one_event_less_is_told() -> None:
    secret, statuses = bench_tracking.make_source(), []
    for number in (*range(12), 3, 5):
        body = bench_tracking.body_of(number)
        headers = sign(f"r-{number}", datetime.now(UTC), body, [secret])
        answer = Client().post("/hooks/tracking/bench/", body, content_type="application/json", headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [202] * 12 + [200] * 2
    assert bench_tracking.unread() == 12
    read_reports(readers(), now=clock.now)
    assert bench_tracking.unread() == 0
    assert bench_tracking.differences(12) == ""
    event = TrackingEvent.objects.first()
    assert event is not None
    event.delete()
    assert bench_tracking.differences(12)
