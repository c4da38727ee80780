"""Orders of one buyer to one address, for tests: two lamps here, a chair there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import BY, TEN
from zhoudao.rooms.orders.tests.reviewing import bought, holding, seen
from zhoudao.rooms.stock.models import Line

LAMPS, CHAIR = Item("LP-7", 2, 5_000, "台灯"), Item("CH-1", 1, 12_900, "餐椅")
AMOUNTS = ("goods_minor", "discount_minor", "shipping_minor", "tax_minor", "total_minor")


def approved(who: str, *items: Item, minutes: int = 0, **more: Any) -> Order:
    """An order of somebody that was approved, whatever held it at first: what is short is waited for. Paid, unless said
    otherwise.
    """
    at = more.pop("at", TEN) + timedelta(minutes=minutes)
    given = {"payment": "captured", "shipping_minor": 800} | more
    order = seen(bought(who, *items, at=at, **given), at=at)
    for hold in holding(order).values():
        release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=at)
    for hold in holding(order).values():  # meanwhile short
        release_hold(hold_id=hold.id, outcome="right", by=BY, at=at)
    return Order.objects.get(id=order.id)


def pair(who: str = "王小姐", **more: Any) -> tuple[Order, Order]:
    """Lamps first, a chair ten minutes later with a discount."""
    first = approved(who, LAMPS, **more)
    return first, approved(who, CHAIR, minutes=10, discount_minor=101, tax_minor=333, **more)


def merged(first: Order, *others: Order, **more: Any) -> Order:
    """The first with the others in it."""
    given: dict[str, Any] = {"by": BY, "at": TEN + timedelta(hours=1)} | more
    return merge_orders(order_id=first.id, others=[one.id for one in others], **given)


def kept(order: Order | UUID) -> dict[str, tuple[int, int]]:
    """How many of what are held and waited for, wherever."""
    found: dict[str, tuple[int, int]] = {}
    id_ = order.id if isinstance(order, Order) else order
    rows = Line.objects.filter(reservation__purpose_id=id_).values_list("balance__item_id", "held", "waiting")
    for sku, held, waiting in rows:
        before = found.get(sku, (0, 0))
        found[sku] = before[0] + held, before[1] + waiting
    return {sku: counts for sku, counts in found.items() if any(counts)}


def sums(*orders: Order) -> dict[str, int]:
    """What they come to together, as they are stored."""
    rows = Order.objects.filter(id__in=[one.id for one in orders])
    return {name: sum(getattr(one, name) for one in rows) for name in AMOUNTS}


def lines_of(order: Order) -> list[tuple[int, str, int, int, int, int, int]]:
    """Position, SKU, quantity, price, and the line's parts."""
    parts = ("position", "sku", "quantity", "price_minor", "discount_minor", "shipping_minor", "tax_minor")
    return list(OrderLine.objects.filter(order=order).order_by("position").values_list(*parts))
