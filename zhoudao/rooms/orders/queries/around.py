"""What is known around an order: prices of its goods, the person's other orders, what may be promised."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q

from zhoudao.engines.review import Bought, Known, Piece, Where
from zhoudao.engines.review.people import WINDOW
from zhoudao.ground.vault import box
from zhoudao.kit.kept import Kept
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.models import Commercial, ListPrice, Order, OrderLine
from zhoudao.rooms.orders.sealed import recipient_of, remark_of
from zhoudao.rooms.stock.queries.balances import available

PASSED = (Commercial.APPROVED, Commercial.COMPLETED)
_OBSERVED, _OWN, _OF_SOURCE, _NEAR = 40, 20, 200, 20
_totals: Kept[tuple[str, str], list[int]] = Kept(60.0)
# The last prices and quantities of each SKU among orders that passed.
_SOLD = """
    SELECT wanted.sku, sold.price_minor, sold.quantity FROM unnest(%s::text[]) AS wanted(sku)
    CROSS JOIN LATERAL (
        SELECT line.price_minor, line.quantity
          FROM orders_orderline AS line JOIN orders_order AS o ON o.id = line.order_id
         WHERE line.sku = wanted.sku AND o.commercial IN ('approved', 'completed') AND o.currency = %s AND o.id <> %s
         ORDER BY line.id DESC LIMIT %s
    ) AS sold
"""


def bought_of(order: Order, lines: Iterable[OrderLine]) -> Bought:
    """An order as the detectors see it."""
    who = recipient_of(order)
    return Bought(
        key=order.number,
        at=order.placed_at,
        pieces=[Piece(line.sku, line.quantity, line.price_minor) for line in lines],
        total=order.total_minor,
        where=Where(who.name, who.phone, who.province, who.city, who.district, who.address),
        remark=remark_of(order),
        payment=order.payment,
        source=order.source,
        currency=order.currency,
        is_over=order.commercial == Commercial.CANCELLED,
    )


def known_around(order: Order, lines: Sequence[OrderLine]) -> Known:
    """Everything the detectors ask for (at most nine statements, however much was sold)."""
    skus = sorted({line.sku for line in lines})
    prices, quantities = _sold(skus, order)
    group = group_ids(order.customer_id)
    free: dict[str, int] = {}
    for (_place, sku), count in available(skus).items():
        free[sku] = free.get(sku, 0) + max(0, count)
    return Known(
        prices=prices,
        quantities=quantities,
        list_prices=_listed(skus, order.currency),
        source_totals=_of_source(order),
        own_totals=_own(order, group),
        earlier=[bought_of(one, one.lines.all()) for one in _near(order, group)],
        available=free,
    )


def _sold(skus: Sequence[str], order: Order) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    prices: dict[str, list[int]] = {}
    quantities: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, [list(skus), order.currency, order.id, _OBSERVED])
        for sku, price, quantity in cursor.fetchall():
            prices.setdefault(sku, []).append(price)
            quantities.setdefault(sku, []).append(quantity)
    return prices, quantities


def _listed(skus: Sequence[str], currency: str) -> dict[str, int]:
    rows = ListPrice.objects.filter(sku__in=skus, currency=currency)
    return dict(rows.values_list("sku", "price_minor"))


def _own(order: Order, group: Sequence[UUID]) -> list[int]:
    rows = Order.objects.filter(customer_id__in=group, currency=order.currency, commercial__in=PASSED)
    return list(rows.exclude(id=order.id).order_by("-placed_at", "-id").values_list("total_minor", flat=True)[:_OWN])


def _of_source(order: Order) -> list[int]:
    """Read at most once a minute: one order more changes no median."""

    def read() -> list[int]:
        rows = Order.objects.filter(source=order.source, currency=order.currency, commercial__in=PASSED)
        return list(rows.order_by("-placed_at").values_list("total_minor", flat=True)[:_OF_SOURCE])

    return _totals.get((order.source, order.currency), read)


def _near(order: Order, group: Sequence[UUID]) -> list[Order]:
    """The orders of the same person or the same phone around this one, with lines and recipients ready."""
    since, until = _window(order.placed_at)
    rows = Order.objects.filter(placed_at__gte=since, placed_at__lte=until).exclude(id=order.id)
    whose = Q(customer_id__in=group)
    if order.phone_index is not None:
        whose |= Q(phone_index=order.phone_index)
    lines = Prefetch("lines", OrderLine.objects.order_by("position"))
    found = list(rows.filter(whose).prefetch_related(lines).order_by("-placed_at", "-id")[:_NEAR])
    box.warm([one.recipient_sealed for one in found] + [one.remark_sealed for one in found])
    return found


def _window(at: datetime) -> tuple[datetime, datetime]:
    return at - WINDOW, at + WINDOW
