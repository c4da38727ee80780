"""A customer's orders of late, on the front door."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.home.sections import MOST_ROWS, Mine, Row, Section
from zhoudao.rooms.orders.models import OPEN, Commercial, Fulfilment, Order
from zhoudao.rooms.parcels.links import tracking_path

_LATELY = timedelta(days=90)


def _rows(mine: Mine) -> Sequence[Row]:
    late = Q(commercial__in=OPEN) | Q(placed_at__gte=mine.now - _LATELY)
    rows = Order.objects.filter(late, customer_id__in=mine.records).order_by("-placed_at", "-id")[:MOST_ROWS]
    return [
        Row(
            title=order.number,
            note=order.total.format(mine.language),
            state_words=_stands(order),
            state="ours" if order.is_open else "solved",
            address=tracking_path(order.id),
        )
        for order in rows
    ]


def _stands(order: Order) -> str:
    if order.commercial == Commercial.CANCELLED or order.fulfilment == Fulfilment.NONE:
        return str(order.get_commercial_display())
    return str(order.get_fulfilment_display())


SECTION = Section("orders", _("My orders"), _rows, icon="package")
