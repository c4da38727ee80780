"""Calls that were promised: whoever is to make one is told when its time has come."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.notices.commands import News, notify
from zhoudao.rooms.bookings.commands.watching import CALL
from zhoudao.rooms.bookings.models import Booking, State, Where

EARLY = timedelta(minutes=2)
LATEST = timedelta(hours=12)


def calls_due(at: datetime) -> list[UUID]:
    """Calls whose time has come, and that nobody has made."""
    rows = Booking.objects.filter(state=State.BOOKED, service__where=Where.PHONE, person__isnull=False)
    rows = rows.filter(starts_at__lte=at + EARLY, starts_at__gt=at - LATEST)
    return list(rows.order_by("starts_at", "id").values_list("id", flat=True)[:200])


@transaction.atomic
def tell_to_call(booking_id: UUID, *, at: datetime) -> int:
    """This will tell who is to call, once for each time; returns how many were told."""
    booking = Booking.objects.get(id=booking_id)
    if booking.state != State.BOOKED or booking.person_id is None:
        return 0
    key = f"call:{booking.id.hex}:{booking.starts_at.timestamp():.0f}"
    news = News(CALL.code, key, f"/desk/bookings/{booking.id}/", {"number": booking.number})
    return notify(news, [booking.person_id], at=at)
