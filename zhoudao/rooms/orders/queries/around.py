"""What is known around an order: prices of its goods, the person's other orders, what may be promised."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from zhoudao.engines.review import Bought, Known, Piece, Where
from zhoudao.engines.review.people import WINDOW
from zhoudao.ground.vault import box
from zhoudao.kit.kept import Kept
from zhoudao.rooms.customers.queries import groups_of
from zhoudao.rooms.orders.models import Commercial, Order, OrderLine, Payment
from zhoudao.rooms.orders.sealed import recipient_of, remark_of
from zhoudao.rooms.stock.queries.balances import available, unknown

PASSED = (Commercial.APPROVED, Commercial.COMPLETED)
_OBSERVED, _OWN, _OF_SOURCE, _NEAR = 40, 20, 200, 20
_totals: Kept[tuple[str, str], list[int]] = Kept(60.0)
# The last prices and quantities of each SKU among orders that passed.
_SOLD = """
    SELECT wanted.sku, sold.price_minor, sold.quantity FROM unnest(%s::text[]) AS wanted(sku)
    CROSS JOIN LATERAL (
        SELECT line.price_minor, line.quantity
          FROM orders_orderline AS line JOIN orders_order AS o ON o.id = line.order_id
         WHERE line.sku = wanted.sku AND o.commercial IN ('approved', 'completed') AND o.currency = %s
           AND o.id <> ALL(%s::uuid[])
         ORDER BY line.id DESC LIMIT %s
    ) AS sold
"""


_OWN_TOTALS = """
    SELECT asked.order_id, own.placed_at, own.id, own.total_minor
      FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS asked (order_id, customer_id, currency)
     CROSS JOIN LATERAL (
        SELECT o.placed_at, o.id, o.total_minor FROM orders_order AS o
         WHERE o.customer_id = asked.customer_id AND o.currency = asked.currency AND o.id <> asked.order_id
           AND o.commercial IN ('approved', 'completed')
         ORDER BY o.placed_at DESC, o.id DESC LIMIT %s
    ) AS own
"""
_LISTED = """
    SELECT sku, currency, price_minor FROM orders_listprice WHERE sku = ANY(%s)
    UNION ALL SELECT sku, '', 0 FROM orders_salestop WHERE sku = ANY(%s) AND lifted_at IS NULL
"""
# By person and by phone, each by its own index.
_AROUND = """
    SELECT asked.order_id, near.id
      FROM unnest(%(person_orders)s::uuid[], %(person_keys)s::uuid[], %(person_since)s::timestamptz[],
                  %(person_until)s::timestamptz[])
           AS asked (order_id, customer_id, since, until)
     CROSS JOIN LATERAL (
        SELECT o.id FROM orders_order AS o
         WHERE o.customer_id = asked.customer_id AND o.id <> asked.order_id
           AND o.placed_at BETWEEN asked.since AND asked.until
         ORDER BY o.placed_at DESC, o.id DESC LIMIT %(n)s
    ) AS near
    UNION
    SELECT asked.order_id, near.id
      FROM unnest(%(phone_orders)s::uuid[], %(phone_keys)s::bytea[], %(phone_since)s::timestamptz[],
                  %(phone_until)s::timestamptz[])
           AS asked (order_id, phone_index, since, until)
     CROSS JOIN LATERAL (
        SELECT o.id FROM orders_order AS o
         WHERE o.phone_index = asked.phone_index AND o.id <> asked.order_id
           AND o.placed_at BETWEEN asked.since AND asked.until
         ORDER BY o.placed_at DESC, o.id DESC LIMIT %(n)s
    ) AS near
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
        payment=_payment(order),
        source=order.source,
        currency=order.currency,
        is_over=order.commercial == Commercial.CANCELLED and order.merged_into_id is None,
    )


def _payment(order: Order) -> str:
    """What was paid back for pieces that were taken out stops nothing of the rest."""
    is_for_them = order.taken_out_minor and order.payment == Payment.PARTIALLY_REFUNDED
    return Payment.CAPTURED if is_for_them else order.payment


def known_around(order: Order, lines: Sequence[OrderLine]) -> Known:
    """Everything the detectors ask for (at most ten statements, however much was sold)."""
    return known_around_all([(order, lines)])[0]


def known_around_all(orders: Sequence[tuple[Order, Sequence[OrderLine]]]) -> list[Known]:
    """As `known_around` for each of several orders of a few currencies, in about as many statements as for one."""
    skus = sorted({line.sku for _order, lines in orders for line in lines})
    groups = groups_of({order.customer_id for order, _lines in orders})
    sold = {currency: _sold(skus, currency, orders) for currency in {order.currency for order, _lines in orders}}
    (listed, stopped), own, near = _listed(skus), _own(orders, groups), _near(orders, groups)
    free: dict[str, int] = {}
    for (_place, sku), count in available(skus).items():
        free[sku] = free.get(sku, 0) + max(0, count)
    strange = unknown(sku for sku in skus if sku not in free)
    found = []
    for order, lines in orders:
        own_skus = {line.sku for line in lines}
        prices, quantities = ({sku: each[sku] for sku in own_skus if sku in each} for each in sold[order.currency])
        found.append(
            Known(
                prices=prices,
                quantities=quantities,
                list_prices={sku: listed[sku, order.currency] for sku in own_skus if (sku, order.currency) in listed},
                source_totals=_of_source(order),
                own_totals=own[order.id],
                earlier=[bought_of(one, one.lines.all()) for one in near[order.id]],
                available={sku: free[sku] for sku in own_skus if sku in free},
                unknown=strange & own_skus,
                stopped=stopped & own_skus,
            )
        )
    return found


def _sold(
    skus: Sequence[str], currency: str, orders: Sequence[tuple[Order, Sequence[OrderLine]]]
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """What passed orders paid and took of these items; those that are judged have not passed, or pass anew."""
    prices: dict[str, list[int]] = {}
    quantities: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, [list(skus), currency, [order.id for order, _lines in orders], _OBSERVED])
        for sku, price, quantity in cursor.fetchall():
            prices.setdefault(sku, []).append(price)
            quantities.setdefault(sku, []).append(quantity)
    return prices, quantities


def _listed(skus: Sequence[str]) -> tuple[dict[tuple[str, str], int], frozenset[str]]:
    """What these should cost, and which of them are not to be sold now (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [list(skus), list(skus)])
        rows = cursor.fetchall()
    prices = {(sku, currency): price for sku, currency, price in rows if currency}
    return prices, frozenset(sku for sku, currency, _price in rows if not currency)


def _own(
    orders: Sequence[tuple[Order, Sequence[OrderLine]]], groups: Mapping[UUID, Sequence[UUID]]
) -> dict[UUID, list[int]]:
    """What the person's last orders that passed came to, by order."""
    asked = [(order.id, one, order.currency) for order, _lines in orders for one in groups[order.customer_id]]
    found: dict[UUID, list[int]] = {order.id: [] for order, _lines in orders}
    with connection.cursor() as cursor:
        cursor.execute(_OWN_TOTALS, [*(list(column) for column in zip(*asked, strict=True)), _OWN])
        for order_id, _placed_at, _id, total in sorted(cursor.fetchall(), key=lambda row: row[1:3], reverse=True):
            found[order_id].append(total)
    return {order_id: totals[:_OWN] for order_id, totals in found.items()}


def _of_source(order: Order) -> list[int]:
    """Read at most once a minute: one order more changes no median."""

    def read() -> list[int]:
        rows = Order.objects.filter(source=order.source, currency=order.currency, commercial__in=PASSED)
        return list(rows.order_by("-placed_at").values_list("total_minor", flat=True)[:_OF_SOURCE])

    return _totals.get((order.source, order.currency), read)


def _near(
    orders: Sequence[tuple[Order, Sequence[OrderLine]]], groups: Mapping[UUID, Sequence[UUID]]
) -> dict[UUID, list[Order]]:
    """The orders of the same person or the same phone around each, with lines and recipients ready."""
    people = [
        (order.id, one, *_window(order.placed_at)) for order, _lines in orders for one in groups[order.customer_id]
    ]
    phones = [(order.id, order.phone_index, *_window(order.placed_at)) for order, _lines in orders if order.phone_index]
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {**_columns("person", people), **_columns("phone", phones), "n": _NEAR})
        pairs = cursor.fetchall()
    rows = Order.objects.filter(id__in={other for _order, other in pairs})
    lines = Prefetch("lines", OrderLine.objects.order_by("position"))
    known = {one.id: one for one in (rows.prefetch_related(lines) if pairs else ())}
    box.warm([one.recipient_sealed for one in known.values()] + [one.remark_sealed for one in known.values()])
    found: dict[UUID, list[Order]] = {order.id: [] for order, _lines in orders}
    for order_id, other in pairs:
        found[order_id].append(known[other])
    newest = {id_: sorted(some, key=lambda one: (one.placed_at, one.id), reverse=True) for id_, some in found.items()}
    return {order_id: some[:_NEAR] for order_id, some in newest.items()}


def _columns(name: str, rows: Sequence[tuple[UUID, object, datetime, datetime]]) -> dict[str, list[object]]:
    parts = ("orders", "keys", "since", "until")
    return {f"{name}_{part}": [row[place] for row in rows] for place, part in enumerate(parts)}


def _window(at: datetime) -> tuple[datetime, datetime]:
    return at - WINDOW, at + WINDOW
