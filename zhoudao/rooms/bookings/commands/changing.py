"""Moving a booking to another time or person, and cancelling it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.booking import Slot, find_slot, take
from zhoudao.rooms.bookings.commands.calling import plan_call
from zhoudao.rooms.bookings.commands.holding import hold_book, hold_booking, tell, whose
from zhoudao.rooms.bookings.commands.telling import plan_letters
from zhoudao.rooms.bookings.events import BookingCancelled, BookingMoved, ComingConfirmed
from zhoudao.rooms.bookings.models import Booking, State
from zhoudao.rooms.bookings.queries.slots import Now
from zhoudao.rooms.bookings.refusals import BookingOver, TooLateToChange


@transaction.atomic
def move_booking(
    *,
    booking_id: UUID,
    starts_at: datetime,
    person_id: UUID | None = None,
    store_id: UUID | None = None,
    by: By,
    now: Now,
) -> Booking:
    """This will have a booking take place at another time, with somebody else, or in another store.

    The old time is free in the same moment; when the new one is not, the old one stays.

    Raises: BookingNotFound, BookingOver, TooLateToChange (by the customer), ServiceUnknown, SlotTaken
    """
    hold_book()
    booking = _to_come(booking_id)
    is_ours = whose(by) == "by_us"
    if not is_ours:
        require_in_time(booking, now.at)
    slot = Slot(booking.service_id, store_id or booking.store_id, starts_at, person_id)
    offer, free = find_slot(slot, now, besides=booking.id, is_ours=is_ours)
    was, was_in = booking.starts_at, booking.store_id
    if person_id is None and booking.person_id in free.people:
        free = type(free)(free.starts_at, free.ends_at, (booking.person_id, *free.people), free.units)
    take(booking, offer, free)
    booking.store, booking.moves, booking.confirmed_at = offer.store, booking.moves + 1, None
    plan_call(booking)
    booking.save()
    fact = BookingMoved(booking.number, was.isoformat(), booking.starts_at.isoformat(), whose(by))
    tell(booking, fact, by=by, at=now.at)
    if booking.starts_at != was or booking.store_id != was_in:
        plan_letters(booking, "moved", at=now.at)
    return booking


@transaction.atomic
def cancel_booking(*, booking_id: UUID, by: By, at: datetime) -> Booking:
    """This will free the time; cancelled twice is cancelled once.

    Raises: BookingNotFound, BookingOver, TooLateToChange (by the customer)
    """
    known = Booking.objects.filter(id=booking_id, state=State.CANCELLED).first()
    if known is not None:
        return known
    booking = _to_come(booking_id)
    if whose(by) == "by_customer":
        require_in_time(booking, at)
    booking.state, booking.ended_at = State.CANCELLED, at
    booking.save(update_fields=["state", "ended_at"])
    tell(booking, BookingCancelled(booking.number, booking.starts_at.isoformat(), whose(by)), by=by, at=at)
    plan_letters(booking, "cancelled", at=at)
    return booking


@transaction.atomic
def confirm_coming(*, booking_id: UUID, by: By, at: datetime) -> Booking:
    """This will note that they said again that they come; twice is once. Raises: BookingNotFound, BookingOver."""
    booking = _to_come(booking_id)
    if booking.confirmed_at is None:
        booking.confirmed_at = at
        booking.save(update_fields=["confirmed_at"])
        tell(booking, ComingConfirmed(booking.number), by=by, at=at)
    return booking


def may_still_change(booking: Booking, at: datetime) -> bool:
    """Whether the customer may move or cancel it themselves."""
    return booking.state == State.BOOKED and at <= last_change(booking)


def last_change(booking: Booking) -> datetime:
    """Until when the customer may."""
    return booking.starts_at - timedelta(minutes=booking.service.change_minutes)


def require_in_time(booking: Booking, at: datetime) -> None:
    """This will refuse what comes too late. Raises: TooLateToChange."""
    if not may_still_change(booking, at):
        raise TooLateToChange(TooLateToChange.__doc__)


def _to_come(booking_id: UUID) -> Booking:
    booking = hold_booking(booking_id)
    if booking.state != State.BOOKED:
        raise BookingOver(BookingOver.__doc__)
    return booking
