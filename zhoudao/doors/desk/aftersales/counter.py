"""`/desk/returns/counter/`: a customer stands there with it; found, taken in, looked at and settled on one page."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.aftersales.finding import place_chosen
from zhoudao.doors.desk.aftersales.ways import Typed, typed_in, ways_of
from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.commands.at_the_counter import take_back_at_counter
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.requesting import MOST_PHOTOS, Wish
from zhoudao.rooms.aftersales.models import BACK, REASONS_ASKED, Condition, Disposition
from zhoudao.rooms.aftersales.pieces import Had, had_of
from zhoudao.rooms.aftersales.policies import WHY
from zhoudao.rooms.aftersales.queries.listing import COUNTER, WRITE
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.aftersales.refusals import AftersalesRefused, NotEligible
from zhoudao.rooms.cases.queries.orders import order_for, seen_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.queries.finding import find_orders
from zhoudao.rooms.orders.sealed import masked, recipient_of
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import StockRefused

_SEEN_HERE = tuple(one for one in REASONS_ASKED if one != Reason.LOST)


@frozen
class Handed:
    """What was delivered, how much of each line is handed over, and what is wanted instead."""

    had: Sequence[Had]
    counts: Mapping[UUID, int]
    typed: Typed


@require_http_methods(["GET", "POST"])
@permit("returns:inspect")
def counter(request: HttpRequest) -> HttpResponse:
    """An order by its number, its receipt's or the telephone; then what is handed over, and what becomes of it."""
    viewer, given = viewer_of(request), request.POST if request.method == "POST" else request.GET
    if not viewer.may(WRITE):
        raise Http404
    place, places = place_chosen(request)
    words, number = given.get("q", "").strip(), given.get("order", "")
    context: dict[str, Any] = {"place": place, "places": places, "words": words, "refusal": ""}
    if not number:
        rows = _found(viewer, words) if words else []
        if len(rows) != 1:
            context["rows"] = [(one, masked(recipient_of(one))) for one in rows]
            return render(request, "desk/aftersales/counter.html", context)
        number = rows[0].number
    order = order_for(viewer, number, WRITE)
    if order is None:
        raise Http404
    return _order(request, order, place, context)


def _found(viewer: Viewer, words: str) -> list[Order]:
    return find_orders(seen_orders(viewer.within(WRITE)), words, at=clock.now(), by_name=False)


def _order(request: HttpRequest, order: Order, place: Warehouse | None, context: dict[str, Any]) -> HttpResponse:
    had, given = had_of(order), request.POST
    counts = {one.line.id: whole(given.get(f"count-{one.line.position}", "0") or "0") for one in had}
    typed = typed_in(given, had, order.currency)
    if request.method == "POST":
        try:
            if given.get("do") == "take" and place is not None:
                return _taken(request, order, place, Handed(had, counts, typed))
            ways = ways_of(order, given.get("reason", ""), had, counts, typed)
            context["options"] = [one for one in ways if one["kind"] in BACK]
        except NotEligible as refusal:
            context["refusal"] = str(WHY.get(refusal.why, WHY["excluded"]))
        except (AftersalesRefused, StockRefused) as refusal:
            context["refusal"] = said(refusal)
    context |= {
        "order": order,
        "lines": [_line(request, one, counts) for one in had if one.left],
        "reasons": [(one.value, one.label) for one in _SEEN_HERE],
        "conditions": Condition.choices,
        "dispositions": Disposition.choices,
        "key": uuid_in(given.get("key", "")) or uuid4(),
        "given": given,
        "most_photos": MOST_PHOTOS,
    }
    return render(request, "desk/aftersales/counter.html", context, status=422 if context["refusal"] else 200)


def _line(request: HttpRequest, one: Had, counts: Mapping[UUID, int]) -> dict[str, Any]:
    given, at = request.POST, one.line.position
    return {
        "had": one,
        "count": max(0, min(counts[one.line.id], one.left)),
        "choices": range(one.left + 1),
        "condition": given.get(f"condition-{at}", ""),
        "disposition": given.get(f"disposition-{at}", ""),
        "lost": given.get(f"lost-{at}", "0"),
        "swap": given.get(f"swap-{at}", ""),
        "price": given.get(f"price-{at}", ""),
    }


def _taken(request: HttpRequest, order: Order, place: Warehouse, handed: Handed) -> HttpResponse:
    given, counts = request.POST, handed.counts
    photos = [one.read() for one in request.FILES.getlist("photos")[: MOST_PHOTOS + 1]]
    wish = Wish(given.get("kind", ""), given.get("reason", ""), counts, given.get("words", ""), photos)
    made = take_back_at_counter(
        order_id=order.id,
        wish=handed.typed.within(wish),
        findings=[_finding(request, one, counts[one.line.id]) for one in handed.had if counts[one.line.id]],
        warehouse_id=place.id,
        key=uuid_in(given.get("key", "")) or uuid4(),
        by=By(viewer_of(request).actor, channel=COUNTER),
        at=clock.now(),
    )
    if made.received_at is None:
        messages.success(request, _("Asked for: a colleague decides, so the goods stay with the customer for now."))
    else:
        messages.success(request, _("Taken in and inspected: what is paid back or sent instead stands here."))
    return redirect("return", made.number)


def _finding(request: HttpRequest, one: Had, count: int) -> Finding:
    given, at = request.POST, one.line.position
    lost = whole(given.get(f"lost-{at}", "0") or "0")
    return Finding(one.line.sku, count, given.get(f"condition-{at}", ""), given.get(f"disposition-{at}", ""), lost)
