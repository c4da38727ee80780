"""`/t/<link>/return/<number>/`: one return, what its customer does with it, and the slip that goes into the parcel."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhoudao.doors.portal.guessing import discreet, wrong
from zhoudao.doors.portal.languages import NAMES
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.doors.portal.returns.fetching import offered, shown
from zhoudao.doors.portal.returns.labelling import offered as labels_offered
from zhoudao.doors.portal.returns.labelling import shown as label_shown
from zhoudao.doors.portal.returns.showing import OURS, context_of
from zhoudao.doors.portal.returns.wording import REFUSED
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.code128 import code128
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.aftersales.commands.deciding import note_sent, withdraw_return
from zhoudao.rooms.aftersales.models import ReturnRequest, State
from zhoudao.rooms.aftersales.queries.for_customers import return_named
from zhoudao.rooms.aftersales.refusals import AlreadyOver
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.parcels.commands.labels import OWN, Label
from zhoudao.rooms.parcels.refusals import CarrierUnsound, TrackingNumberUnsound
from zhoudao.rooms.pickups.models import State as PickupState
from zhoudao.rooms.pickups.queries.offering import Seen, seen_of

_ACTS = Limit("return-act", 20, 3600)


@theirs("GET", "HEAD")
def returned(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """Where it stands."""
    found = return_named(order, number)
    return wrong(request) if found is None else _page(request, found, token, language)


@theirs("GET", "HEAD")
def slip(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """What goes into the parcel: the number for people and scanners, and nothing of the person."""
    found = return_named(order, number)
    if found is None:
        return wrong(request)
    context = context_of(found, clock.now(), language)
    context |= {"token": token, "language": language, "languages": NAMES, "order": order}
    context |= {"bars": code128(found.number), "qr": qr_path(found.number)}
    return discreet(render(request, "returns/slip.html", context))


@theirs("POST")
def sent(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """They gave it to a carrier, and say to which and under which number."""
    found = return_named(order, number)
    if found is None:
        return wrong(request)
    label = Label(request.POST.get("carrier", "")[:40], request.POST.get("tracking_number", "")[:80])
    words = too_much(_ACTS, request, order) or _noted(found, label)
    if words:
        return _page(request, return_named(order, number) or found, token, language, refusals={"sent": words})
    return _done(token, number, language, "sent")


@theirs("POST")
def withdraw(request: HttpRequest, order: Order, token: str, language: str, number: str) -> HttpResponse:
    """They do not want it any more."""
    found = return_named(order, number)
    if found is None:
        return wrong(request)
    words = too_much(_ACTS, request, order)
    if not words:
        try:
            withdraw_return(request_id=found.id, by=By(BY, store_id=order.store_id), at=clock.now())
        except AlreadyOver:
            words = str(REFUSED[AlreadyOver])
    if words:
        return _page(request, return_named(order, number) or found, token, language, refusals={"withdraw": words})
    return _done(token, number, language, "withdrawn")


def _noted(found: ReturnRequest, label: Label) -> str:
    """Why it was not noted; empty when it was."""
    try:
        if label.carrier not in CARRIERS or label.carrier == OWN:
            raise CarrierUnsound(CarrierUnsound.__doc__)
        note_sent(request_id=found.id, label=label, by=By(BY, store_id=found.store_id), at=clock.now())
    except CarrierUnsound:
        return _("Choose the carrier.")
    except TrackingNumberUnsound:
        return _("This is no tracking number: it stands on the carrier's receipt.")
    except AlreadyOver:
        return str(REFUSED[AlreadyOver])
    return ""


def _page(
    request: HttpRequest, found: ReturnRequest, token: str, language: str, *, refusals: dict[str, str] | None = None
) -> HttpResponse:
    case = (
        Case.objects.filter(conversation_id=found.conversation_id).select_related("store").first()
        if found.conversation_id
        else None
    )
    now = clock.now()
    context: dict[str, Any] = context_of(found, now, language)
    context |= {
        **_coming_back(found, context, language),
        "order": found.order,
        "token": token,
        "language": language,
        "languages": NAMES,
        "said": request.GET.get("said", ""),
        "given": request.POST,
        "refusals": refusals or {},
        "carriers": [(code, words) for code, words in CARRIERS.items() if code != OWN],
        "case": case,
        "due": _due(case, now) if case and context["turn"] == OURS else None,
        "case_address": progress_url(case) if case else "",
    }
    return discreet(render(request, "returns/page.html", context, status=422 if refusals else 200))


def _coming_back(found: ReturnRequest, said: dict[str, Any], language: str) -> dict[str, Any]:
    """How it comes back: the courier that is ordered, its label, or the ways there are (three statements)."""
    seen = seen_of(found) if found.needs_goods else Seen(None, "")
    one = seen.pickup
    is_fetched = one is not None and (one.is_live or one.state == PickupState.COLLECTED)
    may_choose = said["may_send"] and not is_fetched and found.state == State.APPROVED
    shown_one = shown(one, found, language) if one else None
    more = {"headline": shown_one.headline, "next": shown_one.follows} if shown_one and shown_one.is_live else {}
    return {
        "pickup": shown_one,
        "is_fetched": is_fetched,
        "fetching": offered(found, said["place"], seen.carrier, language) if may_choose else {},
        "label": label_shown(found, language) if found.is_labelled and said["may_send"] and not is_fetched else {},
        "labels": labels_offered(found, said["place"], language) if may_choose and not found.is_labelled else {},
        "told_number": "" if found.is_labelled and found.state == State.APPROVED else found.tracking_number,
        "may_bring": may_choose and getattr(found, "has_shops", False),
        **more,
    }


def _due(case: Case, now: datetime) -> Moment | None:
    """By when its case is promised the next thing."""
    running = case.promises.filter(ended_at=None, due_at__gte=now).order_by("due_at", "id").first()
    return moment(running.due_at, now, case.store.zone) if running and running.due_at else None


def _done(token: str, number: str, language: str, said: str) -> HttpResponse:
    address = reverse("portal:returned", args=[token, number])
    return discreet(HttpResponseRedirect(f"{address}?language={language}&said={said}", status=303))
