"""`/book/`: what for, where, when. Chosen by links, so that it works without scripts; a time is kept by a press."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.bookings.showing import HOLD, book_page
from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.help.guard import form_id, issue
from zhoudao.doors.portal.limits import Limit, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.commands.booking import HELD_FOR, Slot, hold_slot
from zhoudao.rooms.bookings.links import booking_path
from zhoudao.rooms.bookings.models import Booking, Offer, State
from zhoudao.rooms.bookings.queries.slots import Now, bookable_days, by_day, free_times, next_free
from zhoudao.rooms.bookings.refusals import ServiceUnknown, SlotTaken

HOLDS = Limit("book", 40, 600)  # a store's Wi-Fi is one address
DAYS = 7


@frozen
class DayChoice:
    """A day of the strip."""

    date: date
    free: int
    is_chosen: bool
    link: str


@permit(PUBLIC)
@csrf_exempt  # nobody is signed in; the form's own signed id is what a forger lacks
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """What can be booked; with a service its stores, with both its days and times. A POST keeps a time."""
    offers = list(_offers())
    service_id, code = uuid_in(request.GET.get("service", "")), request.GET.get("store", "")[:40]
    mine = [one for one in offers if one.service_id == service_id]
    if not mine:
        services = {one.service_id: one.service for one in offers}
        return book_page(request, "what.html", {"services": services.values(), "keep": _kept(request)})
    offer = next((one for one in mine if one.store.code == code), mine[0] if len(mine) == 1 else None)
    if offer is None:
        return book_page(request, "where.html", _where(request, mine))
    if request.method == "POST":
        return _keep(request, offer)
    return _when(request, offer)


def days_to_choose(
    offer: Offer, asked: dict[str, str], now: Now, *, besides: UUID | None = None, kept: dict[str, str]
) -> dict[str, Any]:
    """A week of days with their free times, from the day asked for or the first free one."""
    zone = ZoneInfo(offer.store.zone)
    earliest, latest = bookable_days(offer, now.at)
    wanted = _date(asked.get("day", ""))
    first = max(earliest, min(_date(asked.get("from", "")) or wanted or earliest, latest))
    found = by_day(free_times(offer, (first, first + timedelta(DAYS - 1)), now, besides=besides), offer.store.zone)
    following: date | None = None
    if not found:
        later = by_day(free_times(offer, (first, latest), now, besides=besides), offer.store.zone)
        following = next(iter(later), None)
    days = [one for n in range(DAYS) if (one := first + timedelta(n)) <= latest]
    day = wanted if wanted in days else next(iter(found), first)

    def link(**differs: str) -> str:
        return urlencode({name: value for name, value in (kept | differs).items() if value})

    week, back = first + timedelta(DAYS), max(earliest, first - timedelta(DAYS))
    return {
        "days": [
            DayChoice(one, len(found.get(one, [])), one == day, link(day=f"{one}", **{"from": f"{first}"}))
            for one in days
        ],
        "day": day,
        "times": [(one, f"{one.starts_at.astimezone(zone):%H:%M}") for one in found.get(day, [])],
        "earlier": link(**{"from": f"{back}"}) if first > earliest else "",
        "later": link(**{"from": f"{week}"}) if week <= latest else "",
        "following": following,
        "following_link": link(day=f"{following}") if following else "",
    }


def moment_in(text: str) -> datetime | None:
    """A moment with its zone, as a form carries it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _when(request: HttpRequest, offer: Offer, *, refusal: str = "", status: int = 200) -> HttpResponse:
    now = Now(clock.now(), datetime.now(UTC))
    kept = _kept(request) | {"service": str(offer.service_id), "store": offer.store.code}
    context = {"offer": offer, "refusal": refusal, "form_token": issue(), "keep": kept, "many": _other_stores(offer)}
    context |= days_to_choose(offer, request.GET.dict(), now, kept=kept)
    return book_page(request, "when.html", context, status=status)


def _keep(request: HttpRequest, offer: Offer) -> HttpResponse:
    """The time is kept for some minutes; who had kept another in this browser lets that go."""
    asked_id, starts_at = form_id(request.POST.get("form_token", "")), moment_in(request.POST.get("start", ""))
    if asked_id is None or starts_at is None or request.POST.get("website"):
        return _when(request, offer, refusal=_("This page was open for too long. Please tap once more."), status=422)
    if HOLDS.knock(address_of(request)):
        words = _("That was a lot at once. Please wait a few minutes, or ask a colleague in the store.")
        return _when(request, offer, refusal=words, status=429)
    before = Booking.objects.filter(token=request.COOKIES.get(HOLD, "")[:40], state=State.HELD).first()
    slot = Slot(offer.service_id, offer.store_id, starts_at)
    now = Now(clock.now(), datetime.now(UTC))
    try:
        held = hold_slot(slot, asked_id=asked_id, source="portal", now=now, let_go=before.id if before else None)
    except (SlotTaken, ServiceUnknown):
        words = _("Somebody was faster. Please choose another time.")
        return _when(request, offer, refusal=words, status=422)
    query = urlencode(
        {"language": get_language() or ""} | ({"case": case} if (case := _kept(request).get("case")) else {})
    )
    answer = redirect(f"{booking_path(held)}?{query}")
    seconds = int(HELD_FOR.total_seconds())
    answer.set_cookie(HOLD, held.token, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SECURE)
    return discreet(answer)


def _offers() -> QuerySet[Offer]:
    offered = Offer.objects.filter(is_on=True, service__retired_at=None, store__closed_at=None)
    rows = offered.select_related("service", "store", "resource")
    return rows.order_by("service__place", "service_id", "store__city", "store__code")[:500]


def _where(request: HttpRequest, mine: list[Offer]) -> dict[str, Any]:
    """The stores that offer it, each with its next free time."""
    now = Now(clock.now(), datetime.now(UTC))
    free = next_free(mine, now)
    return {"rows": [(one, free.get(one.id)) for one in mine], "service": mine[0].service, "keep": _kept(request)}


def _other_stores(offer: Offer) -> bool:
    rows = Offer.objects.filter(service=offer.service_id, is_on=True, store__closed_at=None)
    return rows.exclude(store=offer.store_id).exists()


def _kept(request: HttpRequest) -> dict[str, str]:
    """What goes on from page to page: the case it is about."""
    case = request.GET.get("case", "") or request.POST.get("case", "")
    return {"case": case} if case.isascii() and 20 <= len(case) <= 40 else {}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
