"""One item: where it lies, what moved and why, what comes, and how much there was."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.stock.goods import Purpose
from zhoudao.rooms.stock.models import Balance, ExpectedReceipt, Line, Movement, Reservation, Warehouse

LEDGER, DAYS = 25, 60
_BOOK = ("on_hand", "reserved", "safety")
# The last movement of each day that had one, with what there was when the period began.
_HISTORY = """
    SELECT DISTINCT ON (day) day, on_hand_after, reserved_after FROM (
        SELECT (at AT TIME ZONE %(zone)s)::date AS day, seq, on_hand_after, reserved_after
        FROM stock_movement WHERE balance_id = %(balance)s AND at >= %(since)s
    ) AS moved ORDER BY day, seq DESC
"""


@frozen
class Day:
    """What lay there, and was kept, at a day's end."""

    day: date
    on_hand: int
    reserved: int


@frozen
class Here:
    """An item in one place, with how many are to come and how many wait for them."""

    balance: Balance
    coming: int
    waits: int


@frozen
class Totals:
    """An item in all places."""

    on_hand: int
    reserved: int
    safety: int
    available: int
    coming: int
    waits: int


def here_of(sku: str, places: Sequence[Warehouse]) -> list[Here]:
    """An item in these places, in their order (one statement)."""
    order = {one.id: number for number, one in enumerate(places)}
    rows = Balance.objects.filter(item_id=sku, warehouse__in=list(order)).select_related("warehouse", "item")
    open_ = ExpectedReceipt.objects.filter(balance=OuterRef("pk"), closed_at=None).values("balance")
    lines = Line.objects.filter(balance=OuterRef("pk"), waiting__gt=0).values("balance")
    found = rows.annotate(
        coming=Coalesce(Subquery(open_.annotate(n=Sum(F("quantity") - F("received"))).values("n")), 0),
        waits=Coalesce(Subquery(lines.annotate(n=Sum("waiting")).values("n")), 0),
    )
    return [Here(one, one.coming, one.waits) for one in sorted(found, key=lambda one: order[one.warehouse_id])]


def totals_of(found: Sequence[Here]) -> Totals:
    """The sums of all places; what one lacks of its safety is no other's."""
    on_hand, reserved, safety = [sum(getattr(one.balance, name) for one in found) for name in _BOOK]
    free = sum(max(0, one.balance.available) for one in found)
    return Totals(on_hand, reserved, safety, free, sum(one.coming for one in found), sum(one.waits for one in found))


def ledger(balance_id: UUID, before: int | None = None) -> list[Movement]:
    """What moved of a balance, the latest first: a page and one more."""
    rows = Movement.objects.filter(balance_id=balance_id)
    rows = rows.filter(seq__lt=before) if before is not None else rows
    return list(rows.order_by("-seq")[: LEDGER + 1])


def history(balance: Balance, *, zone: str, at: datetime) -> list[Day]:
    """What lay there at the end of each of the last days, without gaps."""
    first = at - timedelta(days=DAYS - 1)
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, {"zone": zone, "balance": balance.id, "since": first})
        known = {day: (on_hand, reserved) for day, on_hand, reserved in cursor.fetchall()}
    earlier = Movement.objects.filter(balance=balance, at__lt=first).order_by("-at", "-seq")
    last = earlier.values_list("on_hand_after", "reserved_after").first() or (0, 0)
    days = []
    for number in range(DAYS):
        day = first.date() + timedelta(days=number)
        last = known.get(day, last)
        days.append(Day(day, *last))
    return days


def expected_of(balance_ids: Sequence[UUID]) -> list[ExpectedReceipt]:
    """What is to come, the earliest first."""
    rows = ExpectedReceipt.objects.filter(balance_id__in=balance_ids, closed_at=None)
    return list(rows.select_related("balance__warehouse", "source").order_by("due_date", "id")[:50])


def lines_for(purpose: Purpose) -> list[Line]:
    """What is kept, waits or was shipped for a purpose, with its places."""
    rows = Reservation.objects.filter(purpose_kind=purpose.kind, purpose_id=purpose.id)
    lines = Line.objects.filter(reservation__in=rows).select_related("balance__warehouse", "balance__item")
    return list(lines.order_by("id"))


def waiting_of(purposes: Iterable[UUID]) -> dict[tuple[UUID, str], int]:
    """How many of each item these purposes (by id) wait for (one statement, none for no purpose)."""
    ids = list(purposes)
    if not ids:
        return {}
    rows = Line.objects.filter(reservation__purpose_id__in=ids, waiting__gt=0)
    found: dict[tuple[UUID, str], int] = {}
    for purpose_id, sku, count in rows.values_list("reservation__purpose_id", "balance__item_id", "waiting"):
        found[purpose_id, sku] = found.get((purpose_id, sku), 0) + count
    return found


def waiting_for(sku: str, kind: str, most: int) -> list[UUID]:
    """For which purposes of a kind this item is waited for, wherever; who asked first comes first (one statement)."""
    rows = Line.objects.filter(balance__item_id=sku, waiting__gt=0, reservation__purpose_kind=kind)
    return list(rows.order_by("id").values_list("reservation__purpose_id", flat=True)[:most])
