"""What carriers say of parcels, and what it changes: each thing once, in whatever order it comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.tracking import Mark, Standing, fold
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import tell as tell_order
from zhoudao.rooms.orders.events import OrderCompleted, OrderDelivered
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order
from zhoudao.rooms.parcels.commands.holding import hold_parcel, tell
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.numbers import lock_numbers
from zhoudao.rooms.parcels.events import ParcelMoved, carrier_word
from zhoudao.rooms.parcels.models import Parcel, State, TrackingEvent
from zhoudao.rooms.parcels.queries.lists import left_of
from zhoudao.rooms.parcels.told import Said, Told

HAND, CLOCK = "hand", "clock"
SILENCE = timedelta(days=30)
_FIELDS = ("occurred_at", "state", "place", "key")


@transaction.atomic
def note_told(*, told: Told, source: str, at: datetime) -> Parcel | None:
    """This will keep what a carrier says of a number and have its parcel stand where it then stands; None when no
    parcel of ours has this number (yet): it joins when one appears. What was said before changes nothing.
    """
    lock_numbers([Label(told.carrier, told.tracking_number)])
    found = Parcel.objects.filter(carrier=told.carrier, tracking_number=told.tracking_number).values_list("id").first()
    if not _keep(told, found[0] if found else None, source, at) or found is None:
        return Parcel.objects.get(id=found[0]) if found else None
    order, parcel = hold_parcel(found[0])
    if told.expected_at is not None:
        Parcel.objects.filter(id=parcel.id).update(expected_at=told.expected_at)
        parcel.expected_at = told.expected_at
    stand_anew(order, parcel, by=By(f"tracking:{source}"), at=at)
    return parcel


@transaction.atomic
def note_by_hand(*, parcel_id: UUID, state: str, by: By, at: datetime) -> Parcel:
    """This will note what a colleague knows of a parcel: that it was delivered, or something is wrong.

    Raises: ParcelNotFound
    """
    order, parcel = hold_parcel(parcel_id)
    said = Said(at, State(state).value, text=by.actor)
    TrackingEvent.objects.bulk_create(
        [_event(said, Label(parcel.carrier, parcel.tracking_number), parcel.id, HAND, at)]
    )
    stand_anew(order, parcel, by=by, at=at)
    return parcel


@transaction.atomic
def expire_parcel(parcel_id: UUID, *, at: datetime) -> None:
    """This will note that nothing was heard of a parcel for thirty days."""
    order, parcel = hold_parcel(parcel_id)
    last = parcel.heard_at or parcel.handed_over_at
    if parcel.delivered_at is not None or parcel.state == State.EXPIRED or last + SILENCE > at:
        return
    said = Said(last + SILENCE, State.EXPIRED)
    TrackingEvent.objects.bulk_create(
        [_event(said, Label(parcel.carrier, parcel.tracking_number), parcel.id, CLOCK, at)]
    )
    stand_anew(order, parcel, by=By("system:parcels"), at=at)


def silent_since(at: datetime, *, limit: int) -> Iterable[UUID]:
    """Parcels under way of which nothing was heard for thirty days."""
    rows = Parcel.objects.filter(delivered_at=None, is_history=False).exclude(state=State.EXPIRED)
    rows = rows.filter(handed_over_at__lte=at - SILENCE).exclude(heard_at__gt=at - SILENCE)
    return rows.order_by("handed_over_at", "id").values_list("id", flat=True)[:limit]


def join_waiting(order: Order, parcel: Parcel, *, by: By, at: datetime) -> None:
    """This will give a new parcel what was said of its number before it appeared; the number is held."""
    rows = TrackingEvent.objects.filter(parcel=None, carrier=parcel.carrier, tracking_number=parcel.tracking_number)
    if parcel.tracking_number and rows.update(parcel=parcel):
        stand_anew(order, parcel, by=by, at=at)


def stand_anew(order: Order, parcel: Parcel, *, by: By, at: datetime) -> None:
    """This will have a held parcel, and its order, stand where everything that was said of it leaves them."""
    rows = list(TrackingEvent.objects.filter(parcel=parcel).values_list(*_FIELDS))
    now = fold(Mark(when, state, place, bytes(key)) for when, state, place, key in rows)
    before, parcel.version = parcel.state, len(rows)
    if now.last_at != parcel.heard_at:
        parcel.stuck_at = None
        parcel.look_at = None if parcel.is_history or now.delivered_at else at
    parcel.state, parcel.delivered_at = now.state, now.delivered_at
    parcel.heard_at, parcel.place = now.last_at, now.place
    parcel.save(update_fields=["state", "version", "delivered_at", "heard_at", "place", "stuck_at", "look_at"])
    if before == parcel.state:
        return
    fact = ParcelMoved(
        order.number,
        str(parcel.id),
        carrier_word(parcel.carrier),
        f"parcel_{parcel.state}",
        f"parcel_{before}",
        parcel.is_history,
        at.isoformat(),
    )
    tell(order, parcel, fact, by=by, at=_moment(now, at))
    if parcel.state == State.DELIVERED:
        _arrive(order, by=by, at=at)


def _keep(told: Told, parcel_id: UUID | None, source: str, at: datetime) -> int:
    """How many of these were not known; the number is held, so nobody else keeps them meanwhile."""
    new = {one.key: one for one in told.said}
    known = TrackingEvent.objects.filter(
        carrier=told.carrier, tracking_number=told.tracking_number, key__in=list(new)
    ).values_list("key", flat=True)
    for key in known:
        del new[bytes(key)]
    label = Label(told.carrier, told.tracking_number)
    TrackingEvent.objects.bulk_create(_event(one, label, parcel_id, source, at) for one in new.values())
    return len(new)


def _event(said: Said, label: Label, parcel_id: UUID | None, source: str, at: datetime) -> TrackingEvent:
    return TrackingEvent(
        parcel_id=parcel_id,
        carrier=label.carrier,
        tracking_number=label.tracking_number,
        key=said.key if label.tracking_number else said.key[:8] + (parcel_id or UUID(int=0)).bytes[-8:],
        occurred_at=said.at,
        state=said.state,
        place=said.place,
        text="" if source == HAND else said.text,
        source=source,
        recorded_at=at,
    )


def _moment(now: Standing, at: datetime) -> datetime:
    """When it happened, as the carrier says; not later than we heard of it."""
    return min(now.since or at, at)


def _arrive(order: Order, *, by: By, at: datetime) -> None:
    """All of an order that was handed over whole, and whose parcels all arrived, is delivered, and with it over."""
    parcels = list(Parcel.objects.filter(order=order).values_list("delivered_at", flat=True))
    if order.fulfilment != Fulfilment.SHIPPED or None in parcels or left_of(order):
        return
    delivered_at = max(filter(None, parcels))
    order.fulfilment, order.delivered_at = Fulfilment.DELIVERED, delivered_at
    is_late = order.promised_at is not None and delivered_at > order.promised_at
    tell_order(order, OrderDelivered(order.number, is_late), by=by, at=min(delivered_at, at))
    if order.commercial == Commercial.APPROVED:
        order.commercial, order.completed_at = Commercial.COMPLETED, at
        tell_order(order, OrderCompleted(order.number), by=by, at=at)
    order.save(update_fields=["fulfilment", "delivered_at", "commercial", "completed_at"])
