"""Which orders may go out as one, and what they would be together."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import fold
from zhoudao.rooms.customers.queries import group_ids, groups_of
from zhoudao.rooms.orders.models import REPLACEMENT, STILL_HERE, Commercial, Order, OrderLine, Payment
from zhoudao.rooms.orders.refusals import NotOneParcel, NotPaidAlike, NotReadyTogether
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.sourcing import KIND
from zhoudao.rooms.stock.models import Line

MOST = 20  # orders that go out as one
AMOUNTS = ("goods_minor", "discount_minor", "shipping_minor", "tax_minor", "total_minor")
STANDINGS = (Payment.PENDING, Payment.AUTHORISED, Payment.CAPTURED)
_WHOSE = ("store_id", "phone_index", "name_index", "province", "city", "district")
_MONEY = ("currency", "payment")
READY = Q(
    commercial=Commercial.APPROVED,
    fulfilment__in=STILL_HERE,
    open_holds=0,
    is_split=False,
    payment__in=STANDINGS,
    taken_out_minor=0,
) & ~Q(source=REPLACEMENT)  # what was taken for a replacement, or for more than is sent, is an account of its own
# For orders of a list: how many others of the same record would probably go with each, as far as indexes tell.
_COUNTED = """
    SELECT me.id, count(*)
      FROM orders_order me
      JOIN orders_order o ON o.customer_id = me.customer_id AND o.id <> me.id
       AND o.commercial = 'approved' AND o.fulfilment IN ('none', 'reserved', 'backordered') AND o.open_holds = 0
       AND NOT o.is_split AND o.source <> 'replacement' AND o.taken_out_minor = 0
       AND o.store_id = me.store_id AND o.currency = me.currency AND o.payment = me.payment
       AND o.phone_index IS NOT DISTINCT FROM me.phone_index AND o.name_index IS NOT DISTINCT FROM me.name_index
       AND (o.province, o.city, o.district) = (me.province, me.city, me.district)
     WHERE me.id = ANY(%s::uuid[])
     GROUP BY me.id
"""


@frozen
class Lying:
    """So many of an item held, and waited for, in a place for an order."""

    order: str
    place: str
    sku: str
    held: int
    waiting: int


@frozen
class Together:
    """Orders as they would be one, the first of them carrying the others. Sums are by name in minor units; the promise
    is the earliest.
    """

    orders: Sequence[Order]
    lines: Sequence[tuple[Order, OrderLine]]
    sums: dict[str, int]
    promised_at: datetime | None
    lying: Sequence[Lying]

    @property
    def waiting(self) -> int:
        """Pieces all of it will wait for."""
        return sum(one.waiting for one in self.lying)

    @property
    def places(self) -> int:
        """In how many places something is held."""
        return len({one.place for one in self.lying if one.held})


def is_ready(order: Order) -> bool:
    """Whether it waits for the packers, approved and in one go, and nothing was paid back."""
    is_waiting = order.commercial == Commercial.APPROVED and order.fulfilment in STILL_HERE
    is_whole = order.source != REPLACEMENT and not order.taken_out_minor
    return is_waiting and is_whole and not order.open_holds and not order.is_split and order.payment in STANDINGS


def others_of(order: Order) -> list[Order]:
    """The other orders that could go with this one, the oldest first (three statements at most, none when it cannot).

    `order.customer` is at hand.
    """
    if not is_ready(order):
        return []
    customer = order.customer
    is_alone = customer.merged_into_id is None and not customer.has_joined
    records = [customer.id] if is_alone else group_ids(customer.id)
    alike = {name: getattr(order, name) for name in (*_WHOSE, *_MONEY)}
    rows = Order.objects.filter(READY, customer_id__in=records, **_given(alike)).exclude(id=order.id)
    found = list(rows.select_related("store").order_by("placed_at", "id")[: MOST - 1])
    box.warm([one.recipient_sealed for one in found])
    return [one for one in found if _same_door(order, one)]


def could_join(orders: Iterable[Order]) -> dict[object, int]:
    """Of orders in a list: how many others could go with each, by its id (one statement, none when none is ready)."""
    ready = [order.id for order in orders if is_ready(order)]
    if not ready:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [ready])
        return dict(cursor.fetchall())


def check_together(order: Order, others: Sequence[Order]) -> None:
    """Raises: NotReadyTogether, NotOneParcel, NotPaidAlike"""
    late = [one.number for one in (order, *others) if not is_ready(one)]
    if late:
        raise NotReadyTogether(", ".join(late))
    groups = groups_of({one.customer_id for one in (order, *others)})
    mine = set(groups[order.customer_id])
    strange = [one.number for one in others if one.customer_id not in mine or not _same_place(order, one)]
    if strange:
        raise NotOneParcel(", ".join(strange))
    unlike = [one.number for one in others if any(getattr(one, name) != getattr(order, name) for name in _MONEY)]
    if unlike:
        raise NotPaidAlike(", ".join(unlike))


def together(order: Order, others: Sequence[Order]) -> Together:
    """What they would be as one (two statements)."""
    orders = [order, *others]
    by_id = {one.id: one for one in orders}
    lines = OrderLine.objects.filter(order_id__in=list(by_id)).order_by("position")
    turn = {one.id: n for n, one in enumerate(orders)}
    kept = Line.objects.filter(reservation__purpose_kind=KIND, reservation__purpose_id__in=list(by_id))
    kept = kept.filter(Q(held__gt=0) | Q(waiting__gt=0)).select_related("balance__warehouse", "reservation")
    lying = [
        Lying(
            by_id[one.reservation.purpose_id].number,
            str(one.balance.warehouse),
            one.balance.item_id,
            one.held,
            one.waiting,
        )
        for one in kept.order_by("balance__warehouse__code", "balance__item_id", "id")
    ]
    return Together(
        orders,
        [(by_id[line.order_id], line) for line in sorted(lines, key=lambda one: (turn[one.order_id], one.position))],
        {name: sum(getattr(one, name) for one in orders) for name in AMOUNTS},
        earliest(orders),
        lying,
    )


def earliest(orders: Iterable[Order]) -> datetime | None:
    """The first day that any of them was promised for."""
    return min((one.promised_at for one in orders if one.promised_at is not None), default=None)


def _same_place(order: Order, other: Order) -> bool:
    return all(_value(order, name) == _value(other, name) for name in _WHOSE) and _same_door(order, other)


def _same_door(order: Order, other: Order) -> bool:
    """The indexes say the same person and town; this is the rest of the address. What was erased goes nowhere."""
    mine, theirs = recipient_of(order), recipient_of(other)
    return bool(mine.address) and _plain(mine.address) == _plain(theirs.address)


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def _value(order: Order, name: str) -> object:
    value = getattr(order, name)
    return bytes(value) if isinstance(value, memoryview) else value


def _given(alike: dict[str, object]) -> dict[str, object]:
    """What is not there is asked for as not there."""
    return {
        f"{name}__isnull" if value is None else name: True if value is None else value for name, value in alike.items()
    }
