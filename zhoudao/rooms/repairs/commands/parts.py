"""Parts for a repair: planned, kept by stock, taken out of a warehouse, and brought back when not needed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.repairs.commands.holding import hold_repair, tell
from zhoudao.rooms.repairs.events import PartsAwaited, PartsReturned, PartsTaken
from zhoudao.rooms.repairs.kinds import State
from zhoudao.rooms.repairs.models import Repair, RepairPart
from zhoudao.rooms.repairs.refusals import NotNow, PartsMissing, PartsUnsound
from zhoudao.rooms.stock.book import hold
from zhoudao.rooms.stock.commands.reserving import Way, release, reserve_within
from zhoudao.rooms.stock.commands.shipping import ship, take_back
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.queries.items import lines_for

PURPOSE = "repair"  # what stock keeps parts for
_TO_PLAN = (State.TRIAGED, State.APPROVED, State.WAITING, State.IN_REPAIR)
_TO_KEEP = (State.APPROVED, State.WAITING, State.IN_REPAIR)
_MOST_LINES, _MOST = 20, 100


def plan_part(repair: Repair, sku: str, quantity: int, price_minor: int) -> RepairPart | None:
    """This will note that a held repair needs so many of a stock item; one that stock does not know is left out."""
    if not Item.objects.filter(sku=sku).exists():
        return None
    known = repair.parts.filter(sku=sku, batch=None).first()
    if known is not None:
        return known
    return RepairPart.objects.create(repair=repair, sku=sku, wanted=quantity, price_minor=price_minor)


@transaction.atomic
def add_part(*, repair_id: UUID, sku: str, quantity: int, by: By, at: datetime) -> RepairPart:
    """This will plan so many of a stock item for a repair. Raises: RepairNotFound, NotNow, PartsUnsound."""
    repair = hold_repair(repair_id, *_TO_PLAN)
    if not 1 <= quantity <= _MOST or repair.parts.count() >= _MOST_LINES:
        raise PartsUnsound(PartsUnsound.__doc__)
    made = plan_part(repair, sku, quantity, 0)
    if made is None:
        raise PartsUnsound(PartsUnsound.__doc__)
    if made.wanted != quantity:
        made.wanted = quantity
        made.save(update_fields=["wanted"])
    return made


@transaction.atomic
def drop_part(*, repair_id: UUID, part_id: UUID, by: By, at: datetime) -> None:
    """This will plan a part no more that stock has not been asked for. Raises: RepairNotFound, NotNow."""
    repair = hold_repair(repair_id, *_TO_PLAN)
    if not repair.parts.filter(id=part_id, batch=None).delete()[0]:
        raise NotNow(NotNow.__doc__)


@transaction.atomic
def keep_parts(*, repair_id: UUID, warehouse_id: UUID, by: By, at: datetime) -> Repair:
    """This will have stock keep all planned parts in a warehouse; what is not there is waited for.

    Raises: RepairNotFound, NotNow, PartsUnsound, WarehouseUnknown, WarehouseClosed
    """
    repair = hold_repair(repair_id, *_TO_KEEP)
    planned = list(repair.parts.filter(batch=None).order_by("id"))
    if not planned:
        raise PartsUnsound(PartsUnsound.__doc__)
    batch = uuid7()
    goods = [Goods(warehouse_id, one.sku, one.wanted) for one in planned]
    reserve_within(purpose=Purpose(PURPOSE, batch), goods=goods, way=Way.WAIT, by=by, at=at)
    for one in planned:
        one.batch, one.warehouse_id = batch, warehouse_id
    RepairPart.objects.bulk_update(planned, ["batch", "warehouse"])
    stand_by_parts(repair, by=by, at=at)
    return repair


@transaction.atomic
def note_parts(*, repair_id: UUID, by: By, at: datetime) -> Repair:
    """This will look whether what a repair waits for is there by now. Raises: RepairNotFound."""
    repair = hold_repair(repair_id)
    if repair.state in (State.APPROVED, State.WAITING):
        stand_by_parts(repair, by=by, at=at)
    return repair


def stand_by_parts(repair: Repair, *, by: By, at: datetime) -> None:
    """This will say on a held repair whether it waits for parts, and tell of it when that changed."""
    held, missing = _counted(repair)
    before = repair.state
    if before in (State.APPROVED, State.WAITING):
        repair.state = State.WAITING if missing else State.APPROVED
        repair.save(update_fields=["state"])
    if missing or before == State.WAITING:
        tell(repair, PartsAwaited(repair.number, held, missing), by=by, at=at)


def take_kept(repair: Repair, *, by: By, at: datetime) -> int:
    """This will take all kept parts of a held repair out of their warehouses; returns how many pieces.

    Raises: PartsMissing
    """
    parts = list(repair.parts.filter(batch__isnull=False, taken=0).order_by("batch", "id"))
    if not parts:
        return 0
    _held, missing = _counted(repair)
    if missing:
        raise PartsMissing(str(missing))
    hold((one.warehouse_id, one.sku) for one in parts if one.warehouse_id)  # all balances in one order
    for batch in sorted({one.batch for one in parts if one.batch}):
        ship(purpose=Purpose(PURPOSE, batch), key=f"repair:{batch}", by=by, at=at)
    for one in parts:
        one.taken = one.wanted
    RepairPart.objects.bulk_update(parts, ["taken"])
    pieces = sum(one.taken for one in parts)
    tell(repair, PartsTaken(repair.number, pieces), by=by, at=at)
    return pieces


@transaction.atomic
def bring_back(*, repair_id: UUID, part_id: UUID, quantity: int, by: By, at: datetime) -> Repair:
    """This will book parts back into their warehouse that were not needed.

    Raises: RepairNotFound, NotNow, PartsUnsound
    """
    repair = hold_repair(repair_id, State.IN_REPAIR, State.DONE, State.READY, State.HANDED)
    part = repair.parts.filter(id=part_id).first()
    if part is None or not 1 <= quantity <= part.taken - part.went_back:
        raise PartsUnsound(PartsUnsound.__doc__)
    _back([(part, quantity)], by=by, at=at)
    tell(repair, PartsReturned(repair.number, quantity), by=by, at=at)
    return repair


def let_go(repair: Repair, *, by: By, at: datetime) -> None:
    """This will give free what is kept for a held repair, and book back what was taken for it."""
    parts = list(repair.parts.filter(batch__isnull=False).order_by("batch", "id"))
    hold((one.warehouse_id, one.sku) for one in parts if one.warehouse_id)
    for batch in sorted({one.batch for one in parts if one.batch and not one.taken}):
        release(purpose=Purpose(PURPOSE, batch), by=by, at=at)
    back = [(one, one.taken - one.went_back) for one in parts if one.taken > one.went_back]
    if back:
        _back(back, by=by, at=at)
        tell(repair, PartsReturned(repair.number, sum(count for _part, count in back)), by=by, at=at)


def missing_of(repair: Repair) -> int:
    """How many kept parts a repair waits for."""
    return _counted(repair)[1]


def _back(parts: Iterable[tuple[RepairPart, int]], *, by: By, at: datetime) -> None:
    for part, count in parts:
        if part.warehouse_id is None or part.batch is None:
            continue
        goods = [Goods(part.warehouse_id, part.sku, count)]
        take_back(goods=goods, purpose=Purpose(PURPOSE, part.batch), by=by, at=at)
        part.went_back += count
        part.save(update_fields=["went_back"])


def _counted(repair: Repair) -> tuple[int, int]:
    """How many parts are kept for it and not taken, and how many of those are missing."""
    held = missing = 0
    kept = repair.parts.filter(batch__isnull=False, taken=0).values_list("batch", flat=True)
    for batch in {one for one in kept if one is not None}:
        for line in lines_for(Purpose(PURPOSE, batch)):
            held, missing = held + line.held, missing + line.waiting
    return held, missing
