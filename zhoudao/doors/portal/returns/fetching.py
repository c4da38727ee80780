"""`/t/<link>/return/<number>/pickup/`: a courier of ours fetches it: asked for, moved, called off."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.doors.portal.guessing import discreet, wrong
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.languages import NAMES
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.returns.wording import day_words
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import Address, address_back, return_named
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sealed import masked
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.pickups.commands.changing import call_off_pickup, move_pickup
from zhoudao.rooms.pickups.commands.ordering import Wish, book_pickup
from zhoudao.rooms.pickups.models import Pickup, State
from zhoudao.rooms.pickups.queries.offering import Offer, fee_of, known_sender, may_be_fetched, offer_of, pickup_of
from zhoudao.rooms.pickups.refusals import (
    FeeChanged,
    PickupNotOffered,
    PickupRefused,
    PickupThere,
    PickupTooFar,
    SenderUnsound,
    WindowGone,
)
from zhoudao.rooms.pickups.sealed import courier_of, sender_of
from zhoudao.rooms.pickups.windows import moment_of, windows

_ACTS = Limit("return-pickup", 12, 3600)
_FIELDS = ("name", "phone", "province", "city", "district", "address")
_REFUSED: dict[type[PickupRefused], LazyText] = {
    PickupNotOffered: gettext_lazy(
        "We cannot send a courier for this return. Please send it yourself, or write to us."
    ),
    PickupThere: gettext_lazy("A courier is ordered for this return already."),
    WindowGone: gettext_lazy("This time cannot be had any more. Choose another one."),
    SenderUnsound: gettext_lazy("Say who gives it to the courier, under which telephone, and where."),
    FeeChanged: gettext_lazy("What it costs has changed since you looked. Nothing was ordered: look at it again."),
    PickupTooFar: gettext_lazy("It is too late for that. Write to us if something is wrong."),
}
_STANDS: dict[str, tuple[LazyText, LazyText]] = {
    State.ASKED: (
        gettext_lazy("We are ordering the courier."),
        gettext_lazy("You hear from us as soon as it is certain, mostly within minutes."),
    ),
    State.BOOKED: (
        gettext_lazy("The courier is ordered."),
        gettext_lazy("Have the parcel ready. Who comes, you hear as soon as it is known."),
    ),
    State.ASSIGNED: (
        gettext_lazy("Your courier is on duty."),
        gettext_lazy("Have the parcel ready. If something comes up, call the courier."),
    ),
    State.CANCELLING: (
        gettext_lazy("The courier is being called off."),
        gettext_lazy("That takes some minutes. Should somebody ring all the same, give nothing away."),
    ),
    State.STUCK: (
        gettext_lazy("A colleague looks after your courier."),
        gettext_lazy("Something is unclear with the courier service. We write to you."),
    ),
    State.COLLECTED: (
        gettext_lazy("The courier has it."),
        gettext_lazy("We look at it when it arrives. You need do nothing."),
    ),
    State.CANCELLED: (
        gettext_lazy("No courier comes."),
        gettext_lazy("Send it yourself, or ask for a courier again."),
    ),
    State.FAILED: (
        gettext_lazy("The courier does not come. We are sorry."),
        gettext_lazy("Choose another time, or send it yourself."),
    ),
}


@frozen
class PickupShown:
    """A pick-up as its customer reads it. `sender` is masked; the courier is not: somebody rings."""

    state: str
    headline: str
    follows: str
    when: str
    carrier: str
    number: str
    courier: str
    courier_phone: str
    sender: Recipient
    fee: str
    may_change: bool
    is_live: bool


@theirs("GET", "HEAD", "POST")
def pickup(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """How its courier stands, or when one can come; a POST orders, moves or calls one off."""
    found = return_named(order, number)
    if found is None:
        return wrong(request)
    if request.method != "POST":
        return _page(request, found, token, language)
    words = too_much(_ACTS, request, order) or _done(request, found)
    if words:
        return _page(request, return_named(order, number) or found, token, language, refusal=words)
    address = reverse("portal:return_pickup", args=[token, number])
    return discreet(HttpResponseRedirect(f"{address}?language={language}", status=303))


def shown(one: Pickup, request: ReturnRequest, language: str) -> PickupShown:
    """A pick-up in words."""
    headline, follows = _STANDS[one.state]
    courier, is_named = courier_of(one), one.state == State.ASSIGNED
    return PickupShown(
        one.state,
        str(headline),
        str(follows),
        _when(one.starts_at, one.ends_at, request),
        called(one.carrier),
        one.tracking_number if one.state == State.COLLECTED else "",
        courier.name if is_named else "",
        courier.phone if is_named else "",
        masked(sender_of(one)),
        Money(one.fee_minor, request.order.currency).format(language) if one.fee_minor else "",
        one.may_change,
        one.is_live,
    )


def offered(request: ReturnRequest, goal: Address | None, carrier: str, language: str) -> dict[str, Any]:
    """The choice to have it fetched by a carrier, as the return's page shows it; empty where there is none."""
    if not carrier or not may_be_fetched(request, goal):
        return {}
    fee = Money(fee_of(request) or 0, request.order.currency)
    return {"fee": fee.format(language) if fee.minor else "", "carrier": called(carrier)}


def _done(request: HttpRequest, found: ReturnRequest) -> str:
    """Why it was not done; empty when it was."""
    given, do = request.POST, request.POST.get("do", "")
    how: dict[str, Any] = {"by": By(BY, store_id=found.store_id), "at": clock.now(), "real_now": datetime.now(UTC)}
    try:
        if do == "book":
            return _booked(given, found, how)
        one = pickup_of(found)
        if one is None:
            return str(_REFUSED[PickupTooFar])
        if do == "move":
            move_pickup(pickup_id=one.id, starts_at=moment_of(given.get("starts", "")), **how)
        elif do == "call_off":
            call_off_pickup(pickup_id=one.id, reason="customer", **how)
    except PickupRefused as refusal:
        return str(_REFUSED.get(type(refusal)) or _REFUSED[PickupTooFar])
    except AftersalesRefused:
        return str(_REFUSED[PickupNotOffered])
    return ""


def _booked(given: Any, found: ReturnRequest, how: dict[str, Any]) -> str:
    form = guard.form_id(given.get("form_token", ""))
    if form is None:
        return _("This form is too old or was changed. Look at it again and send it.")
    fee = given.get("fee", "")
    sender = Recipient(**{name: given.get(name, "").strip()[:200] for name in _FIELDS})
    wish = Wish(moment_of(given.get("starts", "")), int(fee) if fee.isdecimal() and len(fee) < 10 else -1, sender)
    book_pickup(request_id=found.id, wish=wish, key=form, **how)
    return ""


def _page(request: HttpRequest, found: ReturnRequest, token: str, language: str, *, refusal: str = "") -> HttpResponse:
    one = pickup_of(found)
    is_over = one is None or not one.is_live
    offer = offer_of(found, address_back(found)) if is_over and (one is None or one.state != State.COLLECTED) else None
    if one is None and offer is None and not refusal:
        return wrong(request)
    context: dict[str, Any] = {
        "order": found.order,
        "token": token,
        "language": language,
        "languages": NAMES,
        "one": found,
        "given": request.POST,
        "refusal": refusal,
        "pickup": shown(one, found, language) if one else None,
        "days": _days(found) if offer or (one and one.may_change) else (),
    }
    if offer:
        context |= {
            "fee": _fee(offer, found, language),
            "fee_minor": offer.fee_minor,
            "carrier": _carrier(offer),
            "known": masked(known_sender(found)),
            "is_offered": True,
            "form_token": request.POST.get("form_token") or guard.issue(),
        }
    return discreet(render(request, "returns/pickup.html", context, status=422 if refusal else 200))


def _days(found: ReturnRequest) -> Sequence[tuple[str, list[tuple[str, str]]]]:
    """The times that can be had, by day: each with its value and words."""
    zone, days = ZoneInfo(found.store.zone), dict[str, list[tuple[str, str]]]()
    for one in windows(clock.now(), zone, until=found.send_by):
        words = f"{one.starts_at.astimezone(zone):%H:%M}–{one.ends_at.astimezone(zone):%H:%M}"
        days.setdefault(day_words(one.starts_at.astimezone(zone).date()), []).append((one.starts_at.isoformat(), words))
    return list(days.items())


def _when(starts_at: datetime, ends_at: datetime, found: ReturnRequest) -> str:
    zone = ZoneInfo(found.store.zone)
    begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return f"{day_words(begins.date())}, {begins:%H:%M}–{ends:%H:%M}"


def _fee(offer: Offer, found: ReturnRequest, language: str) -> str:
    return Money(offer.fee_minor, found.order.currency).format(language) if offer.fee_minor else ""


def _carrier(offer: Offer) -> str:
    return called(offer.service.config.get("carrier", ""))
