"""What a courier service says of a pick-up, noted: each thing once, whoever says it first."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.commands.fetching import note_fetched
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.events import carrier_word
from zhoudao.rooms.pickups.answers import (
    ASSIGNED,
    BOOKED,
    CANCELLED,
    COLLECTED,
    FAILED,
    REFUSED,
    UNHEARD,
    Said,
)
from zhoudao.rooms.pickups.commands.ending import call_off_now, fail, stick
from zhoudao.rooms.pickups.commands.holding import SYSTEM, hold_pickup, tell
from zhoudao.rooms.pickups.commands.ordering import order
from zhoudao.rooms.pickups.commands.waking import CLAIM, wake_sender
from zhoudao.rooms.pickups.events import PickupAssigned, PickupBooked, PickupCollected
from zhoudao.rooms.pickups.models import BEFORE_COURIER, CourierService, Pickup, State
from zhoudao.rooms.pickups.sealed import courier_of, seal_courier, sender_of
from zhoudao.rooms.pickups.windows import window_at

_PAUSES = (1, 1, 5, 10, 20, 30, 60, 120)  # minutes; then every two hours
_MOST_UNANSWERED = 10  # about half a day
_LATE = timedelta(hours=2)  # after its window: nobody said that it was fetched, so its service is asked
_SILENT = timedelta(hours=26)  # after its window: a person looks
_NOTE_EVERY = timedelta(minutes=1)


@transaction.atomic
def note_said(*, pickup_id: UUID, said: Said, at: datetime, real_now: datetime, attempt: int = 0) -> Pickup:
    """This will note what its service says of a pick-up: answering its `attempt`, or (0) by itself. Said twice is noted
    once, and what was overtaken changes nothing.

    Raises: PickupNotFound
    """
    pickup = hold_pickup(pickup_id)
    if said.what == UNHEARD:
        if attempt == pickup.attempts and pickup.state in (*BEFORE_COURIER, State.CANCELLING):
            _unheard(pickup, said, at, real_now)
        return pickup
    if said.what == REFUSED:
        if attempt == pickup.attempts and pickup.state in (State.ASKED, State.CANCELLING):
            _refused(pickup, said, at)
        return pickup
    is_new_face = _learn(pickup, said)
    if said.what == COLLECTED:
        _collected(pickup, at)
    elif pickup.is_live:
        _living(pickup, said, at, real_now, is_new_face=is_new_face)
    else:
        pickup.save()
    return pickup


@transaction.atomic
def hasten(*, pickup_id: UUID, real_now: datetime) -> None:
    """This will have a pick-up's service asked now instead of later: there is reason to.

    Raises: PickupNotFound
    """
    pickup = hold_pickup(pickup_id)
    if pickup.is_live and pickup.next_at and pickup.next_at > real_now + CLAIM:
        pickup.next_at = real_now
        pickup.save(update_fields=["next_at"])
        wake_sender(pickup.id)


def note_service(service: CourierService, *, trouble: str, real_now: datetime) -> None:
    """This will note whether a service answered, once a minute and when that changes: all its pick-ups share the
    row.
    """
    before = service.answered_at
    is_old = not trouble and (before is None or before + _NOTE_EVERY < real_now)
    if service.trouble != trouble or is_old:
        more = {} if trouble else {"answered_at": real_now}
        CourierService.objects.filter(id=service.id).update(trouble=trouble, **more)


def pause(count: int) -> timedelta:
    """How long to wait before the next attempt, after so many.

    >>> [pause(count) // timedelta(minutes=1) for count in (1, 3, 8, 50)]
    [1, 5, 120, 120]
    """
    return timedelta(minutes=_PAUSES[min(max(count, 1), len(_PAUSES)) - 1])


def _learn(pickup: Pickup, said: Said) -> bool:
    """What it is called there, its parcel, and who comes; returns whether that is somebody new. The caller saves it.
    What is being called off counts its attempts until it is.
    """
    pickup.is_unsure = False
    pickup.unanswered = pickup.unanswered if pickup.state == State.CANCELLING else 0
    pickup.task, pickup.reference = said.task[:80] or pickup.task, said.reference[:80] or pickup.reference
    pickup.tracking_number = said.tracking_number[:40] or pickup.tracking_number
    is_new = bool(said.courier.name or said.courier.phone) and said.courier != courier_of(pickup)
    if is_new:
        seal_courier(pickup, pickup.request.order.customer.key_id, said.courier)
    return is_new


def _living(pickup: Pickup, said: Said, at: datetime, real_now: datetime, *, is_new_face: bool) -> None:
    if said.what in (FAILED, CANCELLED) and pickup.called_off_for:
        _called_off(pickup, at, real_now)
    elif said.what in (FAILED, CANCELLED):
        fail(pickup, said.trouble or "carrier_cancelled", at=at)
    elif pickup.state == State.CANCELLING:
        _still_there(pickup, said, at, real_now)
    elif pickup.called_off_for:
        pickup.save()  # a person looks at what is not called off
    else:
        _goes_on(pickup, said, at, real_now, is_new_face=is_new_face)


def _goes_on(pickup: Pickup, said: Said, at: datetime, real_now: datetime, *, is_new_face: bool) -> None:
    """It is ordered, or its courier is named: told once each."""
    before, request = pickup.state, pickup.request
    if pickup.ends_at + _SILENT < at:
        stick(pickup, "silent", at=at)
        return
    is_fresh = before in (State.ASKED, State.STUCK)
    pickup.state = State.ASSIGNED if said.what == ASSIGNED else State.BOOKED if is_fresh else before
    pickup.trouble = ""
    pickup.next_at = real_now + max(pickup.ends_at + _LATE - at, timedelta(hours=2))
    pickup.save()
    if is_fresh:
        fact = PickupBooked(request.number, pickup.number, carrier_word(pickup.carrier), pickup.starts_at.isoformat())
        tell(pickup, fact, by=SYSTEM, at=at)
    if said.what == ASSIGNED and (before != State.ASSIGNED or is_new_face):
        tell(pickup, PickupAssigned(request.number, pickup.number), by=SYSTEM, at=at)


def _still_there(pickup: Pickup, said: Said, at: datetime, real_now: datetime) -> None:
    """It is to be called off, and its service has it: now it has a name to be called off by. After some attempts that
    changed nothing a person looks.
    """
    if pickup.unanswered >= _MOST_UNANSWERED:
        stick(pickup, "not_cancelled", at=at)
        return
    is_told_at_last = said.what == BOOKED and not pickup.trouble
    pickup.next_at = real_now if is_told_at_last else real_now + pause(pickup.unanswered)
    pickup.trouble = "busy"
    pickup.save()
    if is_told_at_last:
        wake_sender(pickup.id)


def _collected(pickup: Pickup, at: datetime) -> None:
    """The goods are with the courier, also of one that was called off or given up: then nobody agreed to pay for it."""
    request = pickup.request
    if pickup.state != State.COLLECTED:
        fee = pickup.fee_minor if pickup.is_live and not pickup.called_off_for else 0
        pickup.state, pickup.next_at, pickup.trouble = State.COLLECTED, None, ""
        pickup.collected_at, pickup.ended_at = at, pickup.ended_at or at
        pickup.save()
        said = (request.number, pickup.number, carrier_word(pickup.carrier), fee, request.order.currency)
        tell(pickup, PickupCollected(*said), by=SYSTEM, at=at)
    else:
        fee = request.fetched_minor or 0
        pickup.save()
    label = Label(pickup.carrier, pickup.tracking_number)
    note_fetched(request_id=request.id, fee_minor=fee, label=label, by=SYSTEM, at=at)


def _called_off(pickup: Pickup, at: datetime, real_now: datetime) -> None:
    """No courier comes; where it was moved, another is ordered, if the time that was chosen can still be had."""
    then, request = pickup.then_starts_at, pickup.request
    call_off_now(pickup, by=SYSTEM, at=at)
    if then is None:
        return
    service = CourierService.objects.filter(code=pickup.service, is_active=True).first()
    window = window_at(then, at, ZoneInfo(request.store.zone), until=request.send_by)
    if service is None or window is None:
        return
    sender = sender_of(pickup)
    order(
        request,
        service,
        window,
        sender,
        pickup.fee_minor,
        key=uuid7(),
        is_moved=True,
        by=SYSTEM,
        at=at,
        real_now=real_now,
    )


def _unheard(pickup: Pickup, said: Said, at: datetime, real_now: datetime) -> None:
    pickup.is_unsure = pickup.is_unsure or (said.is_asked and not pickup.task)
    if pickup.unanswered >= _MOST_UNANSWERED:
        if pickup.state == State.CANCELLING:
            stick(pickup, "not_cancelled", at=at)
        elif pickup.task and pickup.ends_at + _SILENT > at:
            pickup.next_at = real_now + timedelta(hours=6)
            pickup.save()
        else:
            stick(pickup, "silent" if pickup.task else "no_answer", at=at)
        return
    pickup.trouble, pickup.next_at = said.trouble, real_now + pause(pickup.unanswered)
    pickup.save(update_fields=["is_unsure", "trouble", "next_at"])


def _refused(pickup: Pickup, said: Said, at: datetime) -> None:
    """A refusal of what was told before, and of which nothing was heard, says nothing of what that came to."""
    if pickup.is_unsure:
        stick(pickup, "unsure", at=at)
    elif pickup.state == State.CANCELLING:
        call_off_now(pickup, by=SYSTEM, at=at)
    else:
        fail(pickup, said.trouble, at=at)
