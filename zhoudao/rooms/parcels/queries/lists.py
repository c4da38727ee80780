"""Parcels as pages show them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import is_number, tidied_number
from zhoudao.rooms.parcels.models import Parcel, ParcelLine

PAGE = 25
TROUBLE = {
    "late": Q(late_at__isnull=False),
    "stuck": Q(stuck_at__isnull=False),
    "any": Q(late_at__isnull=False) | Q(stuck_at__isnull=False),
}


@frozen
class Asked:
    """Which parcels; empty means all. `trouble` is one of TROUBLE, of what has not arrived; `order` is its number."""

    state: str = ""
    carrier: str = ""
    order: str = ""
    tracking_number: str = ""
    trouble: str = ""
    after: UUID | None = None

    @property
    def rows(self) -> QuerySet[Parcel]:
        """These, in no order."""
        asked = {
            "state": self.state,
            "carrier": self.carrier,
            "order__number": self.order,
            "tracking_number": tidied_number(self.tracking_number),
            "id__lt": self.after,
        }
        rows = Parcel.objects.filter(**{name: value for name, value in asked.items() if value})
        return rows.filter(TROUBLE[self.trouble], delivered_at=None) if self.trouble else rows


def parcel_page(seen: Q, asked: Asked) -> tuple[list[Parcel], UUID | None]:
    """The newest of orders that may be seen, and where the next page begins (one statement)."""
    rows = _within(seen, asked.rows).select_related("order", "warehouse").order_by("-id")
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def parcel_seen(seen: Q, parcel_id: UUID) -> Parcel | None:
    """One, of an order that may be seen (one statement)."""
    rows = Parcel.objects.filter(id=parcel_id).select_related("order", "warehouse")
    return _within(seen, rows).first()


def _within(seen: Q, rows: QuerySet[Parcel]) -> QuerySet[Parcel]:
    return rows.filter(Exists(Order.objects.filter(seen, pk=OuterRef("order_id")))) if seen else rows


def parcels_of(order_ids: Iterable[UUID]) -> QuerySet[Parcel]:
    """The parcels of these orders with what is in them, the first that left first (two statements)."""
    lines = Prefetch("lines", ParcelLine.objects.select_related("order_line").order_by("order_line__position"))
    rows = Parcel.objects.filter(order_id__in=list(order_ids)).select_related("warehouse")
    return rows.prefetch_related(lines).order_by("handed_over_at", "id")


def left_of(order: Order) -> Mapping[UUID, int]:
    """How many of each line of an order are still to be handed over; lines of which none is are left out."""
    gone = ParcelLine.objects.filter(parcel__order=order).values("order_line_id").annotate(n=Sum("quantity"))
    sent = dict(gone.values_list("order_line_id", "n"))
    rows = order.lines.order_by("position").values_list("id", "quantity")
    return {line_id: n - sent.get(line_id, 0) for line_id, n in rows if n > sent.get(line_id, 0)}


def orders_with_number(seen: Q, words: str) -> list[Order]:
    """The orders that have a parcel of exactly this number, of whichever carrier (at most one statement)."""
    number = tidied_number(words)
    if not is_number(number):
        return []
    with_it = Parcel.objects.filter(tracking_number=number).values("order_id")
    return list(Order.objects.filter(seen, id__in=with_it).select_related("store").order_by("-placed_at", "-id")[:20])
