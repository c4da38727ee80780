"""Orders for programs: placing, reading, cancelling."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.order_bodies import OrderIn, submission_of
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Cursor
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.commands.cancelling import cancel_pieces, cancel_whole
from zhoudao.rooms.aftersales.refusals import NotThatMany
from zhoudao.rooms.cases.queries.orders import order_for, seen_orders
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.merging import MOST
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.queries.listing import Narrowed, order_page
from zhoudao.rooms.orders.refusals import OrderNotFound
from zhoudao.rooms.orders.sealed import masked, recipient_of
from zhoudao.rooms.orders.submission import MOST_LINES, MOST_PIECES

router = Router(tags=["orders"])
_STRICT = ConfigDict(extra="forbid")
Reason = Literal["customer", "not_paid", "no_stock", "mistake", "other"]


class OrderItem(Schema):
    """An order, as it stands on its three axes. Amounts are in the currency's smallest unit. One that goes out with
    another is `cancelled` with the reason `merged`, and `merged_into` is the number of the one that carries its lines.
    """

    number: str
    source: str
    external_number: str
    store: str
    customer_id: UUID
    commercial: str
    payment: str
    fulfilment: str
    currency: str
    goods_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    total_minor: int
    line_count: int
    placed_at: datetime
    promised_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    merged_into: str | None
    province: str
    city: str


class LineItem(Schema):
    """A line, with its part of discount, shipping and tax: piece by piece they differ by one unit at most. `origin` is
    the number of the order it came with, when that goes out with this one.
    """

    position: int
    sku: str
    name: str
    quantity: int
    price_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    origin: str | None


class RecipientItem(Schema):
    """Who gets it, masked."""

    name: str
    phone: str
    address: str
    province: str
    city: str
    district: str


class OrderWhole(OrderItem):
    """An order with its lines and its recipient."""

    recipient: RecipientItem
    lines: list[LineItem]


class OrderList(Schema):
    """Orders, the newest first."""

    items: list[OrderItem]
    next: str | None


class OrdersAsked(Schema):
    """Which orders. `commercial` may be `open`: something is still to be done."""

    commercial: Code = ""
    payment: Code = ""
    fulfilment: Code = ""
    source: Code = ""
    store: Code = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    cursor: Cursor = ""


class PieceLineIn(Schema):
    """So many pieces of the line at this position."""

    model_config = _STRICT

    position: Annotated[int, Field(ge=0, le=32_767)]
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]


class MergeIn(Schema):
    """Which orders go out with it, by our numbers."""

    model_config = _STRICT

    orders: Annotated[list[CaseNumber], Field(min_length=1, max_length=MOST - 1)]


class CancelledItem(Schema):
    """Pieces that are not sent: the order costs `less_minor` less, and `back_minor` of it is paid back by the refund of
    the return `refund_of` (null: nothing was paid).
    """

    pieces: int
    less_minor: int
    back_minor: int
    refund_of: str | None


class PiecesCancelled(OrderWhole):
    """What is left of an order, and what was cancelled of it."""

    cancelled: CancelledItem


class PiecesIn(Schema):
    """So many pieces of the lines at these positions, and why they are not wanted."""

    model_config = _STRICT

    lines: Annotated[list[PieceLineIn], Field(min_length=1, max_length=MOST_LINES)]
    reason: Reason = "customer"


class CancelIn(Schema):
    """Why it is cancelled."""

    model_config = _STRICT

    reason: Reason = "customer"


@operations.post(router, "", scope="orders:write", answers={200: OrderItem, 201: OrderItem})
def place(request: HttpRequest, order: OrderIn) -> Status[OrderItem]:
    """Place an order: 201 when it is new, 200 when the same came before; other contents under its number are 422."""
    viewer = viewer_in(request)
    placed = place_order(
        submission_of(order, viewer), by=By(viewer.actor), at=clock.now(), only_stores=viewer.stores_worked_in
    )
    code = Store.objects.values_list("code", flat=True).get(id=placed.order.store_id)
    return Status(200 if placed.is_repeat else 201, OrderItem(**_fields(placed.order, code)))


@operations.get(router, "", scope="orders:read", answer=OrderList)
def orders(request: HttpRequest, asked: Query[OrdersAsked]) -> OrderList:
    """Orders of the stores the caller may see."""
    store_id = None
    if asked.store:
        store_id = Store.objects.filter(code=asked.store).values_list("id", flat=True).first() or UUID(int=0)
    axes = {name: getattr(asked, name) for name in ("commercial", "payment", "fulfilment", "source", "since", "until")}
    after = paging.read_moment(asked.cursor) if asked.cursor else None
    page = order_page(seen_orders(viewer_in(request)), Narrowed(**axes, store_id=store_id), after=after)
    items = [OrderItem(**_fields(one, one.store.code)) for one in page.rows]
    return OrderList(items=items, next=paging.write(*page.next) if page.next else None)


@operations.get(router, "/{order_number}", scope="orders:read", answer=OrderWhole)
def order(request: HttpRequest, order_number: CaseNumber) -> OrderWhole:
    """One order, by our number."""
    return _whole(_find(viewer_in(request), order_number, "orders:read"))


@operations.post(router, "/{order_number}/cancel", scope="orders:write", answers={200: OrderWhole})
def cancel(request: HttpRequest, order_number: CaseNumber, wanted: CancelIn) -> OrderWhole:
    """Cancel an order whose goods have not left; cancelled twice is cancelled once. What was paid for it here is
    promised back in the same moment. The customer is told.
    """
    viewer = viewer_in(request)
    found = _find(viewer, order_number, "orders:write")
    cancel_whole(order_id=found.id, reason=wanted.reason, by=By(viewer.actor), at=clock.now())
    return _whole(_find(viewer, order_number, "orders:write"))


@operations.post(router, "/{order_number}/cancel-pieces", scope="orders:write", answers={200: PiecesCancelled})
def cancel_some(request: HttpRequest, order_number: CaseNumber, wanted: PiecesIn) -> PiecesCancelled:
    """Cancel single pieces of an order that nobody has begun to pick: it costs less by exactly their parts of price,
    discount and shipping, and what was paid for them is promised back in the same moment. All of them cancel the order.
    The customer is told.
    """
    viewer = viewer_in(request)
    found = _find(viewer, order_number, "orders:write")
    done = cancel_pieces(
        order_id=found.id,
        counts=_counts(found, wanted.lines),
        reason=wanted.reason,
        key=uuid7(),
        by=By(viewer.actor, channel="api"),
        at=clock.now(),
    )
    said = CancelledItem(
        pieces=sum(line.quantity for line in done.lines.all()),
        less_minor=done.less_minor,
        back_minor=done.back_minor,
        refund_of=done.request.number if done.request else None,
    )
    return PiecesCancelled(**dict(_whole(_find(viewer, order_number, "orders:write"))), cancelled=said)


@operations.post(router, "/{order_number}/merge", scope="orders:write", answers={200: OrderWhole})
def merge(request: HttpRequest, order_number: CaseNumber, wanted: MergeIn) -> OrderWhole:
    """Have it carry the lines of other orders of the same customer to the same address, and go out once; those end as
    merged into it. What is kept for them moves with them. Merged twice is merged once. The customer is told.
    """
    viewer = viewer_in(request)
    found = _find(viewer, order_number, "orders:write")
    others = [_find(viewer, number, "orders:write").id for number in dict.fromkeys(wanted.orders)]
    merge_orders(order_id=found.id, others=others, by=By(viewer.actor), at=clock.now())
    return _whole(_find(viewer, order_number, "orders:write"))


@operations.post(router, "/{order_number}/separate", scope="orders:write", answers={200: OrderWhole})
def separate(request: HttpRequest, order_number: CaseNumber) -> OrderWhole:
    """Have every order that goes out with it go by itself again, as long as nobody picks. The customer is told."""
    viewer = viewer_in(request)
    found = _find(viewer, order_number, "orders:write")
    separate_orders(order_id=found.id, by=By(viewer.actor), at=clock.now())
    return _whole(_find(viewer, order_number, "orders:write"))


def _find(viewer: Viewer, number: str, permission: str) -> Order:
    found = order_for(viewer, number, permission)
    if found is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    return found


def _counts(found: Order, lines: Sequence[PieceLineIn]) -> dict[UUID, int]:
    """Raises: NotThatMany"""
    ids = dict(found.lines.values_list("position", "id"))
    counts: Counter[UUID] = Counter()
    for one in lines:
        if one.position not in ids:
            raise NotThatMany(NotThatMany.__doc__)
        counts[ids[one.position]] += one.quantity
    return counts


def _whole(found: Order) -> OrderWhole:
    lines = OrderLine.objects.filter(order=found).select_related("origin").order_by("position")
    return OrderWhole(
        **_fields(found, found.store.code),
        recipient=RecipientItem(**masked(recipient_of(found)).__dict__),
        lines=[LineItem(**_of_line(line)) for line in lines],
    )


def _of_line(line: OrderLine) -> dict[str, Any]:
    said = {name: getattr(line, name) for name in LineItem.model_fields if name != "origin"}
    return said | {"origin": line.origin.number if line.origin else None}


def _fields(found: Order, store: str) -> dict[str, Any]:
    said = {name: getattr(found, name) for name in OrderItem.model_fields if name not in ("store", "merged_into")}
    return said | {"store": store, "merged_into": found.merged_into.number if found.merged_into else None}
