"""Taking a time: held for a few minutes while a form is filled in, then booked; or booked at once by a colleague."""

from dataclasses import field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.bookings.commands.calling import plan_call
from zhoudao.rooms.bookings.commands.holding import hold_book, tell
from zhoudao.rooms.bookings.commands.telling import plan_letters
from zhoudao.rooms.bookings.events import BookingMade
from zhoudao.rooms.bookings.models import Booking, Offer, State
from zhoudao.rooms.bookings.queries.slots import Free, Now, is_still_free, offer_of
from zhoudao.rooms.bookings.refusals import BookingNotFound, HoldOver, ServiceUnknown, SlotTaken
from zhoudao.rooms.bookings.slots import Shape
from zhoudao.rooms.bookings.staffing import shape_of
from zhoudao.rooms.bookings.told import Told, completed, seal_told, sound
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.meeting import find_or_create_customer
from zhoudao.rooms.customers.models import Customer

HELD_FOR = timedelta(minutes=8)  # of real time
OWN = "bookings"  # the scope of what people say of themselves when they book: finds their record, opens no history


@frozen
class Slot:
    """A time in a store. `person_id` None: whoever has least to do that day."""

    service_id: UUID
    store_id: UUID
    starts_at: datetime
    person_id: UUID | None = None


@frozen
class Asked:
    """A booking is wanted. `asked_id` is the form's own: twice is one booking. `source`: portal, desk, api."""

    slot: Slot
    asked_id: UUID
    source: str
    told: Told = field(default_factory=Told)
    customer_id: UUID | None = None
    case_id: UUID | None = None
    language: str = "zh-Hans"
    is_ours: bool = False  # a colleague books: lead time and horizon do not bind
    may_text: bool = False  # they agree to text messages about it


@transaction.atomic
def hold_slot(slot: Slot, *, asked_id: UUID, source: str, now: Now, let_go: UUID | None = None) -> Booking:
    """This will keep a time for eight minutes. `let_go`: the hold the same person had before is free again.

    Raises: ServiceUnknown, SlotTaken
    """
    hold_book()
    if let_go is not None:
        Booking.objects.filter(id=let_go, state=State.HELD).delete()
    known = Booking.objects.filter(asked_id=asked_id).first()
    if known is not None:
        return known
    booking = _taken(slot, asked_id, source, now, is_ours=False)
    booking.state, booking.held_until = State.HELD, now.real + HELD_FOR
    booking.save(force_insert=True)
    return booking


@transaction.atomic
def confirm_hold(
    *,
    token: str,
    told: Told,
    case_id: UUID | None = None,
    customer_id: UUID | None = None,
    language: str = "zh-Hans",
    may_text: bool = False,
    by: By | None = None,
    now: Now,
) -> Booking:
    """This will make a booking of a hold; sent twice it is one booking.

    Raises: BookingNotFound, HoldOver, ContactMissing, ContactUnsound
    """
    hold_book()
    rows = Booking.objects.select_for_update(of=("self",)).select_related("service", "store")
    booking = rows.filter(token=token).first()
    if booking is None:
        raise BookingNotFound(BookingNotFound.__doc__)
    if booking.state != State.HELD:
        return booking
    if booking.held_until is None or booking.held_until <= now.real:
        raise HoldOver(HoldOver.__doc__)
    case = Case.objects.filter(id=case_id).first() if case_id else None
    by = by or By(f"visitor:{booking.id}", store_id=booking.store_id)
    slot = Slot(booking.service_id, booking.store_id, booking.starts_at, booking.person_id)
    asked = Asked(slot, booking.asked_id, booking.source, told, customer_id=customer_id, language=language)
    booking.may_text = may_text
    _write_down(booking, asked, case, by, now)
    booking.held_until = None
    booking.save()
    _tell_made(booking, by, now.at)
    return booking


@transaction.atomic
def book(asked: Asked, *, by: By, now: Now) -> Booking:
    """This will book a time at once, once for each `asked_id`.

    Raises: ServiceUnknown, SlotTaken, ContactMissing, ContactUnsound
    """
    hold_book()
    known = Booking.objects.filter(asked_id=asked.asked_id).first()
    if known is not None:
        return known
    case = Case.objects.filter(id=asked.case_id).first() if asked.case_id else None
    booking = _taken(asked.slot, asked.asked_id, asked.source, now, is_ours=asked.is_ours)
    booking.may_text = asked.may_text
    _write_down(booking, asked, case, by, now)
    booking.save(force_insert=True)
    _tell_made(booking, by, now.at)
    return booking


def let_go_of_expired(*, real_now: datetime) -> int:
    """This will free the times nobody confirmed; returns how many."""
    return Booking.objects.filter(state=State.HELD, held_until__lte=real_now).delete()[0]


def release_hold(token: str) -> None:
    """This will free a time whose form was left."""
    Booking.objects.filter(token=token, state=State.HELD).delete()


def find_slot(slot: Slot, now: Now, *, besides: UUID | None = None, is_ours: bool) -> tuple[Offer, Free]:
    """The offer, and who and what is free then. The caller holds the book. Raises: ServiceUnknown, SlotTaken."""
    offer = offer_of(slot.service_id, slot.store_id)
    if offer is None:
        raise ServiceUnknown(ServiceUnknown.__doc__)
    let_go_of_expired(real_now=now.real)
    free = is_still_free(offer, slot.starts_at, now, person_id=slot.person_id, besides=besides, is_ours=is_ours)
    if free is None:
        raise SlotTaken(SlotTaken.__doc__)
    return offer, free


def take(booking: Booking, offer: Offer, free: Free) -> None:
    """This will put a free time on a booking; the caller saves it."""
    shape: Shape = shape_of(offer.service)
    booking.starts_at, booking.ends_at, booking.busy = free.starts_at, free.ends_at, shape.busy(free.starts_at)
    booking.person_id = free.people[0] if free.people else None
    booking.resource_id = offer.resource_id
    booking.unit = free.units[0] if free.units else None


def _taken(slot: Slot, asked_id: UUID, source: str, now: Now, *, is_ours: bool) -> Booking:
    offer, free = find_slot(slot, now, is_ours=is_ours)
    booking = Booking(
        id=uuid7(),
        number=_number(now.at),
        asked_id=asked_id,
        service=offer.service,
        store=offer.store,
        source=source,
        booked_at=now.at,
    )
    take(booking, offer, free)
    return booking


def _write_down(booking: Booking, asked: Asked, case: Case | None, by: By, now: Now) -> None:
    customer_id = case.customer_id if case else asked.customer_id
    told = sound(asked.told, is_known=customer_id is not None)
    booking.state, booking.booked_at, booking.booked_by, booking.language = (
        *(State.BOOKED, now.at, by.actor[:80]),
        asked.language,
    )
    plan_call(booking)
    booking.case = case
    booking.customer_id = customer_id or _customer(told, asked.language, by, now.at).id
    seal_told(booking, completed(told, booking.customer_id) if customer_id else told)


def _customer(told: Told, language: str, by: By, at: datetime) -> Customer:
    """Whoever booked with this number and address before, else somebody new: nothing they say is proven.

    With both alike: else who types another's number has what that person books next told to an address of their own.
    """
    claims = [Claim("external", f"{told.phone} / {told.email}", scope=OWN)]
    claims += [Claim(kind, value) for kind, value in (("phone", told.phone), ("email", told.email)) if value]
    return find_or_create_customer(claims=claims, name=told.name, language=language, at=at, by=by)


def _tell_made(booking: Booking, by: By, at: datetime) -> None:
    fact = BookingMade(booking.number, str(booking.service_id), booking.starts_at.isoformat(), booking.source)
    tell(booking, fact, by=by, at=at)
    plan_letters(booking, "made", at=at)


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('booking_number')")
        row = cursor.fetchone()
    assert row is not None
    return f"B{at.year}-{int(row[0]):06d}"
