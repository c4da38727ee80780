"""What bookings hold of a person, and its end."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.kit.ids import url_token
from zhoudao.rooms.bookings.models import Booking, State
from zhoudao.rooms.bookings.told import forget_told, note_of, told_of
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.customers.models import Identity


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their bookings, with what they said and what came of it; a phone that is only suggested opens nobody's."""
    rows = _theirs(ids, _phones(ids).filter(suggested=False)).exclude(state=State.HELD)
    return [
        {
            "number": booking.number,
            "store": booking.store.code,
            "starts_at": booking.starts_at.isoformat(),
            "state": booking.state,
            "outcome": booking.outcome,
            "told": asdict(told_of(booking)),
            "note": note_of(booking),
        }
        for booking in rows.select_related("store").order_by("starts_at", "id")
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy what they said and what was noted, and let the links to their bookings lead nowhere.

    What was to come is cancelled: nobody would know who comes.
    """
    bookings = list(_theirs(ids, _phones(ids)).select_for_update(of=("self",)).order_by("id"))
    for booking in bookings:
        booking.token = url_token()
        if booking.state in (State.HELD, State.BOOKED):
            booking.state, booking.ended_at = State.CANCELLED, at
    Booking.objects.bulk_update(bookings, ["token", "state", "ended_at"], batch_size=200)
    forget_told(bookings)


def _theirs(ids: Sequence[UUID], phones: QuerySet[Identity]) -> QuerySet[Booking]:
    """Linked to them, or made with a phone number of theirs."""
    return Booking.objects.filter(Q(customer_id__in=ids) | Q(phone_index__in=phones.values("value_index")))


def _phones(ids: Sequence[UUID]) -> QuerySet[Identity]:
    return Identity.objects.filter(customer_id__in=ids, kind="phone")


KEEPER = Keeper("bookings", held, forget)
