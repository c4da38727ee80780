"""Who got a product in a period: orders as a list, and customers as those who are told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sealed import masked, recipient_of
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

PAGE, MOST = 25, 20_000
_ORDERS = """
SELECT order_id, sum(beyond_rank - first_rank), max(delivered_at) FROM lots
WHERE sku = %(sku)s AND (%(after)s::uuid IS NULL OR order_id < %(after)s::uuid)
GROUP BY order_id ORDER BY order_id DESC LIMIT %(most)s
"""
_CUSTOMERS = """
SELECT DISTINCT ON (person.id) person.id, lots.order_id
FROM lots JOIN orders_order bought ON bought.id = lots.order_id
JOIN customers_customer own ON own.id = bought.customer_id
JOIN customers_customer person ON person.id = coalesce(own.merged_into_id, own.id)
WHERE lots.sku = %(sku)s AND own.erased_at IS NULL AND person.erased_at IS NULL
ORDER BY person.id, lots.delivered_at DESC, lots.order_id DESC
"""


@frozen
class Got:
    """So many pieces in one order, the last of them at this moment; who got it, masked."""

    order: Order
    pieces: int
    delivered_at: datetime
    who: Recipient


def got(cohort: Cohort, sku: str, *, after: UUID | None = None, most: int = PAGE) -> tuple[list[Got], UUID | None]:
    """The newest orders with it, and where the next page begins (two statements)."""
    rows = rows_of(_ORDERS, cohort, sku=sku, after=after, most=most + 1)
    shown = rows[:most]
    orders = _orders([order_id for order_id, _n, _at in shown])
    found = [Got(orders[one], int(n), at, masked(recipient_of(orders[one]))) for one, n, at in shown]
    return found, shown[-1][0] if len(rows) > most else None


def owners(cohort: Cohort, sku: str) -> list[tuple[UUID, UUID]]:
    """Every customer who got it, with their last order of it; joined records are one (one statement)."""
    return [(customer_id, order_id) for customer_id, order_id in rows_of(_CUSTOMERS, cohort, sku=sku)]


def _orders(ids: Sequence[UUID]) -> dict[UUID, Order]:
    found = {one.id: one for one in Order.objects.filter(id__in=ids).select_related("store")}
    box.warm(one.recipient_sealed for one in found.values())
    return found
