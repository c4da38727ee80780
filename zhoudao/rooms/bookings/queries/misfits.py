"""Bookings that no longer fit: whoever was to do it is away, off shift or gone, or the store offers it no more."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.rooms.bookings.models import Booking, Offer, State
from zhoudao.rooms.bookings.queries.slots import Free, Now, free_times
from zhoudao.rooms.bookings.slots import fits
from zhoudao.rooms.bookings.staffing import Crew, crew, shape_of

AHEAD = timedelta(days=60)
MOST = 200
SUGGESTED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
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
    """What no longer fits, and why (four statements a service)."""
    rows = Booking.objects.filter(store=store_id, state=State.BOOKED, starts_at__gt=at, starts_at__lt=at + AHEAD)
    by_service: dict[UUID, list[Booking]] = defaultdict(list)
    for booking in rows.select_related("service", "store", "person").order_by("starts_at", "id")[:MOST]:
        by_service[booking.service_id].append(booking)
    found = []
    for service_id, bookings in by_service.items():
        offer = _offer(service_id, store_id)
        around = timedelta(hours=12)
        span = (bookings[0].starts_at - around, bookings[-1].ends_at + around)
        who = crew(offer, *span) if offer is not None else None
        found += [(one, why, offer) for one in bookings if (why := _why(one, who))]
    return sorted(found, key=lambda one: (one[0].starts_at, one[0].id))


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


def _offer(service_id: UUID, store_id: UUID) -> Offer | None:
    rows = Offer.objects.filter(service=service_id, store=store_id, is_on=True, service__retired_at=None)
    return rows.select_related("service", "store", "resource").first()
