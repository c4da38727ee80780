"""What returns tell of themselves: nobody fetches what came otherwise, or does not come at all."""

from datetime import UTC, datetime

from django.db import transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.pickups.commands.answering import hasten
from zhoudao.rooms.pickups.commands.changing import call_off_pickup
from zhoudao.rooms.pickups.commands.holding import SYSTEM
from zhoudao.rooms.pickups.models import BEFORE_COURIER, Pickup

TYPES = (
    "aftersales.ReturnWithdrawn",
    "aftersales.ReturnExpired",
    "aftersales.ReturnSent",
    "aftersales.ReturnReceived",
)


@transaction.atomic
def on_event(event: Event) -> None:
    """This will call off the courier of a return that came otherwise or is over; one whose own parcel it is is asked
    about, as it was fetched and nobody said so.
    """
    pickup = Pickup.objects.filter(request_id=event.primary_id, state__in=BEFORE_COURIER).first()
    if pickup is None:
        return
    request, real_now = ReturnRequest.objects.get(id=event.primary_id), datetime.now(UTC)
    if pickup.tracking_number and request.tracking_number == pickup.tracking_number:
        hasten(pickup_id=pickup.id, real_now=real_now)
        return
    call_off_pickup(pickup_id=pickup.id, reason="over", by=SYSTEM, at=event.occurred_at, real_now=real_now)
