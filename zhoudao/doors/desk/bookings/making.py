"""Booking for a customer, and moving what is booked: a service, a store, a day, a time."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.bookings.choosing import store_of
from zhoudao.doors.desk.bookings.times import Times, times_of
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.commands.booking import Asked, Slot, book
from zhoudao.rooms.bookings.commands.changing import move_booking
from zhoudao.rooms.bookings.models import Booking, Offer
from zhoudao.rooms.bookings.queries.slots import Now, offers_in
from zhoudao.rooms.bookings.reach import WRITE, bookable_stores, booking_for
from zhoudao.rooms.bookings.refusals import BookingRefused, ContactMissing, ContactUnsound, SlotTaken
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.people import may_see
from zhoudao.rooms.customers.queries import CustomerCard, card, group_ids

_KEPT = ("service", "store", "case", "customer", "day", "start", "from")


@require_http_methods(["GET", "POST"])
@permit("bookings:write")
def make(request: HttpRequest) -> HttpResponse:
    """What, where and when is chosen by links; a POST books it."""
    viewer, now = viewer_of(request), Now(clock.now(), datetime.now(UTC))
    stores = list(bookable_stores(viewer))
    case, who = _about(request, viewer)
    store = store_of(request, stores)
    offers = offers_in(store.id) if store else []
    offer = _offer(request, offers)
    refusal: BookingRefused | None = None
    if request.method == "POST" and offer is not None:
        try:
            asked = _asked(request.POST, offer, case, who)
            return redirect("booking", book(asked, by=By(viewer.actor), now=now).id)
        except BookingRefused as error:
            refusal = error
    asked_for = _query(request, offer, store)
    context = {
        "stores": stores,
        "store": store,
        "offers": offers,
        "offer": offer,
        "case": case,
        "who": who,
        "asked": asked_for,
        **_times(offer, asked_for, now),
        **_given(request, refusal),
    }
    return render(request, "desk/bookings/make.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("bookings:write")
def move(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Another time, another colleague, or another store for what is booked."""
    viewer, now = viewer_of(request), Now(clock.now(), datetime.now(UTC))
    found = booking_for(viewer, booking_id, WRITE)
    if found is None:
        raise Http404
    stores = list(bookable_stores(viewer))
    store = store_of(request, stores) if "store" in {*request.GET, *request.POST} else found.store
    offers = [one for one in offers_in(store.id) if one.service_id == found.service_id] if store else []
    offer = offers[0] if offers else None
    refusal: BookingRefused | None = None
    if request.method == "POST" and offer is not None:
        try:
            _move(request.POST, found, offer, viewer, now)
            return redirect("booking", found.id)
        except BookingRefused as error:
            refusal = error
    asked_for = _query(request, offer, store)
    context = {
        "stores": stores,
        "store": store,
        "offer": offer,
        "booking": found,
        "asked": asked_for,
        **_times(offer, asked_for, now, besides=found.id),
        **_given(request, refusal),
    }
    return render(request, "desk/bookings/make.html", context, status=422 if refusal else 200)


def _about(request: HttpRequest, viewer: Viewer) -> tuple[Case | None, CustomerCard | None]:
    """The case and the customer it is for; what is not the viewer's does not exist."""
    given = request.POST if request.method == "POST" else request.GET
    case = None
    if number := given.get("case", ""):
        case = Case.objects.filter(visible(viewer.within("cases:read")), number=number).first()
        if case is None or not viewer.may("cases:read"):
            raise Http404
    customer_id = case.customer_id if case else uuid_in(given.get("customer", ""))
    if customer_id is None:
        return case, None
    reads = viewer.within("customers:read")
    if case is None and not (viewer.may("customers:read") and may_see(reads, group_ids(customer_id))):
        raise Http404
    return case, card(customer_id, viewer)


def _offer(request: HttpRequest, offers: list[Offer]) -> Offer | None:
    wanted = request.POST.get("service") or request.GET.get("service", "")
    return next((one for one in offers if str(one.service_id) == wanted), offers[0] if offers else None)


def _query(request: HttpRequest, offer: Offer | None, store: Store | None) -> dict[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    kept = {name: given.get(name, "") for name in _KEPT}
    return kept | {"service": str(offer.service_id) if offer else "", "store": store.code if store else ""}


def _times(offer: Offer | None, asked: dict[str, str], now: Now, *, besides: UUID | None = None) -> dict[str, Any]:
    if offer is None:
        return {"times": None}
    times: Times = times_of(offer, asked, now, besides=besides)
    ids = times.chosen.people if times.chosen else ()
    names = {user.pk: user.name for user in User.objects.filter(id__in=ids)} if ids else {}
    return {"times": times, "people": [(one, names[one]) for one in ids if one in names]}


def _given(request: HttpRequest, refusal: BookingRefused | None) -> dict[str, Any]:
    words = ""
    if refusal is not None:
        words = _("Somebody was faster. Choose another time.") if isinstance(refusal, SlotTaken) else said(refusal)
    field = refusal.field if isinstance(refusal, ContactUnsound) else ""
    field = "name" if isinstance(refusal, ContactMissing) else field
    asked_id = uuid_in(request.POST.get("asked_id", "")) or uuid4()
    return {"refusal": words, "wrong": field, "given": request.POST, "asked_id": asked_id}


def _asked(given: QueryDict, offer: Offer, case: Case | None, who: CustomerCard | None) -> Asked:
    answers = {one["code"]: given.get(f"answer-{one['code']}", "") for one in offer.service.questions}
    return Asked(
        slot=_slot(given, offer),
        asked_id=uuid_in(given.get("asked_id", "")) or uuid4(),
        source="desk",
        told=_told(given, answers),
        customer_id=who.id if who else None,
        case_id=case.id if case else None,
        language=who.language if who else "zh-Hans",
        is_ours=True,
        may_text="may_text" in given,
    )


def _told(given: QueryDict, answers: dict[str, str]) -> Told:
    name, phone, email, words = (given.get(one, "") for one in ("name", "phone", "email", "words"))
    return Told(name, phone, email, words, answers)


def _slot(given: QueryDict, offer: Offer) -> Slot:
    try:
        starts_at = datetime.fromisoformat(given.get("start", ""))
    except ValueError:
        raise SlotTaken(SlotTaken.__doc__) from None
    if starts_at.tzinfo is None:
        raise SlotTaken(SlotTaken.__doc__)
    return Slot(offer.service_id, offer.store_id, starts_at, uuid_in(given.get("person", "")))


def _move(given: QueryDict, found: Booking, offer: Offer, viewer: Viewer, now: Now) -> None:
    slot = _slot(given, offer)
    move_booking(
        booking_id=found.id,
        starts_at=slot.starts_at,
        person_id=slot.person_id,
        store_id=slot.store_id,
        by=By(viewer.actor),
        now=now,
    )
