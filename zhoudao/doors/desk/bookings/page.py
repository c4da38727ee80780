"""A store's day, one booking, and what is done with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.queries.tasks import call_tasks
from zhoudao.doors.desk.bookings.choosing import day_in, store_of
from zhoudao.doors.desk.bookings.grid import grid_of
from zhoudao.doors.desk.bookings.letters import letters_of
from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.commands.arriving import check_in
from zhoudao.rooms.bookings.commands.calling import show_number
from zhoudao.rooms.bookings.commands.changing import cancel_booking
from zhoudao.rooms.bookings.commands.serving import (
    begin_booking,
    finish_booking,
    note_missed,
    take_back,
)
from zhoudao.rooms.bookings.events import OUTCOMES
from zhoudao.rooms.bookings.models import COMING, Booking, Where
from zhoudao.rooms.bookings.queries.day import bookings_of, day_of, shown
from zhoudao.rooms.bookings.queries.unwritten import by_store
from zhoudao.rooms.bookings.reach import READ, WRITE, booking_for, stores_of
from zhoudao.rooms.bookings.refusals import BookingNotFound, BookingRefused
from zhoudao.rooms.bookings.told import note_of
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.queries.people import may_see as may_see_people
from zhoudao.rooms.customers.queries import group_ids


@require_GET
@permit("bookings:read")
def day(request: HttpRequest) -> HttpResponse:
    """Who does what when in a store, and who has come."""
    viewer, at = viewer_of(request), clock.now()
    stores = list(stores_of(viewer, READ))
    store = store_of(request, stores)
    context: dict[str, Any] = {"stores": stores, "store": store}
    if store is not None:
        when = day_in(request.GET.get("day", ""), store, at)
        seen = day_of(store, when, viewer, at=at)
        context |= {
            "day": seen,
            "today": day_in("", store, at),
            "before": when - timedelta(days=1),
            "after": when + timedelta(days=1),
            "grid": grid_of(seen, str(get_language()), at=at),
            "coming": seen.count("booked"),
            "here": seen.count("arrived", "serving"),
            "done": seen.count("done"),
            "missed": seen.count("no_show"),
            "unwritten": by_store([store], at=at).get(store.id, 0),
        }
    part = "desk/bookings/_day.html" if request.headers.get("HX-Request") else "desk/bookings/day.html"
    return render(request, part, context)


@require_GET
@permit("bookings:read")
def booking(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """One booking: who, when, with whom, what they said, and what came of it."""
    return _shown(request, _or_404(viewer_of(request), booking_id))


@require_POST
@permit("bookings:write")
def act(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """One thing done with one booking; back on its page, or on its day."""
    viewer = viewer_of(request)
    found = _or_404(viewer, booking_id, WRITE)
    if request.POST.get("do") == "number":
        return _number(request, found, viewer)
    work = _WORK.get(request.POST.get("do", ""))
    if work is None:
        return HttpResponseBadRequest()
    try:
        work(request, found, viewer)
    except BookingNotFound as error:
        raise Http404 from error
    except BookingRefused as refusal:
        if request.POST.get("from") not in _FROM:
            return _shown(request, found, refusal=said(refusal))
        messages.error(request, said(refusal))
    return redirect(_back(request, found))


def _back(request: HttpRequest, found: Booking) -> str:
    """The list it was done in, or its own page."""
    came_from, store = request.POST.get("from", ""), found.store.code
    if came_from == "day":
        there = found.starts_at.astimezone(ZoneInfo(found.store.zone))
        return f"{reverse('bookings')}?store={store}&day={there:%Y-%m-%d}"
    if came_from == "unwritten":
        person_id = uuid_in(request.POST.get("person", ""))
        return f"{reverse('booking_unwritten')}?store={store}" + (f"&person={person_id}" if person_id else "")
    return reverse("booking", args=[found.id])


@require_GET
@permit("bookings:read")
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """A case's bookings, fetched beside it."""
    case = case_or_404(viewer_of(request), number)
    return _of(request, bookings_of(case_ids=[case.id]), {"about": f"case={case.number}"})


@require_GET
@permit("bookings:read")
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """A person's bookings with all their records, fetched beside their page."""
    group = group_ids(customer_id)
    if not group or not may_see_people(viewer_of(request), group):
        raise Http404
    return _of(request, bookings_of(customer_ids=group), {"about": f"customer={customer_id}", "is_person": True})


def _of(request: HttpRequest, bookings: list[Booking], context: dict[str, Any]) -> HttpResponse:
    """Each with the call that is to be made now, if there is one."""
    calls = [one.id for one in bookings if one.state in COMING and one.service.where == Where.PHONE]
    tasks = call_tasks(calls) if calls else {}
    rows = [(one, tasks.get(one.id)) for one in bookings]
    return render(request, "desk/bookings/_of.html", context | {"bookings": rows})


def _shown(request: HttpRequest, found: Booking, *, refusal: str = "", in_clear: bool = False) -> HttpResponse:
    viewer = viewer_of(request)
    seen = shown(found, viewer, in_clear=in_clear)
    context = {
        "booking": found,
        "told": seen.told,
        "answers": seen.answers,
        "is_clear": seen.is_clear,
        "note": note_of(found),
        "outcomes": OUTCOMES.items(),
        "outcome_words": OUTCOMES.get(found.outcome, ""),
        "may_write": booking_for(viewer, found.id, WRITE) is not None,
        "is_case_seen": found.case is not None and may(viewer, "cases:read", found.case),
        "lines": timeline([found.id])[::-1],
        "letters": letters_of(found),
        "refusal": refusal,
        "given": request.POST,
        "has_begun": found.starts_at <= clock.now(),
        "is_past": found.ends_at <= clock.now(),
    }
    return render(request, "desk/bookings/booking.html", context, status=422 if refusal else 200)


def _number(request: HttpRequest, found: Booking, viewer: Viewer) -> HttpResponse:
    """Whoever promised to call needs the number, whatever else they may see; that they saw it is noted."""
    try:
        show_number(booking_id=found.id, viewer=viewer, at=clock.now())
    except BookingRefused as refusal:
        return _shown(request, found, refusal=said(refusal))
    return _shown(request, found, in_clear=True)


def _or_404(viewer: Viewer, booking_id: UUID, permission: str = READ) -> Booking:
    found = booking_for(viewer, booking_id, permission)
    if found is None:
        raise Http404
    return found


def _finish(request: HttpRequest, found: Booking, viewer: Viewer) -> None:
    given = request.POST
    finish_booking(
        booking_id=found.id,
        outcome=given.get("outcome", ""),
        note=given.get("note", ""),
        viewer=viewer,
        at=clock.now(),
    )
    messages.success(request, _("Saved."))


def _cancel(request: HttpRequest, found: Booking, viewer: Viewer) -> None:
    cancel_booking(booking_id=found.id, by=By(viewer.actor), at=clock.now())
    messages.success(request, _("The booking is cancelled; the time is free again."))


_FROM = ("day", "unwritten")
_WORK: dict[str, Callable[[HttpRequest, Booking, Viewer], object]] = {
    "arrive": lambda _request, found, viewer: check_in(
        booking_id=found.id, source="desk", by=By(viewer.actor), at=clock.now()
    ),
    "begin": lambda _request, found, viewer: begin_booking(booking_id=found.id, viewer=viewer, at=clock.now()),
    "missed": lambda _request, found, viewer: note_missed(
        booking_id=found.id, viewer=viewer, by=By(viewer.actor), at=clock.now()
    ),
    "back": lambda _request, found, viewer: take_back(booking_id=found.id, viewer=viewer, at=clock.now()),
    "finish": _finish,
    "cancel": _cancel,
}
