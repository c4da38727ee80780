"""Which refunds a payment service is to be told of or asked about, and which service."""

from datetime import datetime
from uuid import UUID

from zhoudao.rooms.aftersales.models import PaymentService, Refund, RefundState
from zhoudao.rooms.orders.models import REPLACEMENT, Order

BEFORE_PAID = (RefundState.APPROVED, RefundState.SENDING)


def due_refunds(real_now: datetime, *, limit: int) -> list[UUID]:
    """Refunds whose moment has come, the longest waiting first."""
    rows = Refund.objects.filter(next_at__lte=real_now, state__in=BEFORE_PAID).order_by("next_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


def service_for(order: Order) -> PaymentService | None:
    """Who pays refunds of this order back: whoever names its source before whoever serves all, then by code. Nobody of
    one that carries others: each was paid by itself, so a person chooses which payment it goes back to; nor of a
    replacement: no service knows a payment of it.
    """
    if order.source == REPLACEMENT:
        return None
    fitting = [
        one
        for one in PaymentService.objects.filter(is_active=True).order_by("code")
        if (not one.sources or order.source in one.sources) and (not one.currencies or order.currency in one.currencies)
    ]
    if fitting and Order.objects.filter(merged_into=order).exists():
        return None
    return min(fitting, key=lambda one: (not one.sources, one.code), default=None)
