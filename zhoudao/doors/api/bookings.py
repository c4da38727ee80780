"""Bookings for programs: free times, booking, moving, cancelling."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Cursor, Line, Name
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.ground.keyset import beyond
from zhoudao.rooms.bookings.commands.booking import Asked, Slot, book
from zhoudao.rooms.bookings.commands.changing import cancel_booking, move_booking
from zhoudao.rooms.bookings.links import booking_url
from zhoudao.rooms.bookings.models import Booking, Offer
from zhoudao.rooms.bookings.queries.slots import Now, free_times, offer_of
from zhoudao.rooms.bookings.reach import READ, bookable_stores, seen, stores_of
from zhoudao.rooms.bookings.refusals import BookingNotFound, ServiceUnknown
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case

router = Router(tags=["bookings"])
_STRICT = ConfigDict(extra="forbid")
Words = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class SlotItem(Schema):
    """A time that can be booked, with how many colleagues could do it."""

    starts_at: datetime
    ends_at: datetime
    people: int


class SlotList(Schema):
    """Free times of a service in a store, from `first` on, at most 31 days."""

    items: list[SlotItem]


class BookingItem(Schema):
    """A booking. `url` is the customer's own page: whoever has it can change the booking."""

    number: str
    state: str
    service: UUID
    store: str
    starts_at: datetime
    ends_at: datetime
    person: str | None
    case: str | None
    customer_id: UUID | None
    outcome: str
    url: str


class BookingList(Schema):
    """Bookings, the latest time first."""

    items: list[BookingItem]
    next: str | None


class BookingIn(Schema):
    """What to book. `case` books for a case's customer; else `name` and a `phone` or `email` say who comes.

    `may_text`: they agreed to text messages about it, for when nothing else reaches them.
    """

    model_config = _STRICT

    service: UUID
    store: Code
    starts_at: AwareDatetime
    name: Name = ""
    phone: Line = ""
    email: Line = ""
    words: Words = ""
    case: CaseNumber | None = None
    may_text: bool = False


class BookingChange(Schema):
    """Another time, or another store."""

    model_config = _STRICT

    starts_at: AwareDatetime
    store: Code | None = None


@operations.get(router, "/slots", scope="bookings:read", answer=SlotList)
def slots(request: HttpRequest, service: UUID, store: Code, first: date, last: date | None = None) -> SlotList:
    """Free times, as customers would find them."""
    offer = _offer(viewer_in(request), service, store)
    until = last or first
    if not first <= until or (until - first).days > 31:
        raise Refused(422, "period_invalid", "`last` lies at most 31 days after `first`.")
    found = free_times(offer, (first, until), _now())
    items = [SlotItem(starts_at=one.starts_at, ends_at=one.ends_at, people=len(one.people)) for one in found]
    return SlotList(items=items)


@operations.get(router, "", scope="bookings:read", answer=BookingList)
def bookings(request: HttpRequest, store: Code = "", cursor: Cursor = "") -> BookingList:
    """Bookings of the stores the token may see."""
    viewer = viewer_in(request)
    rows = Booking.objects.filter(seen(viewer)).exclude(state="held").select_related("store", "person", "case")
    rows = rows.filter(store__code=store) if store else rows
    if cursor:
        at, id_ = paging.read_moment(cursor)
        rows = rows.filter(beyond("-starts_at", at, id_))
    found = list(rows.order_by("-starts_at", "-id")[: paging.PAGE + 1])
    shown = found[: paging.PAGE]
    following = paging.write(shown[-1].starts_at, shown[-1].id) if len(found) > paging.PAGE else None
    return BookingList(items=[_item(one) for one in shown], next=following)


@operations.post(router, "", scope="bookings:write", answers={201: BookingItem})
def make(request: HttpRequest, wanted: BookingIn) -> Status[BookingItem]:
    """Book a time; the customer is told and reminded by us. A taken time is 409."""
    viewer = viewer_in(request)
    offer = _offer(viewer, wanted.service, wanted.store)
    case = None
    if wanted.case is not None:
        case = Case.objects.filter(visible(viewer), number=wanted.case).first()
        if case is None:
            raise Refused(422, "case_unknown", "There is no such case.")
    asked = Asked(
        Slot(offer.service_id, offer.store_id, wanted.starts_at.astimezone(UTC)),
        uuid4(),
        "api",
        Told(wanted.name, wanted.phone, wanted.email, wanted.words),
        case_id=case.id if case else None,
        may_text=wanted.may_text,
    )
    made = book(asked, by=By(viewer.actor), now=_now())
    return Status(201, _item(_find(viewer, made.number)))


@operations.get(router, "/{number}", scope="bookings:read", answer=BookingItem)
def booking(request: HttpRequest, number: CaseNumber) -> BookingItem:
    """One booking."""
    return _item(_find(viewer_in(request), number))


@operations.patch(router, "/{number}", scope="bookings:write", answer=BookingItem)
def move(request: HttpRequest, number: CaseNumber, change: BookingChange) -> BookingItem:
    """Move a booking that is to come; when the new time is taken (409) the old one stays."""
    viewer = viewer_in(request)
    found = _find(viewer, number)
    offer = _offer(viewer, found.service_id, change.store or found.store.code)
    move_booking(
        booking_id=found.id,
        starts_at=change.starts_at.astimezone(UTC),
        store_id=offer.store_id,
        by=By(viewer.actor),
        now=_now(),
    )
    return _item(_find(viewer, number))


@operations.post(router, "/{number}/cancel", scope="bookings:write", answers={200: BookingItem})
def cancel(request: HttpRequest, number: CaseNumber) -> BookingItem:
    """Cancel a booking that is to come; cancelled twice is cancelled once."""
    viewer = viewer_in(request)
    cancel_booking(booking_id=_find(viewer, number).id, by=By(viewer.actor), at=clock.now())
    return _item(_find(viewer, number))


def _offer(viewer: Viewer, service: UUID, store: str) -> Offer:
    reached = bookable_stores(viewer) if viewer.may("bookings:write") else stores_of(viewer, READ)
    found = reached.filter(code=store).first()
    offer = offer_of(service, found.id) if found else None
    if offer is None:
        raise ServiceUnknown(ServiceUnknown.__doc__)
    return offer


def _find(viewer: Viewer, number: str) -> Booking:
    rows = Booking.objects.filter(seen(viewer), number=number).exclude(state="held")
    found = rows.select_related("store", "person", "case").first()
    if found is None:
        raise BookingNotFound(BookingNotFound.__doc__)
    return found


def _item(one: Booking) -> BookingItem:
    fields: dict[str, Any] = {name: getattr(one, name) for name in ("number", "state", "outcome", "customer_id")}
    return BookingItem(
        **fields,
        service=one.service_id,
        store=one.store.code,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        person=one.person.name if one.person else None,
        case=one.case.number if one.case else None,
        url=booking_url(one),
    )


def _now() -> Now:
    return Now(clock.now(), datetime.now(UTC))
