"""`/returns/{number}/pickup`: a courier fetches a return: offered, ordered, moved, called off."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Router, Status

from zhoudao.doors.api import operations
from zhoudao.doors.api.return_bodies import PickupIn, PickupItem, PickupMoveIn, PickupOffer, PickupTime
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import address_back
from zhoudao.rooms.aftersales.queries.listing import READ, WRITE, return_for
from zhoudao.rooms.aftersales.refusals import ReturnNotFound
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.pickups.commands.changing import call_off_pickup, move_pickup
from zhoudao.rooms.pickups.commands.ordering import Wish, book_pickup
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.queries.offering import live_pickup, offer_of, pickup_of
from zhoudao.rooms.pickups.refusals import PickupNotFound
from zhoudao.rooms.pickups.windows import windows

router = Router(tags=["returns"])


@operations.get(router, "/{return_number}/pickup/offer", scope="returns:read", answer=PickupOffer)
def offer(request: HttpRequest, return_number: str) -> PickupOffer:
    """Whether and when a courier can be ordered, and what its customer pays for that."""
    found = find_return(request, return_number, READ)
    known = offer_of(found, address_back(found)) if live_pickup(found) is None else None
    times = windows(clock.now(), ZoneInfo(found.store.zone), until=found.send_by) if known else []
    return PickupOffer(
        is_offered=known is not None,
        fee_minor=known.fee_minor if known else 0,
        currency=found.order.currency,
        times=[PickupTime(starts_at=one.starts_at, ends_at=one.ends_at) for one in times],
    )


@operations.post(router, "/{return_number}/pickup", scope="returns:write", answers={201: PickupItem})
def order(request: HttpRequest, return_number: str, wanted: PickupIn) -> Status[PickupItem]:
    """Order a courier, one at a time."""
    found = find_return(request, return_number, WRITE)
    given = wanted.dict(exclude={"starts_at", "fee_minor"})
    wish = Wish(wanted.starts_at, wanted.fee_minor, Recipient(**given))
    return Status(201, item(book_pickup(request_id=found.id, wish=wish, key=uuid7(), **_how(request))))


@operations.post(router, "/{return_number}/pickup/move", scope="returns:write", answers={200: PickupItem})
def move(request: HttpRequest, return_number: str, wanted: PickupMoveIn) -> PickupItem:
    """Have the courier come at another time: one that was ordered is called off first."""
    one = _pickup(find_return(request, return_number, WRITE))
    return item(move_pickup(pickup_id=one.id, starts_at=wanted.starts_at, **_how(request)))


@operations.post(router, "/{return_number}/pickup/cancel", scope="returns:write", answers={200: PickupItem})
def cancel(request: HttpRequest, return_number: str) -> PickupItem:
    """Have no courier come, as long as none has the goods."""
    one = _pickup(find_return(request, return_number, WRITE))
    return item(call_off_pickup(pickup_id=one.id, reason="colleague", **_how(request)))


def item(one: Pickup) -> PickupItem:
    """A pick-up as programs read it: no address, and nobody's name."""
    return PickupItem(**{name: getattr(one, name) for name in PickupItem.model_fields})


def find_return(request: HttpRequest, number: str, permission: str) -> ReturnRequest:
    """The return with this number, where this permission holds. Raises: ReturnNotFound."""
    found = return_for(viewer_in(request), number, permission)
    if found is None:
        raise ReturnNotFound(ReturnNotFound.__doc__)
    return found


def _pickup(found: ReturnRequest) -> Pickup:
    one = pickup_of(found)
    if one is None:
        raise PickupNotFound(PickupNotFound.__doc__)
    return one


def _how(request: HttpRequest) -> dict[str, Any]:
    return {"by": By(viewer_in(request).actor, channel="api"), "at": clock.now(), "real_now": datetime.now(UTC)}
