"""Orders for programs: placing, reading, cancelling."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.messages import SENT_SINCE, Sender
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Cursor, Name
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.orders import order_for, seen_orders
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.queries.listing import Narrowed, order_page
from zhoudao.rooms.orders.refusals import OrderNotFound
from zhoudao.rooms.orders.sealed import masked, recipient_of
from zhoudao.rooms.orders.submission import DEAREST, MOST_LINES, MOST_PIECES, Item, Recipient, Submission

router = Router(tags=["orders"])
_STRICT = ConfigDict(extra="forbid")
_NO_NUL = r"^[^\x00]*$"
Amount = Annotated[int, Field(ge=0, le=DEAREST, description="In the currency's smallest unit")]
Source = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Reason = Literal["customer", "not_paid", "no_stock", "mistake", "other"]


class LineIn(Schema):
    """So many of a SKU. `price_minor` is of one piece, tax included; `currency` must be the order's if given."""

    model_config = _STRICT

    sku: Annotated[str, Field(min_length=1, max_length=80, pattern=_NO_NUL)]
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]
    price_minor: Annotated[int, Field(ge=1, le=DEAREST)]
    name: Annotated[str, Field(max_length=200, pattern=_NO_NUL)] = ""
    currency: Annotated[str, Field(max_length=3)] = ""


class RecipientIn(Schema):
    """Who gets it, and where."""

    model_config = _STRICT

    name: Name = ""
    phone: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""
    address: Annotated[str, Field(max_length=300, pattern=_NO_NUL)] = ""
    province: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""
    city: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""
    district: Annotated[str, Field(max_length=40, pattern=_NO_NUL)] = ""


class OrderIn(Schema):
    """An order. `source` is where it was taken, `external_number` what it is called there: the same again is the same
    order. `buyer` is found as a message's sender is. `total_minor` is checked if given: goods less discount plus
    shipping.
    """

    model_config = _STRICT

    source: Source
    external_number: Annotated[str, Field(min_length=1, max_length=80, pattern=_NO_NUL)]
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]
    store: Code = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    discount_minor: Amount = 0
    shipping_minor: Amount = 0
    tax_minor: Amount = 0
    total_minor: Annotated[int, Field(ge=0, le=2**62)] | None = None
    payment: Literal["pending", "authorised", "captured"] = "pending"
    buyer: Sender = Sender()
    recipient: RecipientIn = RecipientIn()
    remark: Annotated[str, Field(max_length=2000, pattern=_NO_NUL)] = ""
    language: Literal["zh-Hans", "zh-Hant", "en"] = "zh-Hans"
    placed_at: Annotated[AwareDatetime, Field(ge=SENT_SINCE)] | None = None
    promised_at: Annotated[AwareDatetime, Field(ge=SENT_SINCE)] | None = None


class OrderItem(Schema):
    """An order, as it stands on its three axes. Amounts are in the currency's smallest unit."""

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
    province: str
    city: str


class LineItem(Schema):
    """A line, with its part of discount, shipping and tax: piece by piece they differ by one unit at most."""

    position: int
    sku: str
    name: str
    quantity: int
    price_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int


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


class CancelIn(Schema):
    """Why it is cancelled."""

    model_config = _STRICT

    reason: Reason = "customer"


@operations.post(router, "", scope="orders:write", answers={200: OrderItem, 201: OrderItem})
def place(request: HttpRequest, order: OrderIn) -> Status[OrderItem]:
    """Place an order: 201 when it is new, 200 when the same came before; other contents under its number are 422."""
    viewer = viewer_in(request)
    placed = place_order(
        _submission(order, viewer), by=By(viewer.actor), at=clock.now(), only_stores=viewer.stores_worked_in
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
    """Cancel an order whose goods have not left; cancelled twice is cancelled once. The customer is told."""
    viewer = viewer_in(request)
    found = _find(viewer, order_number, "orders:write")
    cancel_order(order_id=found.id, reason=wanted.reason, by=By(viewer.actor), at=clock.now())
    return _whole(_find(viewer, order_number, "orders:write"))


def _find(viewer: Viewer, number: str, permission: str) -> Order:
    found = order_for(viewer, number, permission)
    if found is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    return found


def _submission(given: OrderIn, viewer: Viewer) -> Submission:
    plain = given.dict(exclude={"lines", "buyer", "recipient"})
    return Submission(
        **plain,
        items=[Item(**line.dict()) for line in given.lines],
        recipient=Recipient(**given.recipient.dict()),
        claims=_claims(given, is_proof=viewer.may("identity:assert")),
        buyer_name=given.buyer.name,
    )


def _claims(given: OrderIn, *, is_proof: bool) -> Sequence[Claim]:
    buyer = given.buyer
    claims = [
        Claim("phone", buyer.phone, verified=is_proof),
        Claim("email", buyer.email, verified=is_proof),
        Claim("external", buyer.external_id, scope=given.source),
    ]
    return [claim for claim in claims if claim.value.strip()]


def _whole(found: Order) -> OrderWhole:
    lines = OrderLine.objects.filter(order=found).order_by("position")
    return OrderWhole(
        **_fields(found, found.store.code),
        recipient=RecipientItem(**masked(recipient_of(found)).__dict__),
        lines=[LineItem(**{name: getattr(line, name) for name in LineItem.model_fields}) for line in lines],
    )


def _fields(found: Order, store: str) -> dict[str, Any]:
    return {name: getattr(found, name) for name in OrderItem.model_fields if name != "store"} | {"store": store}
