"""Who got a product in a period: orders as a list, and customers as those who are told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sealed import masked, recipient_of
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.quality.queries.batches import BATCHES
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

PAGE, MOST = 25, 20_000
# Lots of the batch: packed as it, or found to be of it when a piece of the line came back; of the rest those of which
# at least one piece may be of it, as nobody said which it is of. Without a batch: all.
_MEANT = """
, said AS (
    SELECT line_id, parcel_id, sum(quantity) AS quantity, bool_or(batch = %(batch)s) AS is_of_it
    FROM packed GROUP BY line_id, parcel_id
), seen AS (
    SELECT DISTINCT line_id FROM told WHERE batch_found = %(batch)s
), own AS (
    SELECT lots.*, coalesce(said.is_of_it, false) OR seen.line_id IS NOT NULL AS is_of_it,
           coalesce(said.quantity, 0) < lots.beyond_rank - lots.first_rank AS may_be
    FROM lots
    LEFT JOIN said ON said.line_id = lots.line_id AND said.parcel_id = lots.parcel_id
    LEFT JOIN seen ON seen.line_id = lots.line_id
    WHERE lots.sku = %(sku)s
), meant AS (
    SELECT own.* FROM own
    WHERE %(batch)s = '' OR (%(which)s = 'of' AND is_of_it) OR (%(which)s = 'unknown' AND may_be AND NOT is_of_it)
)
"""
_ORDERS = """
SELECT order_id, sum(beyond_rank - first_rank), max(delivered_at) FROM meant
WHERE %(after)s::uuid IS NULL OR order_id < %(after)s::uuid
GROUP BY order_id ORDER BY order_id DESC LIMIT %(most)s
"""
_CUSTOMERS = """
SELECT DISTINCT ON (person.id) person.id, meant.order_id
FROM meant JOIN orders_order bought ON bought.id = meant.order_id
JOIN customers_customer own ON own.id = bought.customer_id
JOIN customers_customer person ON person.id = coalesce(own.merged_into_id, own.id)
WHERE own.erased_at IS NULL AND person.erased_at IS NULL
ORDER BY person.id, meant.delivered_at DESC, meant.order_id DESC
"""


@frozen
class Goods:
    """Which goods: all of a SKU, or of one batch of it; with `is_unknown` instead those that may be of the batch, as
    nobody said which they are of.
    """

    sku: str
    batch: str = ""
    is_unknown: bool = False

    def named(self) -> dict[str, str]:
        """As statements name it."""
        return {"sku": self.sku, "batch": self.batch, "which": "unknown" if self.is_unknown else "of"}


@frozen
class Got:
    """So many pieces in one order, the last of them at this moment; who got it, masked."""

    order: Order
    pieces: int
    delivered_at: datetime
    who: Recipient


def got(cohort: Cohort, goods: Goods, *, after: UUID | None = None, most: int = PAGE) -> tuple[list[Got], UUID | None]:
    """The newest orders with it, and where the next page begins (two statements)."""
    rows = rows_of(BATCHES + _MEANT + _ORDERS, cohort, after=after, most=most + 1, **goods.named())
    shown = rows[:most]
    orders = _orders([order_id for order_id, _n, _at in shown])
    found = [Got(orders[one], int(n), at, masked(recipient_of(orders[one]))) for one, n, at in shown]
    return found, shown[-1][0] if len(rows) > most else None


def owners(cohort: Cohort, goods: Goods) -> list[tuple[UUID, UUID]]:
    """Every customer who got it, with their last order of it; joined records are one (one statement)."""
    rows = rows_of(BATCHES + _MEANT + _CUSTOMERS, cohort, **goods.named())
    return [(customer_id, order_id) for customer_id, order_id in rows]


def _orders(ids: Sequence[UUID]) -> dict[UUID, Order]:
    found = {one.id: one for one in Order.objects.filter(id__in=ids).select_related("store")}
    box.warm(one.recipient_sealed for one in found.values())
    return found
