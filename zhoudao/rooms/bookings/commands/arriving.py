"""They are in the store: noted, and given their place in its queue, by their appointment."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.holding import hold_booking, tell
from zhoudao.rooms.bookings.commands.serving import arrive
from zhoudao.rooms.bookings.models import Booking, Offer, State
from zhoudao.rooms.bookings.told import told_of
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.refusals import VisitRefused
from zhoudao.rooms.visits.told import Told

GRACE = timedelta(minutes=15)  # later they wait like everybody who comes


@transaction.atomic
def check_in(*, booking_id: UUID, source: str, by: By, at: datetime) -> Booking:
    """This will note an arrival; where the store has a line for it, they get a number that is called at their time.

    Twice is once. Raises: BookingNotFound, BookingOver
    """
    booking = hold_booking(booking_id)
    if booking.state != State.BOOKED:
        return booking
    facts = arrive(booking, at)
    booking.visit = _number(booking, source, by, at)
    booking.save(update_fields=["state", "arrived_at", "visit"])
    tell(booking, *facts, by=by, at=at)
    return booking


def _number(booking: Booking, source: str, by: By, at: datetime) -> Visit | None:
    offer = Offer.objects.filter(service=booking.service_id, store=booking.store_id).first()
    if offer is None or offer.need_id is None:
        return None
    told = told_of(booking)
    case_number = booking.case.number if booking.case else ""
    asked = Asked(
        booking.store_id,
        offer.need_id,
        booking.id,
        source,
        Told(told.name, told.phone, case_number),
        due_at=booking.starts_at if at <= booking.starts_at + GRACE else None,
        for_user_id=booking.person_id,
    )
    with suppress(VisitRefused), transaction.atomic():  # no numbers are given now: a colleague fetches them
        visit = take_number(asked, at=at, by=by)
        visit.customer_id = booking.customer_id
        visit.conversation_id = booking.case.conversation_id if booking.case else None
        visit.save(update_fields=["customer", "conversation"])
        return visit
    return None
