"""A washing machine that was delivered and breaks, for tests. Others take fixtures from here."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.tests.returns import PNG, TEN, delivered
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.repairs.commands.registering import register_sold
from zhoudao.rooms.repairs.commands.requesting import How, Said, request_for_line
from zhoudao.rooms.repairs.commands.triaging import Judged, triage_repair
from zhoudao.rooms.repairs.models import Device, Make, Repair
from zhoudao.rooms.repairs.tables import ensure_default_tables
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Balance, Warehouse

__all__ = ["PNG", "TEN"]
LINK, CLERK, LEAD = By("customer:link"), By("user:clerk"), By("user:lead")
LIU, MA = By("user:liu"), By("user:ma")  # engineers
A_DAY = timedelta(days=1)
SERIAL = "WM-0812 3456"
WASHER = Item("WM-8", 1, 299_900, "滚筒洗衣机")


def sold(at: datetime = TEN, **more: Any) -> Order:
    """Miss Wang's washing machine (2,999.00), delivered."""
    ensure_default_tables(at)
    Make.objects.get_or_create(sku="WM-8", defaults={"brand": "海鸥", "category": "washer"})
    given: dict[str, Any] = {"items": [WASHER], "discount_minor": 0, "shipping_minor": 0, "tax_minor": 0}
    return delivered(at, **(given | more))


def line_id(order: Order, position: int = 1) -> UUID:
    """One of its lines."""
    return order.lines.get(position=position).id


def device(order: Order, serial: str = SERIAL, **more: Any) -> Device:
    """Its machine, registered."""
    given: dict[str, Any] = {"line_id": line_id(order), "by": LINK, "at": TEN} | more
    return register_sold(order_id=order.id, serial=serial, **given)


def asked(order: Order, serial: str = SERIAL, **more: Any) -> Repair:
    """A repair of it, asked for on its own page: it leaks."""
    said = Said(
        **(
            {"symptom": "leak"}
            | {name: more.pop(name) for name in ("symptom", "error_code", "words", "photos") if name in more}
        )
    )
    how = How(
        **({"key": uuid4()} | {name: more.pop(name) for name in ("key", "language", "conversation_id") if name in more})
    )
    given: dict[str, Any] = {"line_id": line_id(order), "by": LINK, "at": TEN + A_DAY} | more
    return request_for_line(order_id=order.id, serial=serial, said=said, how=how, **given)


def judged(repair: Repair, fault: str = "", **more: Any) -> Repair:
    """It was looked at: as the table proposed, unless said otherwise."""
    said: dict[str, Any] = {"fault": fault or repair.proposed, "place": "bench", "minutes": 60}
    said |= {name: more.pop(name) for name in ("place", "minutes", "is_covered") if name in more}
    given: dict[str, Any] = {"by": CLERK, "at": TEN + A_DAY} | more
    return triage_repair(repair_id=repair.id, judged=Judged(**said), **given)


def place(code: str = "workshop") -> UUID:
    """Where parts lie."""
    found = Warehouse.objects.filter(code=code).first() or Warehouse.objects.create(
        code=code, names={"zh-Hans": "维修配件仓"}, kind="warehouse"
    )
    return found.id


def parts_come(quantity: int = 5, sku: str = "SEAL-1", at: datetime = TEN) -> None:
    """Parts arrive on the shelf."""
    name_item(sku=sku, names={"zh-Hans": "门封圈"})
    if quantity:
        receive_stock(goods=[Goods(place(), sku, quantity)], by=CLERK, at=at)


def book(sku: str = "SEAL-1") -> tuple[int, int]:
    """How many lie there, and are kept."""
    one = Balance.objects.filter(warehouse__code="workshop", item_id=sku).first()
    return (one.on_hand, one.reserved) if one else (0, 0)


def told(repair: Repair) -> list[str]:
    """What happened to it, in order."""
    rows = Event.objects.filter(primary_id=repair.id).order_by("seq")
    return [one.removeprefix("repairs.") for one in rows.values_list("type", flat=True)]
