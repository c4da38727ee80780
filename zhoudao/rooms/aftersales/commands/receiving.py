"""Goods come back: pieces of a return are noted as here, and what belongs to none is kept for somebody."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.aftersales.commands.holding import hold_return, tell
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.events import SETTLED_AS, ReturnReceived, StrayFound, StraySettled
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, ReturnPiece, ReturnRequest, State, Stray
from zhoudao.rooms.aftersales.queries.station import is_label_of
from zhoudao.rooms.aftersales.refusals import AlreadyOver, NoPieceChosen, NotAgreed, NotExpected, WarehouseUnknown
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Warehouse

_LONGEST, _MOST = 80, 9_999


@transaction.atomic
def receive_return(
    *,
    request_id: UUID,
    counts: Mapping[str, int],
    warehouse_id: UUID,
    key: UUID,
    parcel: str = "",
    by: By,
    at: datetime,
) -> ReturnRequest:
    """This will note that so many of each SKU of a return are here, each once. The same `key` twice is once. `parcel`:
    the number on what it came in; where that is our prepaid label, its customer pays for it as agreed.

    Raises: ReturnNotFound, NotAgreed, NoPieceChosen, NotExpected, WarehouseUnknown
    """
    _order, request = hold_return(request_id)
    if request.pieces.filter(here_with=key).exists():
        return request
    if request.state not in (*BEFORE_GOODS, State.RECEIVED) or not request.needs_goods:
        raise NotAgreed(NotAgreed.__doc__)
    place = _place(warehouse_id)
    pieces = _expected(request, counts)
    for piece in pieces:
        piece.is_here, piece.here_with = True, key
    ReturnPiece.objects.bulk_update(pieces, ["is_here", "here_with"])
    request.warehouse, request.received_at = place, request.received_at or at
    if request.fetched_minor is None and is_label_of(request, parcel):
        request.fetched_minor = request.label_minor
    rest = request.pieces.filter(is_live=True, is_here=False).count()
    tell(request, ReturnReceived(request.number, place.code, len(pieces), rest), by=by, at=at)
    stand_anew(request, by=by, at=at)
    return request


@transaction.atomic
def keep_stray(
    *, text: str, warehouse_id: UUID, key: UUID, request_id: UUID | None = None, quantity: int = 1, by: By, at: datetime
) -> Stray:
    """This will keep goods that belong to no return, or lay in a parcel of one they do not belong to, for somebody to
    find out whose they are. The same `key` twice is once.

    Raises: NoPieceChosen, WarehouseUnknown
    """
    words = text.strip().replace("\0", "")[:_LONGEST]
    if not words or type(quantity) is not int or not 1 <= quantity <= _MOST:
        raise NoPieceChosen(NoPieceChosen.__doc__)
    place = _place(warehouse_id)
    given = {"text": words, "warehouse": place, "request_id": request_id, "quantity": quantity}
    stray, is_new = Stray.objects.get_or_create(key=key, defaults={**given, "found_at": at, "found_by": by.actor})
    if is_new:
        about = [About("stray", stray.id), *([About("return", request_id)] if request_id else [])]
        by = By(by.actor, store_id=place.store_id)
        record(StrayFound(place.code, quantity), at=at, by=by, about=about)
    return stray


@transaction.atomic
def settle_stray(*, stray_id: UUID, settled_as: str, sku: str = "", by: By, at: datetime) -> Stray:
    """This will note what became of such goods; what is taken into stock is booked in as `sku`.

    Raises: NotExpected, NoPieceChosen, AlreadyOver, and what `receive_stock` raises
    """
    stray = Stray.objects.select_for_update(of=("self",)).select_related("warehouse").filter(id=stray_id).first()
    if stray is None:
        raise NotExpected(NotExpected.__doc__)
    if settled_as not in SETTLED_AS:
        raise NoPieceChosen(NoPieceChosen.__doc__)
    if stray.settled_at is not None:
        raise AlreadyOver(AlreadyOver.__doc__)
    if settled_as == "ours":
        goods = [Goods(stray.warehouse_id, sku.strip(), stray.quantity)]
        receive_stock(goods=goods, reference="stray", key=f"stray:{stray.id}", by=by, at=at)
    stray.settled_at, stray.settled_by, stray.settled_as = at, by.actor, settled_as
    stray.save(update_fields=["settled_at", "settled_by", "settled_as"])
    fact = StraySettled(stray.warehouse.code, f"stray_{settled_as}")
    record(fact, at=at, by=By(by.actor, store_id=stray.warehouse.store_id), about=[About("stray", stray.id)])
    return stray


def _place(warehouse_id: UUID) -> Warehouse:
    place = Warehouse.objects.filter(id=warehouse_id, closed_at=None).first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    return place


def _expected(request: ReturnRequest, counts: Mapping[str, int]) -> list[ReturnPiece]:
    wanted = {sku: count for sku, count in counts.items() if count}
    if not wanted:
        raise NoPieceChosen(NoPieceChosen.__doc__)
    rows = request.pieces.select_related("order_line").filter(is_live=True, is_here=False)
    left = list(rows.order_by("order_line__position", "rank"))
    taken: list[ReturnPiece] = []
    for sku, count in wanted.items():
        own = [piece for piece in left if piece.order_line.sku == sku]
        if type(count) is not int or not 0 < count <= len(own):
            raise NotExpected(NotExpected.__doc__)
        taken += own[:count]
    return taken
