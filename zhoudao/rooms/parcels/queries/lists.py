"""Parcels as pages show them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum

from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import is_number, tidied_number
from zhoudao.rooms.parcels.models import Parcel, ParcelLine


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
