"""Orders as they are listed: newest first, a page at a time, without counting."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.ground.codes import Code
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import OPEN, Commercial, Fulfilment, Order, Payment

PAGE = 25
_WORDS = frozenset([*Commercial.values, *Payment.values, *Fulfilment.values])


@frozen
class Narrowed:
    """What of the orders is wanted; empty means all. `since` and `until` bound when they were placed."""

    commercial: str = ""  # or `open`: something is still to be done
    payment: str = ""
    fulfilment: str = ""
    source: str = ""
    store_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def rows(self) -> QuerySet[Order]:
        """These orders, in no order."""
        rows = Order.objects.filter(commercial__in=OPEN) if self.commercial == "open" else Order.objects.all()
        axes = {
            "commercial": "" if self.commercial == "open" else self.commercial,
            "payment": self.payment,
            "fulfilment": self.fulfilment,
        }
        asked = {
            **{name: Code(word) if word in _WORDS else word for name, word in axes.items() if word},
            "source": self.source,
            "store_id": self.store_id,
            "placed_at__gte": self.since,
            "placed_at__lt": self.until,
        }
        return rows.filter(**{name: value for name, value in asked.items() if value})


@frozen
class OrderPage:
    """Orders, and where the next page begins (`None` at the end)."""

    rows: list[Order]
    next: tuple[datetime, UUID] | None


def order_page(seen: Q, narrowed: Narrowed, *, after: tuple[datetime, UUID] | None = None) -> OrderPage:
    """The newest orders that may be seen (one statement)."""
    rows = narrowed.rows.filter(seen)
    if after is not None:
        rows = rows.filter(beyond("-placed_at", after[0], after[1]))
    found = list(rows.select_related("store", "merged_into").order_by("-placed_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    return OrderPage(shown, (shown[-1].placed_at, shown[-1].id) if len(found) > PAGE else None)


def orders_of(customer_ids: Sequence[UUID], limit: int = 12) -> list[Order]:
    """The orders of a person, with all their records, newest first (one statement)."""
    rows = Order.objects.filter(customer_id__in=customer_ids).select_related("store")
    return list(rows.order_by("-placed_at", "-id")[:limit])
