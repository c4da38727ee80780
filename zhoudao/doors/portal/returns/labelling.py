"""`/t/<link>/return/<number>/label/`: sent at our cost with a prepaid label: chosen, printed, shown at the counter."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from zhoudao.doors.portal.guessing import discreet, wrong
from zhoudao.doors.portal.languages import NAMES
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.code128 import code128
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, ReturnRequest, State
from zhoudao.rooms.aftersales.queries.for_customers import Address, address_back, return_named
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.return_labels.commands.taking import print_return_label, take_label
from zhoudao.rooms.return_labels.queries.offering import label_fee_of, label_of, offered_to
from zhoudao.rooms.return_labels.queries.printing import made
from zhoudao.rooms.return_labels.refusals import (
    CourierComes,
    LabelBeingMade,
    LabelFeeChanged,
    LabelNotFound,
    LabelNotMade,
    LabelNotOffered,
    LabelRefused,
)

_ACTS = Limit("return-label", 12, 3600)
_AGAIN_SECONDS = "2"
_REFUSED: dict[type[LabelRefused], LazyText] = {
    LabelNotFound: gettext_lazy("This return has no prepaid label."),
    LabelNotOffered: gettext_lazy("No prepaid label is left for this return. Please choose another way to send it."),
    LabelFeeChanged: gettext_lazy("What it costs has changed since you looked. Nothing was chosen: look at it again."),
    CourierComes: gettext_lazy("A courier is ordered for this return. Call the courier off first."),
}


@theirs("GET", "HEAD", "POST")
def label(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """Its label, or those it can have; a POST chooses one, or has it made as a file again."""
    found = return_named(order, number)
    if found is None:
        return wrong(request)
    if request.method != "POST":
        return _page(request, found, token, language)
    words = too_much(_ACTS, request, order) or _done(request, found, language)
    if words:
        return _page(request, return_named(order, number) or found, token, language, refusal=words)
    return _back(token, number, language)


@theirs("GET", "HEAD")
def paper(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """The label as a PDF; as long as there is none, the page that says so."""
    found = return_named(order, number)
    own = label_of(found) if found is not None and found.is_labelled else None
    if own is None:
        return wrong(request)
    try:
        answer = HttpResponse(made(own), content_type="application/pdf")
    except (LabelBeingMade, LabelNotMade):
        return _back(token, number, language)
    answer["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return discreet(answer)


def shown(found: ReturnRequest, language: str) -> dict[str, str]:
    """The label a return has, in words; its number is the parcel's."""
    return {
        "carrier": called(found.carrier),
        "number": found.tracking_number,
        "fee": _money(found.label_minor or 0, found, language),
    }


def offered(found: ReturnRequest, goal: Address | None, language: str) -> dict[str, Any]:
    """The labels a return can have: each carrier's code and name, and what one costs; empty where there is none (one
    statement at most).
    """
    codes, fee = offered_to(found, goal, clock.now()), label_fee_of(found) or 0
    if not codes:
        return {}
    return {"carriers": [(code, called(code)) for code in codes], "fee": _money(fee, found, language), "fee_minor": fee}


def _done(request: HttpRequest, found: ReturnRequest, language: str) -> str:
    """Why it was not done; empty when it was."""
    given, by = request.POST, By(BY, store_id=found.store_id)
    how: dict[str, Any] = {"request_id": found.id, "language": language, "by": by, "at": clock.now()}
    try:
        if given.get("do") == "print":
            print_return_label(**how)
        else:
            fee = given.get("fee", "")
            known = int(fee) if fee.isdecimal() and len(fee) < 10 else -1
            take_label(carrier=given.get("carrier", "")[:30], fee_minor=known, **how)
    except LabelRefused as refusal:
        return str(_REFUSED.get(type(refusal)) or _REFUSED[LabelNotOffered])
    except AftersalesRefused:
        return str(_REFUSED[LabelNotOffered])
    return ""


def _page(request: HttpRequest, found: ReturnRequest, token: str, language: str, *, refusal: str = "") -> HttpResponse:
    own = label_of(found) if found.is_labelled and found.state in BEFORE_GOODS else None
    goal = address_back(found)
    offer = offered(found, goal, language) if own is None else {}
    if own is None and not offer and not refusal:
        return wrong(request)
    context: dict[str, Any] = {
        "order": found.order,
        "token": token,
        "language": language,
        "languages": NAMES,
        "one": found,
        "refusal": refusal,
        "offer": offer,
        "place": goal,
    }
    is_awaited = False
    if own is not None:
        state = own.sheet.state if own.sheet else ""
        is_awaited = state in ("asked", "making")
        context |= {
            "label": shown(found, language),
            "code": found.carrier,
            "bars": code128(own.number),
            "is_made": state == "done",
            "is_awaited": is_awaited,
            "may_tell": found.state == State.APPROVED,
        }
    answer = render(request, "returns/label.html", context, status=422 if refusal else 200)
    if is_awaited:
        answer["Refresh"] = _AGAIN_SECONDS
    return discreet(answer)


def _money(minor: int, found: ReturnRequest, language: str) -> str:
    return Money(minor, found.order.currency).format(language) if minor else ""


def _back(token: str, number: str, language: str) -> HttpResponse:
    address = reverse("portal:return_label", args=[token, number])
    return discreet(HttpResponseRedirect(f"{address}?language={language}", status=303))
