"""Orders by what names them exactly: a number of ours or of the sender, a recipient's phone or name, a SKU in them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.rooms.customers.claims import name_index
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.sealed import phone_index

MOST = 20
_LONGEST = 80
_NUMBER = re.compile(r"O(\d{4})-?(\d{1,9})", re.IGNORECASE | re.ASCII)
_TAIL = re.compile(r"\d{4,6}", re.ASCII)
_YEARS = 5


def find_orders(seen: Q, words: str, *, at: datetime, by_name: bool) -> list[Order]:
    """The newest orders that are exactly meant (one statement). `by_name`: the asker may see people in clear."""
    wanted = words.strip()
    if not wanted or len(wanted) > _LONGEST:
        return []
    named = Q(number__in=_numbers(wanted, at)) | Q(external_number__in={wanted, wanted.upper(), wanted.lower()})
    named |= Q(phone_index=phone_index(wanted))
    if by_name:
        named |= Q(name_index=name_index(wanted))
    rows = Order.objects.filter(seen).filter(named).select_related("store")
    return list(rows.order_by("-placed_at", "-id")[:MOST])


def orders_with_sku(seen: Q, words: str) -> list[Order]:
    """The newest orders in which this SKU is, as it is written or in capitals (at most three statements)."""
    wanted = words.strip()
    if not wanted or len(wanted) > _LONGEST:
        return []
    for sku in dict.fromkeys((wanted, wanted.upper())):
        lines = OrderLine.objects.filter(sku=sku)
        if seen:
            lines = lines.filter(order__in=Order.objects.filter(seen))
        ids = set(lines.order_by("-id").values_list("order_id", flat=True)[: 2 * MOST])
        if ids:
            rows = Order.objects.filter(id__in=ids).select_related("store")
            return list(rows.order_by("-placed_at", "-id")[:MOST])
    return []


def numbers_of(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The numbers of these orders (one statement)."""
    return dict(Order.objects.filter(id__in=list(ids)).values_list("id", "number"))


def _numbers(wanted: str, at: datetime) -> list[str]:
    """The whole numbers that a number, or its last digits, may mean: orders of these years."""
    whole = _NUMBER.fullmatch(wanted)
    if whole:
        return [f"O{whole[1]}-{whole[2].zfill(6)}"]
    if _TAIL.fullmatch(wanted):
        return [f"O{at.year - years}-{wanted.zfill(6)}" for years in range(_YEARS)]
    return []
