"""Ordering a courier for a return: at most one at a time, for what it was said to cost."""

from dataclasses import field
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.commands.holding import hold_return
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import address_back
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.pickups.commands.holding import tell
from zhoudao.rooms.pickups.commands.waking import wake_sender
from zhoudao.rooms.pickups.events import PickupAsked
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.queries.offering import known_sender, live_pickup, offer_of, sender_with
from zhoudao.rooms.pickups.refusals import FeeChanged, PickupNotOffered, PickupThere, SenderUnsound, WindowGone
from zhoudao.rooms.pickups.sealed import seal_sender
from zhoudao.rooms.pickups.windows import Window, window_at


@frozen
class Wish:
    """When a courier shall come (a window's beginning), and who gives it where: what is left empty is as it was
    delivered. `fee_minor` is what was shown that it costs.
    """

    starts_at: datetime
    fee_minor: int
    sender: Recipient = field(default_factory=Recipient)


@transaction.atomic
def book_pickup(*, request_id: UUID, wish: Wish, key: UUID, by: By, at: datetime, real_now: datetime) -> Pickup:
    """This will have a courier ordered for a return. The same `key` twice is one courier.

    Raises: ReturnNotFound, PickupThere, PickupNotOffered, WindowGone, FeeChanged, SenderUnsound
    """
    _order, request = hold_return(request_id)
    if before := Pickup.objects.filter(key=key, request=request).first():
        return before
    if live_pickup(request) is not None:
        raise PickupThere(PickupThere.__doc__)
    offer = offer_of(request, address_back(request))
    if offer is None:
        raise PickupNotOffered(PickupNotOffered.__doc__)
    if wish.fee_minor != offer.fee_minor:
        raise FeeChanged(FeeChanged.__doc__)
    window = chosen(request, wish.starts_at, at)
    sender = sender_with(known_sender(request), wish.sender)
    if sender is None:
        raise SenderUnsound(SenderUnsound.__doc__)
    return order(request, offer.service, window, sender, wish.fee_minor, key=key, by=by, at=at, real_now=real_now)


def chosen(request: ReturnRequest, starts_at: datetime, at: datetime) -> Window:
    """The window that begins then. Raises: WindowGone."""
    window = window_at(starts_at, at, ZoneInfo(request.store.zone), until=request.send_by)
    if window is None:
        raise WindowGone(WindowGone.__doc__)
    return window


def order(
    request: ReturnRequest,
    service: CourierService,
    window: Window,
    sender: Recipient,
    fee_minor: int,
    *,
    key: UUID,
    is_moved: bool = False,
    by: By,
    at: datetime,
    real_now: datetime,
) -> Pickup:
    """This will keep a courier's order for a held return, to be told to its service."""
    pickup = Pickup(
        number=f"P{at.year}-{_next():06d}",
        request=request,
        service=service.code,
        carrier=service.config.get("carrier", ""),
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        fee_minor=fee_minor,
        key=key,
        asked_at=at,
        asked_by=by.actor,
        next_at=real_now,
    )
    seal_sender(pickup, request.order.customer.key_id, sender)
    pickup.save(force_insert=True)
    fact = PickupAsked(
        request.number,
        pickup.number,
        window.starts_at.astimezone(UTC).isoformat(),
        fee_minor,
        request.order.currency,
        is_moved=is_moved,
    )
    tell(pickup, fact, by=by, at=at)
    wake_sender(pickup.id)
    return pickup


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('pickup_number')")
        return int(cursor.fetchone()[0])
