"""A customer's own repairs, as their pages show them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.models import Device, Quote, Repair


def repairs_of(order: Order) -> QuerySet[Repair]:
    """All repairs of an order's devices, the newest first."""
    return Repair.objects.filter(order=order).select_related("device").order_by("-id")


def repairs_of_people(records: Sequence[UUID], *, since: datetime) -> QuerySet[Repair]:
    """Repairs of somebody's records that are open or were asked for since then, the newest first."""
    rows = Repair.objects.filter(customer_id__in=records).select_related("device")
    return (rows.filter(closed_at=None) | rows.filter(asked_at__gte=since)).order_by("-id")


def devices_of_order(order: Order) -> list[Device]:
    """The devices of an order's lines that are known (two statements)."""
    rows = Device.objects.filter(order_line__order=order, is_gone=False)
    return list(rows.prefetch_related("extensions").order_by("id"))


def quote_of(repair: Repair) -> Quote | None:
    """The quote that can be answered, or was (one statement)."""
    return repair.quotes.filter(is_live=True).first()
