"""Calls that were promised: each is looked at when its time has come, and once more when it should have been made."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind
from zhoudao.rooms.bookings.commands.holding import tell
from zhoudao.rooms.bookings.commands.watching import CALL, MISSED_CALL, runners_of
from zhoudao.rooms.bookings.events import CallLate, NumberShown
from zhoudao.rooms.bookings.models import COMING, Booking, State, Where
from zhoudao.rooms.bookings.reach import WRITE, booking_for
from zhoudao.rooms.bookings.refusals import BookingNotFound, NotYourCall

EARLY = timedelta(minutes=2)
LATE = timedelta(minutes=5)
CLOCK = "system:clock"


def plan_call(booking: Booking) -> None:
    """This will have the clock look at a promised call at its time; the caller saves it."""
    is_promised = booking.service.where == Where.PHONE and booking.state == State.BOOKED
    booking.next_at = booking.starts_at - EARLY if is_promised else None


def calls_due(at: datetime) -> list[UUID]:
    """The calls to look at now."""
    return list(Booking.objects.filter(next_at__lte=at).order_by("next_at", "id").values_list("id", flat=True)[:200])


@transaction.atomic
def look_at_call(booking_id: UUID, *, at: datetime) -> Booking | None:
    """This will tell whoever is to call that it is time, and who runs the store when it was not done in time.

    Returns the booking when its call is still to be made. Safe to repeat.
    """
    rows = Booking.objects.select_for_update(of=("self",), skip_locked=True).select_related("service", "store")
    booking = rows.filter(id=booking_id, next_at__lte=at).first()
    if booking is None:
        return None
    is_open, is_late = booking.state == State.BOOKED, at >= booking.starts_at + LATE
    booking.next_at = booking.starts_at + LATE if is_open and not is_late else None
    booking.save(update_fields=["next_at"])
    if not is_open:
        return None
    if is_late:
        tell(booking, CallLate(booking.number, booking.starts_at.isoformat()), by=By(CLOCK), at=at)
        _notify(MISSED_CALL, booking, runners_of(booking.store_id) | {booking.person_id}, at)
    else:
        _notify(CALL, booking, {booking.person_id} if booking.person_id else runners_of(booking.store_id), at)
    return booking


def show_number(*, booking_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will note that whoever promised a call was shown the number.

    Raises: BookingNotFound, NotYourCall
    """
    booking = booking_for(viewer, booking_id, WRITE)
    if booking is None:
        raise BookingNotFound(BookingNotFound.__doc__)
    is_theirs = booking.person_id is None or booking.person_id == viewer.user_id
    if booking.service.where != Where.PHONE or booking.state not in COMING or not is_theirs:
        raise NotYourCall(NotYourCall.__doc__)
    tell(booking, NumberShown(booking.number), by=By(viewer.actor), at=at)


def _notify(kind: Kind, booking: Booking, people: set[UUID | None] | set[UUID], at: datetime) -> None:
    key = f"{kind.code}:{booking.id.hex}:{booking.starts_at.timestamp():.0f}"
    news = News(kind.code, key, f"/desk/bookings/{booking.id}/", {"number": booking.number})
    notify(news, [one for one in people if one is not None], at=at)
