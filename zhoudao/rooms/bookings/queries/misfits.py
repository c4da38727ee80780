"""Bookings that no longer fit: whoever was to do it is away, off shift or gone, or the store offers it no more."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.crews import crews
from zhoudao.rooms.bookings.models import Booking, Offer, State
from zhoudao.rooms.bookings.queries.slots import Free, Now, free_times
from zhoudao.rooms.bookings.slots import fits
from zhoudao.rooms.bookings.staffing import Crew, shape_of

AHEAD = timedelta(days=60)
MOST = 200
SUGGESTED_WITHIN = timedelta(days=7)


@frozen
class Misfit:
    """A booking, why it does not fit (away, closed, not_offered), and what could be instead."""

    booking: Booking
    why: str
    colleague_id: UUID | None  # free at the same time
    next: Free | None  # else the next time


def misfits_in(store_id: UUID, now: Now) -> list[Misfit]:
    """What no longer fits in a store, the soonest first, each with a suggestion."""
    found = []
    for booking, why, offer in unfit(store_id, at=now.at):
        same, following = _instead(booking, offer, now) if offer is not None else (None, None)
        found.append(Misfit(booking, why, same, following))
    return found


def unfit(store_id: UUID, *, at: datetime) -> list[tuple[Booking, str, Offer | None]]:
    """What no longer fits, and why (at most seven statements, however many services and bookings)."""
    rows = Booking.objects.filter(store=store_id, state=State.BOOKED, starts_at__gt=at, starts_at__lt=at + AHEAD)
    bookings = list(rows.select_related("service", "store", "person").order_by("starts_at", "id")[:MOST])
    if not bookings:
        return []
    offers = {one.service_id: one for one in _offers({one.service_id for one in bookings}, store_id)}
    around = timedelta(hours=12)
    who = crews(list(offers.values()), bookings[0].starts_at - around, max(one.ends_at for one in bookings) + around)
    found = []
    for booking in bookings:
        offer = offers.get(booking.service_id)
        if why := _why(booking, who[offer.id] if offer else None):
            found.append((booking, why, offer))
    return found


def _why(booking: Booking, who: Crew | None) -> str:
    if who is None:
        return "not_offered"
    shape = shape_of(booking.service)
    if not fits(shape, booking.starts_at, who.store_open):
        return "closed"
    person = booking.person_id
    return "away" if person and not fits(shape, booking.starts_at, who.open_.get(person, [])) else ""


def _instead(booking: Booking, offer: Offer, now: Now) -> tuple[UUID | None, Free | None]:
    first = booking.starts_at.date()
    last = first + SUGGESTED_WITHIN
    times = free_times(offer, (first, last), now, besides=booking.id, is_ours=True)
    same = next((one for one in times if one.starts_at == booking.starts_at), None)
    if same is not None:
        return next(iter(same.people), None), same
    return None, next((one for one in times if one.starts_at > booking.starts_at), None)


def _offers(service_ids: set[UUID], store_id: UUID) -> QuerySet[Offer]:
    rows = Offer.objects.filter(service__in=service_ids, store=store_id, is_on=True, service__retired_at=None)
    return rows.select_related("service", "store", "resource")
