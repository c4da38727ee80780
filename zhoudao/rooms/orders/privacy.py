"""What orders hold of a person, and its end: numbers, amounts and the region stay."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from zhoudao.ground.vault import box
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.orders.models import OPEN, Order, OrderLine
from zhoudao.rooms.orders.refusals import OrdersStillOpen
from zhoudao.rooms.orders.sealed import recipient_of, remark_of

_NAMED = 10  # numbers that a refusal names


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their orders with lines, amounts, recipients and remarks."""
    lines = Prefetch("lines", OrderLine.objects.order_by("position"))
    rows = list(Order.objects.filter(customer_id__in=ids).prefetch_related(lines, "holds").order_by("placed_at", "id"))
    box.warm(order.recipient_sealed for order in rows)
    return [_told(order) for order in rows]


def refuse(ids: Sequence[UUID]) -> None:
    """Raises: OrdersStillOpen."""
    rows = Order.objects.filter(customer_id__in=ids, commercial__in=OPEN).order_by("number")
    if numbers := list(rows.values_list("number", flat=True)[:_NAMED]):
        raise OrdersStillOpen(numbers)


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy who got the orders and what was remarked; their key goes with the customer."""
    rows = Order.objects.filter(customer_id__in=ids)
    gone = dict.fromkeys(("recipient_sealed", "remark_sealed", "phone_index", "name_index", "person_index"))
    rows.update(**gone, district="")


def _told(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "source": order.source,
        "external_number": order.external_number,
        "placed_at": order.placed_at.isoformat(),
        "state": [order.commercial, order.payment, order.fulfilment],
        "total": str(order.total.amount),
        "currency": order.currency,
        "recipient": asdict(recipient_of(order)),
        "remark": remark_of(order),
        "lines": [
            {"sku": line.sku, "name": line.name, "quantity": line.quantity, "price_minor": line.price_minor}
            for line in order.lines.all()
        ],
        "held_for": [[hold.reason, hold.opened_at.isoformat(), hold.outcome] for hold in order.holds.all()],
    }


KEEPER = Keeper("orders", held, forget, refuse)
