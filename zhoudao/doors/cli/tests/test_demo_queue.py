"""The demo company's shops have queues and take bookings, and Nanjing a few days of them."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.doors.cli import demo_bookings, demo_queue
from zhoudao.doors.cli.demo_company import make_company
from zhoudao.doors.cli.founding import found_installation
from zhoudao.rooms.bookings.models import Booking, Offer
from zhoudao.rooms.visits.models import Lap, Line, Need, Turn
from zhoudao.rooms.visits.queries.line import line_of, standing

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def test_numbers_can_be_taken_in_every_shop_and_waits_are_known_in_nanjing() -> None:
    found_installation(at=NOON - timedelta(days=1))
    assert make_company(at=NOON - timedelta(days=1)) is not None
    assert (Line.objects.count(), Need.objects.count()) == (6, 24)
    came = demo_queue.live(at=NOON)
    assert came > 20
    assert demo_queue.live(at=NOON) == 0
    line = line_of("nanjing")
    assert line is not None
    seen = standing(line, at=NOON)
    assert len(seen.waiting) == 5
    assert all(seen.wait_of(turn.visit_id) is not None for turn in seen.waiting)
    assert Turn.objects.filter(outcome="no_show").exists()
    assert Lap.objects.exists()


def test_every_shop_can_be_booked_and_nanjing_is() -> None:
    found_installation(at=NOON - timedelta(days=1))
    assert make_company(at=NOON - timedelta(days=1)) is not None
    assert Offer.objects.count() == 30
    booked = demo_bookings.live(at=NOON)
    assert booked > 15
    assert demo_bookings.live(at=NOON) == 0
    assert Booking.objects.filter(state="done").exists()
    assert Booking.objects.filter(state="booked", starts_at__gt=NOON).count() > 5
