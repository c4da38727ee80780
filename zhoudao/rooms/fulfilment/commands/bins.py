"""Where items lie, and what they weigh."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.fulfilment.events import BinSet
from zhoudao.rooms.fulfilment.models import Bin, Weight
from zhoudao.rooms.fulfilment.refusals import BinUnsound, WeightUnsound
from zhoudao.rooms.stock.models import Item, Warehouse
from zhoudao.rooms.stock.refusals import SkuUnknown, WarehouseUnknown

_CODE = re.compile(r"[0-9A-Z][0-9A-Z.-]{0,39}")
HEAVIEST = 1_000_000  # grams


@transaction.atomic
def place_item(*, warehouse_id: UUID, sku: str, code: str, by: By, at: datetime) -> Bin | None:
    """This will say in which bin an item is picked; an empty `code`: in none any more.

    Raises: BinUnsound, WarehouseUnknown, SkuUnknown
    """
    code = code.strip().upper()
    if code and not _CODE.fullmatch(code):
        raise BinUnsound(BinUnsound.__doc__)
    place = Warehouse.objects.select_for_update(no_key=True).filter(id=warehouse_id, closed_at=None).first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    if not Item.objects.filter(sku=sku).exists():
        raise SkuUnknown(SkuUnknown.__doc__)
    known = Bin.objects.filter(warehouse=place, item_id=sku).first()
    if (known.code if known else "") == code:
        return known
    bin_ = _put(known, place, sku, code)
    here = By(by.actor, store_id=place.store_id, channel=by.channel)
    record(BinSet(sku, place.code, code), at=at, by=here, about=[About("warehouse", place.id)])
    return bin_


def set_weight(*, sku: str, grams: int | None) -> None:
    """This will say what one of an item weighs; None: that is not known. Raises: SkuUnknown, WeightUnsound."""
    if not Item.objects.filter(sku=sku).exists():
        raise SkuUnknown(SkuUnknown.__doc__)
    if grams is None:
        Weight.objects.filter(item_id=sku).delete()
        return
    check_grams(grams)
    Weight.objects.update_or_create(item_id=sku, defaults={"grams": grams})


def check_grams(grams: int) -> None:
    """Raises: WeightUnsound."""
    if type(grams) is not int or not 1 <= grams <= HEAVIEST:
        raise WeightUnsound(WeightUnsound.__doc__)


def _put(known: Bin | None, place: Warehouse, sku: str, code: str) -> Bin | None:
    if not code:
        if known is not None:
            known.delete()
        return None
    bin_ = known or Bin(warehouse=place, item_id=sku)
    bin_.code = code
    bin_.save()
    return bin_
