"""Parcels for programs: what left, where it stands, handing over, putting a number right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Cursor
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.orders import seen_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderNotFound
from zhoudao.rooms.orders.submission import MOST_LINES, MOST_PIECES
from zhoudao.rooms.parcels.commands.handing_over import Label, hand_over_parcel, renumber_parcel
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.queries.lists import Asked, parcel_page, parcel_seen
from zhoudao.rooms.parcels.refusals import ParcelNotFound
from zhoudao.rooms.stock.batches import batch_on_label
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import WarehouseUnknown

router = Router(tags=["shipments"])
_STRICT = ConfigDict(extra="forbid")
ParcelState = Literal[
    "pending",
    "info_received",
    "in_transit",
    "out_for_delivery",
    "attempt_fail",
    "available_for_pickup",
    "delivered",
    "exception",
    "expired",
]
Number = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]


class ShipmentItem(Schema):
    """A parcel. `version` grows with everything its carrier says; `late_at` and `stuck_at` say when it was found likely
    to be late, and since when it stands still; `expected_at` is when it should arrive, as far as its lane is known.
    """

    id: UUID
    order: str
    warehouse: str | None
    carrier: str
    tracking_number: str
    state: str
    version: int
    place: str
    handed_over_at: datetime
    expected_at: datetime | None
    delivered_at: datetime | None
    heard_at: datetime | None
    late_at: datetime | None
    stuck_at: datetime | None
    weight_grams: int | None


class ShipmentBatch(Schema):
    """So many of one batch."""

    batch: str
    quantity: int


class ShipmentLine(Schema):
    """So many of a line of its order, and of which batches they are, as far as somebody said so."""

    position: int
    sku: str
    name: str
    quantity: int
    batches: list[ShipmentBatch]


class ShipmentWhole(ShipmentItem):
    """A parcel and what is in it."""

    lines: list[ShipmentLine]


class ShipmentList(Schema):
    """Parcels, the newest first."""

    items: list[ShipmentItem]
    next: str | None


class ShipmentsAsked(Schema):
    """Which parcels. `trouble`: `late` or `stuck` ones that have not arrived, or `any` of both."""

    state: Literal[ParcelState, ""] = ""
    carrier: Code = ""
    order: Annotated[str, Field(max_length=20, pattern=r"^[A-Z0-9-]*$")] = ""
    tracking_number: Number = ""
    trouble: Literal["late", "stuck", "any", ""] = ""
    cursor: Cursor = ""


class BatchIn(Schema):
    """How many are of one batch, as it stands on the label."""

    model_config = _STRICT

    batch: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]


class PiecesIn(Schema):
    """How many of a line, by its position in the order, and of which batches, as far as that is known."""

    model_config = _STRICT

    position: Annotated[int, Field(ge=1, le=MOST_LINES)]
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]
    batches: Annotated[list[BatchIn], Field(max_length=MOST_LINES)] = []


class ShipmentIn(Schema):
    """A parcel that is handed over. Without `lines`: all that is left of the order. `warehouse` empty: from where its
    goods are kept. The same number for the same order is the same parcel.
    """

    model_config = _STRICT

    order: CaseNumber
    carrier: Code
    tracking_number: Number = ""
    lines: Annotated[list[PiecesIn], Field(min_length=1, max_length=MOST_LINES)] | None = None
    warehouse: Code = ""
    weight_grams: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class LabelIn(Schema):
    """What stands on the parcel."""

    model_config = _STRICT

    carrier: Code
    tracking_number: Number = ""


@operations.get(router, "", scope="shipments:read", answer=ShipmentList)
def shipments(request: HttpRequest, asked: Query[ShipmentsAsked]) -> ShipmentList:
    """Parcels of the orders the caller may see."""
    after = paging.read_id(asked.cursor) if asked.cursor else None
    wanted = Asked(**asked.model_dump(exclude={"cursor"}), after=after)
    rows, following = parcel_page(seen_orders(viewer_in(request)), wanted)
    items = [ShipmentItem(**_fields(one)) for one in rows]
    return ShipmentList(items=items, next=paging.write(following) if following else None)


@operations.get(router, "/{uuid:shipment_id}", scope="shipments:read", answer=ShipmentWhole)
def shipment(request: HttpRequest, shipment_id: UUID) -> ShipmentWhole:
    """One parcel and what is in it."""
    return _whole(viewer_in(request), shipment_id)


@operations.post(router, "", scope="shipments:write", answers={201: ShipmentWhole})
def hand_over(request: HttpRequest, parcel: ShipmentIn) -> Status[ShipmentWhole]:
    """A parcel of an approved order left: its goods are booked out, and the customer is told."""
    viewer = viewer_in(request)
    order = Order.objects.filter(seen_orders(viewer), number=parcel.order).first()
    if order is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    made = hand_over_parcel(
        order_id=order.id,
        label=Label(parcel.carrier, parcel.tracking_number),
        lines=_lines(order, parcel.lines),
        batches=_batches(order, parcel.lines),
        warehouse_id=_place(parcel.warehouse),
        weight_grams=parcel.weight_grams,
        by=By(viewer.actor),
        at=clock.now(),
    )
    return Status(201, _whole(viewer, made.id))


@operations.patch(router, "/{uuid:shipment_id}", scope="shipments:write", answer=ShipmentWhole)
def renumber(request: HttpRequest, shipment_id: UUID, label: LabelIn) -> ShipmentWhole:
    """Put a parcel's carrier and number right, as long as it was not delivered."""
    viewer = viewer_in(request)
    _find(viewer, shipment_id)
    renumber_parcel(
        parcel_id=shipment_id, label=Label(label.carrier, label.tracking_number), by=By(viewer.actor), at=clock.now()
    )
    return _whole(viewer, shipment_id)


def _find(viewer: Viewer, shipment_id: UUID) -> Parcel:
    found = parcel_seen(seen_orders(viewer), shipment_id)
    if found is None:
        raise ParcelNotFound(ParcelNotFound.__doc__)
    return found


def _whole(viewer: Viewer, shipment_id: UUID) -> ShipmentWhole:
    found = _find(viewer, shipment_id)
    rows = found.lines.select_related("order_line").prefetch_related("batches").order_by("order_line__position")
    lines = [
        ShipmentLine(
            position=row.order_line.position,
            sku=row.order_line.sku,
            name=row.order_line.name,
            quantity=row.quantity,
            batches=[
                ShipmentBatch(batch=one.batch, quantity=one.quantity)
                for one in sorted(row.batches.all(), key=lambda each: each.batch)
            ],
        )
        for row in rows
    ]
    return ShipmentWhole(**_fields(found), lines=lines)


def _fields(found: Parcel) -> dict[str, Any]:
    named = {name: getattr(found, name) for name in ShipmentItem.model_fields if name not in ("order", "warehouse")}
    return named | {"order": found.order.number, "warehouse": found.warehouse.code if found.warehouse else None}


def _lines(order: Order, asked: Sequence[PiecesIn] | None) -> dict[UUID, int] | None:
    """Raises: Refused (there is no such line)."""
    if asked is None:
        return None
    by_position = dict(order.lines.values_list("position", "id"))
    wanted: dict[UUID, int] = {}
    for line in asked:
        id_ = by_position.get(line.position)
        if id_ is None:
            raise Refused(422, "line_unknown", f"The order has no line {line.position}.")
        wanted[id_] = wanted.get(id_, 0) + line.quantity
    return wanted


def _batches(order: Order, asked: Sequence[PiecesIn] | None) -> dict[UUID, dict[str, int]]:
    by_position = dict(order.lines.values_list("position", "id"))
    wanted: dict[UUID, dict[str, int]] = {}
    for line in asked or ():
        own = wanted.setdefault(by_position[line.position], {})
        for one in line.batches:
            batch = batch_on_label(one.batch)
            own[batch] = own.get(batch, 0) + one.quantity
    return wanted


def _place(code: str) -> UUID | None:
    if not code:
        return None
    found = Warehouse.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    return found
