"""Holding the book, and then one booking: always in this order."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.bookings.models import TAKING, Booking, State
from zhoudao.rooms.bookings.refusals import BookingNotFound, BookingOver

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('bookings', 7))"
_AROUND = ("service", "store", "resource")


def hold_book() -> None:
    """This will have everybody else who takes a time wait until this transaction ends.

    One lock for all: people work in several stores. The constraints would refuse a second booking of the same time
    as well; under the lock the next free colleague is found instead.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def hold_booking(booking_id: UUID) -> Booking:
    """A booking that is to come or under way, locked. Raises: BookingNotFound, BookingOver."""
    rows = Booking.objects.select_for_update(of=("self",)).select_related(*_AROUND)
    booking = rows.filter(id=booking_id).exclude(state=State.HELD).first()
    if booking is None:
        raise BookingNotFound(BookingNotFound.__doc__)
    if booking.state not in TAKING:
        raise BookingOver(BookingOver.__doc__)
    return booking


def tell(booking: Booking, *facts: Fact, by: By, at: datetime) -> None:
    """This will record what happened to a held booking, to its customer and to its case."""
    about = [About("booking", booking.id), About("service", booking.service_id)]
    about += [About("customer", booking.customer_id)] if booking.customer_id else []
    about += [About("case", booking.case_id)] if booking.case_id else []
    about += [About("member", booking.person_id)] if booking.person_id else []
    here = By(by.actor, store_id=booking.store_id, channel=by.channel)
    record_all([Entry(fact, about) for fact in facts], at=at, by=here)


def whose(by: By) -> str:
    """Who changed it, as a code."""
    return "by_customer" if by.actor.startswith(("visitor:", "customer:")) else "by_us"
