"""What becomes of a booking when its number is served, left, or called in vain."""

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.holding import tell
from zhoudao.rooms.bookings.commands.serving import begin
from zhoudao.rooms.bookings.events import BookingDone, BookingMissed
from zhoudao.rooms.bookings.models import HERE, Booking, State

TYPES = ("visits.ServingBegun", "visits.VisitFinished", "visits.NoShowNoted", "visits.QueueLeft")


@transaction.atomic
def on_event(event: Event) -> None:
    """This will follow the visit; safe to repeat. What came of it is written down by a person."""
    rows = Booking.objects.select_for_update(of=("self",)).select_related("service", "store")
    booking = rows.filter(visit=event.primary_id, state__in=HERE).first()
    if booking is None:
        return
    at, facts = event.occurred_at, list[Fact]()
    if event.type == "visits.ServingBegun":
        facts = begin(booking, at) if booking.state != State.SERVING else []
    elif event.type == "visits.VisitFinished":
        facts = begin(booking, at) if booking.state != State.SERVING else []
        booking.state, booking.ended_at = State.DONE, at
        facts.append(BookingDone(booking.number, "served"))
    else:
        booking.state, booking.ended_at = State.NO_SHOW, at
        facts = [BookingMissed(booking.number, booking.starts_at.isoformat())]
    booking.save(update_fields=["state", "arrived_at", "began_at", "ended_at"])
    tell(booking, *facts, by=By(event.actor), at=at)
