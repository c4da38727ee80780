"""Moving a pick-up, calling it off, and what a person does with one that is stuck."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.pickups.commands.ending import call_off_now, fail
from zhoudao.rooms.pickups.commands.holding import hold_pickup, tell
from zhoudao.rooms.pickups.commands.ordering import chosen
from zhoudao.rooms.pickups.commands.waking import CLAIM, wake_sender
from zhoudao.rooms.pickups.events import PickupAsked, PickupSentAgain
from zhoudao.rooms.pickups.models import CourierService, Pickup, State
from zhoudao.rooms.pickups.refusals import PickupTooFar, PickupTooOld

KNOWN_FOR = timedelta(hours=47)  # their service remembers a number for 48 hours, and orders anew after that


@transaction.atomic
def call_off_pickup(*, pickup_id: UUID, reason: str, by: By, at: datetime, real_now: datetime) -> Pickup:
    """This will have no courier come, as long as none has the goods; twice is once. What its service may know of is
    called off there first.

    Raises: PickupNotFound, PickupTooFar
    """
    pickup = hold_pickup(pickup_id)
    if pickup.state == State.CANCELLED:
        return pickup
    if pickup.state == State.CANCELLING:
        pickup.then_starts_at, pickup.called_off_for = None, reason
        pickup.save(update_fields=["then_starts_at", "called_off_for"])
        return pickup
    _begin(pickup, reason, by, at, real_now)
    return pickup


@transaction.atomic
def move_pickup(*, pickup_id: UUID, starts_at: datetime, by: By, at: datetime, real_now: datetime) -> Pickup:
    """This will have the courier come at another time: one that was ordered is called off, and another one ordered once
    that is done.

    Raises: PickupNotFound, PickupTooFar, WindowGone
    """
    pickup = hold_pickup(pickup_id)
    if not (pickup.may_change or pickup.state == State.CANCELLING):
        raise PickupTooFar(PickupTooFar.__doc__)
    window = chosen(pickup.request, starts_at, at)
    if pickup.state == State.CANCELLING:
        pickup.then_starts_at, pickup.called_off_for = starts_at, "moved"
        pickup.save(update_fields=["then_starts_at", "called_off_for"])
    elif pickup.starts_at == starts_at:
        return pickup
    elif not pickup.attempts:
        pickup.starts_at, pickup.ends_at = window.starts_at, window.ends_at
        pickup.save(update_fields=["starts_at", "ends_at"])
        request = pickup.request
        said = (
            request.number,
            pickup.number,
            starts_at.astimezone(UTC).isoformat(),
            pickup.fee_minor,
            request.order.currency,
        )
        tell(pickup, PickupAsked(*said, is_moved=True), by=by, at=at)
    else:
        pickup.then_starts_at = starts_at
        _begin(pickup, "moved", by, at, real_now)
    return pickup


@transaction.atomic
def send_again(*, pickup_id: UUID, by: By, at: datetime, real_now: datetime) -> Pickup:
    """This will have a stuck pick-up's service told or asked again, under the same number: as long as it is remembered
    there, that orders no second courier.

    Raises: PickupNotFound, PickupTooFar, PickupTooOld
    """
    pickup = hold_pickup(pickup_id)
    if pickup.state != State.STUCK or not CourierService.objects.filter(code=pickup.service).exists():
        raise PickupTooFar(PickupTooFar.__doc__)
    if not pickup.task and pickup.told_at is not None and pickup.told_at + KNOWN_FOR < real_now:
        raise PickupTooOld(PickupTooOld.__doc__)
    back = State.CANCELLING if pickup.called_off_for else State.BOOKED if pickup.task else State.ASKED
    pickup.state, pickup.trouble, pickup.unanswered, pickup.next_at = back, "", 0, real_now
    pickup.save(update_fields=["state", "trouble", "unanswered", "next_at"])
    tell(pickup, PickupSentAgain(pickup.request.number, pickup.number), by=by, at=at)
    wake_sender(pickup.id)
    return pickup


@transaction.atomic
def give_up(*, pickup_id: UUID, by: By, at: datetime) -> Pickup:
    """This will end a stuck pick-up for somebody who looked on the service's own pages: no courier is ordered.

    Raises: PickupNotFound, PickupTooFar
    """
    pickup = hold_pickup(pickup_id)
    if pickup.state == State.FAILED and pickup.trouble == "by_hand":
        return pickup
    if pickup.state != State.STUCK:
        raise PickupTooFar(PickupTooFar.__doc__)
    fail(pickup, "by_hand", by=by, at=at)
    return pickup


def _begin(pickup: Pickup, reason: str, by: By, at: datetime, real_now: datetime) -> None:
    if not pickup.may_change:
        raise PickupTooFar(PickupTooFar.__doc__)
    pickup.called_off_for = reason
    if not pickup.attempts:
        call_off_now(pickup, by=by, at=at)
        return
    # One that is just being told is waited for: its answer names what is to be called off.
    waits = real_now + CLAIM if pickup.task == "" else real_now
    pickup.next_at = min(pickup.next_at or waits, waits)
    pickup.state, pickup.unanswered, pickup.trouble = State.CANCELLING, 0, ""
    pickup.save()
    wake_sender(pickup.id)
