"""`/b/<token>/`: a kept time becomes a booking; a booking is seen, confirmed, moved, cancelled, put into a calendar."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.portal.bookings.calendar import calendar_file
from zhoudao.doors.portal.bookings.choosing import days_to_choose, moment_in
from zhoudao.doors.portal.bookings.showing import HOLD, book_page
from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.guests import guest_of
from zhoudao.doors.portal.limits import Limit
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import tag
from zhoudao.rooms.bookings.commands.booking import confirm_hold, release_hold
from zhoudao.rooms.bookings.commands.changing import (
    cancel_booking,
    confirm_coming,
    last_change,
    may_still_change,
    move_booking,
)
from zhoudao.rooms.bookings.commands.telling import reminder_rule
from zhoudao.rooms.bookings.commands.texting import refuse_texts
from zhoudao.rooms.bookings.links import booking_path
from zhoudao.rooms.bookings.models import Booking, State
from zhoudao.rooms.bookings.queries.slots import Now, offer_of
from zhoudao.rooms.bookings.refusals import (
    BookingRefused,
    ContactMissing,
    ContactUnsound,
    HoldOver,
    SlotTaken,
    TooLateToChange,
)
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.entrances.commands.gateway import gateway
from zhoudao.rooms.voice.queries import case_of_progress, given_name

CONTACTS = Limit("book-contact", 6, 3600)


@permit(PUBLIC)
@csrf_exempt  # whoever holds the link may change it; nobody is signed in
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """Name and words for a kept time; how a booking stands, and what can still be done with it."""
    if (stop := barred(request)) is not None:
        return stop
    found = _found(token)
    if found is None:
        return _gone(request) if request.COOKIES.get(HOLD) == token else wrong(request)
    if found.state == State.HELD:
        return _filling(request, found)
    refusal = _act(request, found) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return discreet(redirect(f"{booking_path(found)}?language={get_language()}"))
    return _shown(request, found, refusal)


@permit(PUBLIC)
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Another time, until the stated limit."""
    if (stop := barred(request)) is not None:
        return stop
    found = _found(token)
    if found is None or found.state == State.HELD:
        return wrong(request)
    offer, now, refusal = offer_of(found.service_id, found.store_id), Now(clock.now(), datetime.now(UTC)), ""
    if offer is None or not may_still_change(found, now.at):
        return discreet(redirect(booking_path(found)))
    if request.method == "POST":
        starts_at = moment_in(request.POST.get("start", ""))
        try:
            if starts_at is None:
                raise SlotTaken
            move_booking(booking_id=found.id, starts_at=starts_at, by=_they(found), now=now)
            return discreet(redirect(f"{booking_path(found)}?language={get_language()}"))
        except BookingRefused as error:
            refusal = _words(error)
    context = days_to_choose(offer, request.GET.dict(), now, besides=found.id, kept={})
    context |= {"booking": found, "offer": offer, "refusal": refusal}
    return book_page(request, "when.html", context, status=422 if refusal else 200)


@permit(PUBLIC)
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The booking for one's own calendar; moved or cancelled, the same entry changes."""
    if (stop := barred(request)) is not None:
        return stop
    found = _found(token)
    if found is None or found.state == State.HELD:
        return wrong(request)
    answer = HttpResponse(calendar_file(found, at=clock.now()), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.ics"'
    return discreet(answer)


def _found(token: str) -> Booking | None:
    if not 20 <= len(token) <= 40:
        return None
    around = ("service", "store", "person", "resource", "visit", "case")
    found = Booking.objects.select_related(*around).filter(token=token).first()
    is_over = found is not None and found.state == State.HELD and (found.held_until or clock.now()) <= datetime.now(UTC)
    return None if is_over else found


def _filling(request: HttpRequest, held: Booking) -> HttpResponse:
    refusal, field = "", ""
    case = _case(request)
    guest = guest_of(request)
    if request.method == "POST" and request.POST.get("do") == "release":
        release_hold(held.token)
        return discreet(redirect("portal:book"))
    if request.method == "POST":
        try:
            _confirm(request, held, case)
            return discreet(redirect(f"{booking_path(held)}?language={get_language()}"))
        except HoldOver:
            return _gone(request)
        except BookingRefused as error:
            refusal = _words(error)
            field = error.field if isinstance(error, ContactUnsound) else "name"
    known = guest.customer.name if guest and case is None else ""
    context = {
        "booking": held,
        "case": case,
        "is_known": case is not None or guest is not None,
        "known": known,
        "texts": reminder_rule().texts and gateway() is not None,
        "refusal": refusal,
        "wrong": field,
        "given": request.POST,
        "answers": [(one, request.POST.get(f"answer-{one['code']}", "")) for one in held.service.questions],
        "minutes": max(1, round(((held.held_until or clock.now()) - datetime.now(UTC)).total_seconds() / 60)),
    }
    return book_page(request, "who.html", context, status=422 if refusal else 200)


def _confirm(request: HttpRequest, held: Booking, case: Case | None) -> None:
    given, guest = request.POST, guest_of(request)
    contact = given.get("phone", "") or given.get("email", "")
    if given.get("website") or (contact and CONTACTS.knock(contact.strip().lower())):
        raise TooMany
    answers = {one["code"]: given.get(f"answer-{one['code']}", "") for one in held.service.questions}
    told = Told(given.get("name", ""), given.get("phone", ""), given.get("email", ""), given.get("words", ""), answers)
    confirm_hold(
        token=held.token,
        told=told,
        case_id=case.id if case else None,
        customer_id=guest.customer_id if guest else None,
        language=tag(get_language()),
        may_text="may_text" in given,
        now=Now(clock.now(), datetime.now(UTC)),
    )


class TooMany(BookingRefused):
    """This was asked for too often."""


def _case(request: HttpRequest) -> Case | None:
    """The case it is about: whoever holds its progress link may book for it."""
    return case_of_progress(request.POST.get("case") or request.GET.get("case", ""))


def _act(request: HttpRequest, found: Booking) -> str:
    """What was refused, in words; empty when it is done."""
    work = _WORK.get(request.POST.get("do", ""))
    if work is None:
        return ""
    try:
        work(found)
    except BookingRefused as error:
        return _words(error)
    return ""


def _shown(request: HttpRequest, found: Booking, refusal: str) -> HttpResponse:
    at = clock.now()
    is_to_come = found.state == State.BOOKED
    context = {
        "booking": found,
        "refusal": refusal,
        "may_change": may_still_change(found, at),
        "until": last_change(found),
        "is_to_come": is_to_come,
        "person": given_name(found.person.name) if found.person else "",
        "asks": is_to_come and found.confirmed_at is None,
        "texts": is_to_come and found.may_text and found.phone_index is not None,
    }
    return book_page(request, "booking.html", context, status=422 if refusal else 200)


def _gone(request: HttpRequest) -> HttpResponse:
    return book_page(request, "gone.html", {}, status=410)


def _they(found: Booking) -> By:
    return By(f"visitor:{found.id}", store_id=found.store_id)


def _cancel(found: Booking) -> None:
    cancel_booking(booking_id=found.id, by=_they(found), at=clock.now())


def _come(found: Booking) -> None:
    with suppress(TooLateToChange):
        confirm_coming(booking_id=found.id, by=_they(found), at=clock.now())


def _no_texts(found: Booking) -> None:
    refuse_texts(booking_id=found.id, by=_they(found), at=clock.now())


_WORK: dict[str, Callable[[Booking], None]] = {"cancel": _cancel, "come": _come, "no_texts": _no_texts}


def _words(error: BookingRefused) -> str:
    words = {
        ContactUnsound: _("This is no telephone number, or no mail address."),
        ContactMissing: _("Leave your name, and a phone number or an e-mail address, so that we can reach you."),
        SlotTaken: _("Somebody was faster. Please choose another time."),
        TooLateToChange: _("It begins too soon to be changed here. Please call the store."),
        TooMany: _("That was a lot at once. Please wait a few minutes; everything is still here."),
    }
    return words.get(type(error), _("This is not possible any more."))
