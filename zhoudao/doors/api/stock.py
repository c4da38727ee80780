"""Stock for programs: what lies where, and booking what came, moved or was wrong."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Cursor, Line, Name
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.stock.commands.correcting import correct_stock, transfer
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods, check_sku
from zhoudao.rooms.stock.models import Balance, Warehouse
from zhoudao.rooms.stock.queries.balances import PAGE, Asked, balances
from zhoudao.rooms.stock.reach import places_kept, places_seen
from zhoudao.rooms.stock.refusals import CorrectionUnexplained, WarehouseUnknown

router = Router(tags=["stock"])
_Whole = Annotated[int, Field(ge=-1_000_000, le=1_000_000, strict=True)]


class StockItem(Schema):
    """An item in one place. `available` is on hand less what is reserved and kept back."""

    sku: str
    name: str
    warehouse: str
    on_hand: int
    reserved: int
    safety: int
    available: int


class StockList(Schema):
    """Stock by item and place."""

    items: list[StockItem]
    next: str | None


class MovementIn(Schema):
    """What to book. A receipt and a transfer have a quantity above 0, a correction how many more or fewer, and why
    (`miscount found lost damaged expired opening`). A transfer goes `to` a place, there at once or on `due_date`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["receipt", "correction", "transfer"]
    warehouse: Code
    sku: Name
    quantity: _Whole
    to: Code = ""
    due_date: date | None = None
    reason: Code = ""
    reference: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = ""


class MovementDone(Schema):
    """The book after it."""

    items: list[StockItem]
    at: datetime


@operations.get(router, "", scope="stock:read", answer=StockList)
def stock(
    request: HttpRequest, warehouse: Code = "", q: Line = "", low: bool = False, cursor: Cursor = ""
) -> StockList:
    """What lies in the places the token may see; `q` finds by any part of number, name or barcode."""
    places = [one for one in places_seen(viewer_in(request)) if warehouse in ("", one.code)]
    rows = balances(Asked([one.id for one in places], q, low, _after(cursor)))
    shown = rows[:PAGE]
    following = paging.write(shown[-1].warehouse_id, shown[-1].item_id.encode().hex()) if len(rows) > PAGE else None
    return StockList(items=[_item(one) for one in shown], next=following)


@operations.post(router, "/movements", scope="stock:write", answers={201: MovementDone})
def book_movement(request: HttpRequest, wanted: MovementIn) -> Status[MovementDone]:
    """Book a receipt, a correction or a transfer; with an `Idempotency-Key` it is booked once."""
    viewer, at = viewer_in(request), clock.now()
    place, by = _kept(viewer, wanted.warehouse), By(viewer.actor)
    check_sku(wanted.sku)
    touched = [place.id]
    if wanted.kind == "receipt":
        goods = [Goods(place.id, wanted.sku, wanted.quantity)]
        receive_stock(goods=goods, reference=wanted.reference, by=by, at=at)
    elif wanted.kind == "transfer":
        touched.append(_transfer(place, wanted, by, at))
    else:
        _correct(place, wanted, by, at)
    rows = Balance.objects.filter(warehouse_id__in=touched, item_id=wanted.sku).select_related("item", "warehouse")
    return Status(201, MovementDone(items=[_item(one) for one in rows.order_by("warehouse__code")], at=at))


def _transfer(place: Warehouse, wanted: MovementIn, by: By, at: datetime) -> UUID:
    target = Warehouse.objects.filter(code=wanted.to, closed_at=None).first()
    if target is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    transfer(
        source_id=place.id,
        target_id=target.id,
        goods=[(wanted.sku, wanted.quantity)],
        due_date=wanted.due_date,
        reference=wanted.reference,
        by=by,
        at=at,
    )
    return target.id


def _correct(place: Warehouse, wanted: MovementIn, by: By, at: datetime) -> None:
    if not wanted.reason:
        raise CorrectionUnexplained(CorrectionUnexplained.__doc__)
    correct_stock(
        warehouse_id=place.id,
        sku=wanted.sku,
        difference=wanted.quantity,
        reason=wanted.reason,
        reference=wanted.reference,
        by=by,
        at=at,
    )


def _kept(viewer: Viewer, code: str) -> Warehouse:
    found = places_kept(viewer).filter(code=code).first()
    if found is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    return found


def _after(cursor: str) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    place, _sep, sku = paging.read(cursor).partition("~")
    id_ = uuid_in(place)
    try:
        return (bytes.fromhex(sku).decode().replace("\0", ""), id_) if id_ else _refuse()
    except ValueError:
        return _refuse()


def _refuse() -> tuple[str, UUID]:
    raise paging.BadCursor


def _item(one: Balance) -> StockItem:
    return StockItem(
        sku=one.item_id,
        name=str(one.item),
        warehouse=one.warehouse.code,
        on_hand=one.on_hand,
        reserved=one.reserved,
        safety=one.safety,
        available=one.available,
    )
