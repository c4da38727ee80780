"""The list of orders, and the page of one."""

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from zhoudao.conduct.flows.queries.followed import WAY, order_way
from zhoudao.doors.desk.customers.finding import cursor_of, read_cursor
from zhoudao.doors.desk.orders.allocation_words import Explained, explained
from zhoudao.doors.desk.orders.hold_words import evidence_of
from zhoudao.doors.desk.orders.line_words import line_steps
from zhoudao.doors.desk.orders.parcel_words import parcels_shown
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.timeline import Line, timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.cancellations import Cancellation, CancelledLine
from zhoudao.rooms.aftersales.queries.cancelling import cancelled_of, may_try
from zhoudao.rooms.aftersales.queries.listing import replaced_by, returns_of_order
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.queries.orders import (
    READ,
    WRITE,
    cases_about,
    customer_seen,
    order_for,
    order_stores,
    seen_orders,
)
from zhoudao.rooms.fulfilment.queries.tables import totes_of
from zhoudao.rooms.orders.events import BY_HAND, REASONS, WHY, OrderAllocated
from zhoudao.rooms.orders.merging import could_join, others_of
from zhoudao.rooms.orders.models import (
    BY_ITSELF,
    LEFT,
    REPLACEMENT,
    STILL_HERE,
    Commercial,
    Fulfilment,
    Order,
    OrderLine,
    Outcome,
    Payment,
    Reason,
)
from zhoudao.rooms.orders.queries.finding import find_orders, orders_with_sku
from zhoudao.rooms.orders.queries.holds import holds_of
from zhoudao.rooms.orders.queries.listing import Narrowed, OrderPage, order_page
from zhoudao.rooms.orders.sealed import masked, masked_remark, recipient_of
from zhoudao.rooms.parcels.queries.lists import orders_with_number
from zhoudao.rooms.repairs.queries.listing import repairs_of_order
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.voice.queries import SAID, said_of

_AXES = ("commercial", "payment", "fulfilment")
_KINDS = (Kind.ORDER_EXCEPTION, Kind.INQUIRY, Kind.COMPLAINT, Kind.AFTER_SALES)


@require_GET
@permit("orders:read")
def orders(request: HttpRequest) -> HttpResponse:
    """The newest orders, narrowed by where they stand, store and day; or those that are exactly named."""
    viewer, query = viewer_of(request).within(READ), request.GET
    stores, words = order_stores(viewer), query.get("q", "").strip()
    store = next((one for one in stores if one.code == query.get("store")), None)
    if words:
        page = OrderPage(named(viewer, words), None)
    else:
        asked: dict[str, Any] = {**_axes(query), **_day(query.get("day", ""), store)}
        narrowed = Narrowed(**asked, store_id=store.id if store else None)
        page = order_page(seen_orders(viewer), narrowed, after=read_cursor(query.get("cursor", "")))
    joins = could_join(page.rows) if viewer.may(WRITE) else {}
    kept = {name: query[name] for name in (*_AXES, "store", "day") if query.get(name)}
    context = {
        "rows": [(one, said(one.total_minor, one), joins.get(one.id, 0)) for one in page.rows],
        "next": cursor_of(page.next),
        "words": words,
        "stores": stores,
        "asked": kept,
        "kept": "&".join(f"{name}={value}" for name, value in kept.items()),
        "axes": _choices(),
        "may_take_in": viewer.may(WRITE),
    }
    return render(request, "desk/orders/orders.html", context)


@require_GET
@permit("orders:read")
def order(request: HttpRequest, order_number: str) -> HttpResponse:
    """One order: where it stands, what is in it, who gets it, what happened, and the cases about it."""
    return shown(request, order_or_404(viewer_of(request), order_number))


def shown(request: HttpRequest, found: Order, *, refusal: str = "") -> HttpResponse:
    """The page of an order."""
    viewer = viewer_of(request)
    lines = list(OrderLine.objects.filter(order=found).order_by("position"))
    with_it = merged_with(found) if any(line.origin_id for line in lines) else {}
    held, happened = holds_of(found), timeline([found.id])
    open_reasons = {one.reason for one in held if one.is_open}
    sent, places = _sent(found, happened)
    context = {
        **_goods(request, found, lines, with_it),
        **said_of(found),
        "way": order_way(found, viewer.language),
        "holds": [(one, evidence_of(one)) for one in held],
        "may_hold": found.is_open and found.fulfilment not in LEFT,
        "hold_reasons": [(one.value, one.label) for one in Reason if one not in (*open_reasons, *BY_ITSELF)],
        "outcomes": Outcome.choices,
        "here": f"{reverse('order', args=[found.number])}#holds",
        "order": found,
        **_together(viewer, found, with_it),
        "sums": {
            name: said(getattr(found, f"{name}_minor"), found)
            for name in ("goods", "discount", "shipping", "tax", "total")
        },
        "recipient": masked(recipient_of(found)),
        "remark": masked_remark(found),
        "happened": happened[::-1],
        "sent": sent,
        "places": places,
        "move_reasons": [(code, WHY[code]) for code in BY_HAND],
        "may_move": found.fulfilment in STILL_HERE and found.is_open,
        "may_split": _may_split(found, open_reasons),
        "may_rules": viewer.may("flows:read"),
        "cases": cases_about(viewer, found, with_it.values()) if viewer.may("cases:read") else [],
        "may_open_customer": bool(customer_seen(viewer, found.customer_id)),
        "may_write": may_write(viewer, found),
        **_afterwards(viewer, found),
        "may_pick": viewer.may("picking:write"),
        "may_unmask": viewer.may("customers:unmask"),
        "may_open_case": viewer.may("cases:write"),
        "reasons": REASONS.items(),
        "reason": REASONS.get(found.cancel_reason, ""),
        "kinds": [(kind.value, kind.label) for kind in _KINDS],
        "given": request.POST,
        "asked_id": uuid4(),
        "refusal": refusal,
    }
    return render(request, "desk/orders/order.html", context, status=422 if refusal else 200)


def _sent(found: Order, happened: Sequence[Line]) -> tuple[Explained | None, list[Warehouse]]:
    """Where it is sent from and why, and the places it could be sent from instead."""
    if not any(line.type == OrderAllocated.name for line in happened):
        return None, []
    places = list(Warehouse.objects.order_by("priority", "code"))
    return explained(happened, places), [place for place in places if place.closed_at is None]


def _goods(
    request: HttpRequest, found: Order, lines: Sequence[OrderLine], with_it: Mapping[UUID | None, Order]
) -> dict[str, Any]:
    """Its parcels, its totes, and its lines with how far each is."""
    parcels, totes = parcels_shown(found, lines, request.POST), totes_of(found.id)
    steps = line_steps(found, lines, [row[0] for row in parcels["parcels"]], totes)
    shown_lines = [(*_line(line, found, with_it), steps.get(line.id, [])) for line in lines]
    return {**parcels, "totes": totes, "lines": shown_lines}


def _line(
    line: OrderLine, found: Order, with_it: Mapping[UUID | None, Order]
) -> tuple[OrderLine, str, str, Order | None]:
    return line, said(line.price_minor, found), said(line.paid_minor, found), with_it.get(line.origin_id)


def merged_with(found: Order) -> dict[UUID | None, Order]:
    """The orders that go out with this one, by their ids (one statement)."""
    return {one.id: one for one in Order.objects.filter(merged_into=found).order_by("placed_at", "id")}


def _together(viewer: Viewer, found: Order, with_it: Mapping[UUID | None, Order]) -> dict[str, Any]:
    """What goes with it, what it goes with, and what else could."""
    others = others_of(found) if viewer.may(WRITE) else []
    return {
        "with_it": [
            (one, said(one.total_minor, one), masked_remark(one) if one.remark_sealed else "")
            for one in with_it.values()
        ],
        "into": found.merged_into,
        "could_join": [(one, said(one.total_minor, one), said(one.shipping_minor, one)) for one in others],
        "may_separate": bool(with_it) and found.is_open and found.fulfilment in STILL_HERE,
    }


def _afterwards(viewer: Viewer, found: Order) -> dict[str, Any]:
    """What came back of it, or was repaired, and what may be asked for."""
    return {
        "returns": returns_of_order(found.id) if viewer.may("returns:read") else [],
        "replaces": replaced_by(found) if found.source == REPLACEMENT else None,
        "cancelled": _cancelled(found) if found.taken_out_minor else [],
        "may_cancel_pieces": may_try(found),
        "may_return_read": viewer.may("returns:read"),
        "may_return": viewer.may("returns:write") and found.fulfilment in LEFT,
        "repairs": repairs_of_order(found.id) if viewer.may("repairs:read") and found.fulfilment in LEFT else [],
        "may_repair": viewer.may("repairs:write") and found.fulfilment in LEFT,
    }


def _cancelled(found: Order) -> list[tuple[CancelledLine, str, str, Cancellation]]:
    """The pieces that were cancelled of it, with their price, and what they cost after discount (two statements)."""
    return [
        (line, said(line.price_minor, found), said(line.paid_minor, found), one)
        for one in cancelled_of(found)
        for line in one.lines.all()
    ]


def _may_split(found: Order, open_reasons: Set[str]) -> bool:
    """Whether something of it may be there and something short."""
    if found.commercial == Commercial.PLACED:
        return open_reasons == {Reason.OUT_OF_STOCK}
    return found.fulfilment == Fulfilment.BACKORDERED and not found.is_split


def order_or_404(viewer: Viewer, number: str, permission: str = READ) -> Order:
    """The order; one the viewer may not see does not exist."""
    found = order_for(viewer, number, permission, beside=[WAY, *SAID])
    if found is None:
        raise Http404
    return found


def may_write(viewer: Viewer, found: Order) -> bool:
    """Whether this order is the viewer's to change."""
    return (viewer.is_everywhere and viewer.may(WRITE)) or order_for(viewer, found.number, WRITE) is not None


def named(viewer: Viewer, words: str) -> list[Order]:
    """The orders these words name exactly; else those with such a parcel, or with such an item in them."""
    by_name, seen = viewer.may_wherever("customers:unmask"), seen_orders(viewer)
    found = find_orders(seen, words, at=clock.now(), by_name=by_name)
    return found or orders_with_number(seen, words) or orders_with_sku(seen, words)


def said(minor: int, found: Order) -> str:
    """An amount of an order, in the reader's way of writing."""
    return Money(minor, found.currency).format(get_language() or "zh-hans")


def _axes(query: QueryDict) -> dict[str, str]:
    known = {name: {code for code, _words in choices} for name, choices in _choices().items()}
    return {name: query.get(name, "") if query.get(name, "") in known[name] | {"open"} else "" for name in _AXES}


def _choices() -> dict[str, list[tuple[Any, Any]]]:
    return {"commercial": Commercial.choices, "payment": Payment.choices, "fulfilment": Fulfilment.choices}


def _day(text: str, store: Store | None) -> dict[str, datetime]:
    """From when until when: the store's day, else head office's."""
    if not text:
        return {}
    try:
        day = date.fromisoformat(text)
        zone = ZoneInfo(store.zone) if store else clock.zone()
        begins = datetime.combine(day, time(), tzinfo=zone)
        return {"since": begins, "until": datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)}
    except (ValueError, OverflowError) as error:
        raise BadRequest("day") from error
