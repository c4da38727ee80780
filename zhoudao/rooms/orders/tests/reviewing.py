"""Orders that are reviewed, for tests: a table of rules, goods on a shelf, and people's usual prices."""

import zlib
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tables import ensure_default_tables
from zhoudao.rooms.orders.tests.bazaar import TEN, placed
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Balance, Warehouse
from zhoudao.rooms.stock.tests.shelf import SONG

LI = Recipient("李先生", "13912345678", "文三路 259 号 2 幢 601", "浙江省", "杭州市", "西湖区")


def open_review(at: datetime = TEN) -> None:
    """This will open the web shop and publish the rules."""
    Store.objects.get_or_create(code="web", defaults={"names": {"zh-Hans": "网上商城"}, "kind": "web"})
    ensure_default_tables(at)


def buyer(name: str) -> dict[str, Any]:
    """Somebody of their own, with a telephone of their own."""
    number = zlib.crc32(name.encode()) % 10**8
    return {
        "claims": [Claim("external", name, scope="shop")],
        "recipient": Recipient(name, f"138{number:08d}", f"文三路 {number % 900} 号", "浙江省", "杭州市", "西湖区"),
        "remark": "",
    }


def bought(who: str, *items: Item, at: datetime = TEN, **more: Any) -> Order:
    """An order of somebody, as it came in."""
    given = {"items": list(items), "discount_minor": 0, "shipping_minor": 0, "tax_minor": 0, **buyer(who)}
    return placed(at=at, **(given | more))


def passed(who: str, *items: Item, at: datetime = TEN, **more: Any) -> Order:
    """One that was reviewed and approved, whatever is odd about it."""
    order = bought(who, *items, at=at, **more)
    Order.objects.filter(id=order.id).update(commercial="approved", approved_at=at, reviewed_at=at)
    return order


def seen(order: Order, at: datetime = TEN) -> Order:
    """The order after its review and, if it passed, its approval."""
    review_order(order_id=order.id, at=at)
    return approve_order(order_id=order.id, at=at)


def holding(order: Order) -> dict[str, Hold]:
    """What holds it now, by reason."""
    return {one.reason: one for one in Hold.objects.filter(order=order).exclude(stage="done")}


def shelf(sku: str, quantity: int, *, code: str = "east", at: datetime = TEN) -> UUID:
    """This will put goods into a warehouse."""
    place = Warehouse.objects.filter(code=code).first()
    place = place or open_warehouse(code=code, terms=Terms({"zh-Hans": code}), by=SONG, at=at)
    receive_stock(goods=[Goods(place.id, sku, quantity)], by=SONG, at=at)
    return place.id


def book(sku: str) -> tuple[int, int]:
    """On hand and reserved, everywhere."""
    rows = Balance.objects.filter(item_id=sku).values_list("on_hand", "reserved")
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def clerk(name: str = "clerk") -> User:
    """Somebody who works on holds."""
    return User.objects.get_or_create(email=f"{name}@example.com", defaults={"name": name})[0]


def told(order: Order) -> list[str]:
    """What happened to it, in order."""
    return list(Event.objects.filter(primary_id=order.id).order_by("seq").values_list("type", flat=True))
