"""Pick-ups on their way to a courier service: begun, and committed, before it hears of them.

All moments here are real: a company's own clock may be set, a courier service's is not.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.queries.for_customers import Address, address_back
from zhoudao.rooms.pickups.commands.ending import call_off_now, fail, stick
from zhoudao.rooms.pickups.commands.holding import SYSTEM, hold_pickup
from zhoudao.rooms.pickups.commands.waking import CLAIM
from zhoudao.rooms.pickups.models import CourierService, Pickup, State

BOOK, CALL_OFF, ASK = "book", "call_off", "ask"
_BEFORE_END = (State.ASKED, State.BOOKED, State.ASSIGNED, State.CANCELLING)


@frozen
class Errand:
    """What is to be done for one pick-up with its service: `book`, `call_off` or `ask`; `goal`: where the goods go."""

    what: str
    pickup: Pickup
    service: CourierService
    goal: Address


@transaction.atomic(durable=True)
def begin_errand(*, pickup_id: UUID, at: datetime, real_now: datetime) -> Errand | None:
    """This will note that a due pick-up's service is about to be told or asked, and commit that before anybody does;
    nothing when it is not due, such as when somebody else has just begun.

    Raises: PickupNotFound
    """
    pickup = hold_pickup(pickup_id)
    if pickup.state not in _BEFORE_END or pickup.next_at is None or pickup.next_at > real_now:
        return None
    service, is_first = CourierService.objects.filter(code=pickup.service).first(), not pickup.attempts
    if service is None or (is_first and not service.is_active):
        _let_go(pickup, at)
        return None
    pickup.attempts, pickup.unanswered, pickup.next_at = pickup.attempts + 1, pickup.unanswered + 1, real_now + CLAIM
    pickup.told_at = pickup.told_at or real_now
    pickup.save(update_fields=["attempts", "unanswered", "next_at", "told_at"])
    return Errand(_what(pickup), pickup, service, address_back(pickup.request))


def _what(pickup: Pickup) -> str:
    """One that is called off before its service answered is told again first: under the same number that names the
    courier that was ordered, who is then called off.
    """
    if not pickup.task:
        return BOOK
    return CALL_OFF if pickup.state == State.CANCELLING else ASK


def _let_go(pickup: Pickup, at: datetime) -> None:
    """One that no service was told of just ends; of another nobody knows whether a courier comes."""
    if pickup.attempts:
        stick(pickup, "lost", at=at)
    elif pickup.state == State.CANCELLING:
        call_off_now(pickup, by=SYSTEM, at=at)
    else:
        fail(pickup, "gone", at=at)
