"""Which pieces of an order may still be cancelled, and what that means in money: known before anybody does it."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from zhoudao.engines.refunds import Piece, Sum, Terms, refund_of
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.commands.holding import check_paid
from zhoudao.rooms.aftersales.models import Kind, Purse, ReturnRequest
from zhoudao.rooms.aftersales.pieces import taken_of
from zhoudao.rooms.aftersales.refusals import (
    NoPieceChosen,
    NotThatMany,
    PaidBackElsewhere,
    ReturnsStillOpen,
    SentForReturn,
)
from zhoudao.rooms.orders.models import LEFT, REPLACEMENT, STILL_HERE, Order, OrderLine, Payment, Storefront
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    GoesWithAnother,
    OrderOver,
    OthersGoWithIt,
    PickingBegun,
    SentInParts,
    ShopOwnsIt,
)

_NOT_TAKEN = (Payment.PENDING, Payment.AUTHORISED, Payment.FAILED)
_WITH_SHIPPING = Terms(is_shipping_back=True)


@frozen
class Going:
    """The last `count` pieces of a line, with their parts in minor units; `lowered_minor` of their price was paid back
    before, though they stayed.
    """

    line: OrderLine
    count: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    lowered_minor: int

    @property
    def paid_minor(self) -> int:
        """The pieces less their part of the discount, without shipping."""
        return self.line.price_minor * self.count - self.discount_minor


@frozen
class Plan:
    """What cancelling these pieces means. `money` is what was paid for them and not paid back yet; `is_paid`: we took
    it, so it goes back.
    """

    order: Order
    going: Sequence[Going]
    money: Sum
    is_paid: bool
    is_all: bool

    @property
    def pieces(self) -> int:
        """How many."""
        return sum(one.count for one in self.going)

    @property
    def less_minor(self) -> int:
        """By how much the order costs less: their price less their discount, and their part of the shipping."""
        return sum(one.paid_minor + one.shipping_minor for one in self.going)

    @property
    def back_minor(self) -> int:
        """What is paid back."""
        return self.money.total_minor if self.is_paid else 0

    @property
    def left_minor(self) -> int:
        """What the order costs then."""
        return self.order.total_minor - self.less_minor


@frozen
class Cancellable:
    """An order of which pieces may be cancelled: its lines in order, by line and rank what of a piece's price was paid
    back before, and how much of its money may still go back (None: we took none).
    """

    order: Order
    lines: Sequence[OrderLine]
    lowered: Mapping[UUID, Mapping[int, int]]
    left_minor: int | None

    def plan(self, counts: Mapping[UUID, int]) -> Plan:
        """What cancelling so many pieces of each line (by id) means. Raises: NoPieceChosen, NotThatMany."""
        _check_counts(self.lines, counts)
        chosen = [(one, range(one.quantity - counts[one.id], one.quantity)) for one in self.lines if counts.get(one.id)]
        going = [_going(line, ranks, self.lowered[line.id]) for line, ranks in chosen]
        parts = [Piece(one.paid_minor - one.lowered_minor, one.shipping_minor) for one in going]
        left, is_paid = self.left_minor or 0, self.left_minor is not None
        is_all = all(counts.get(line.id) == line.quantity for line in self.lines)
        return Plan(self.order, going, refund_of(parts, _WITH_SHIPPING, left_minor=left), is_paid, is_all)


def cancellable(order: Order) -> Cancellable:
    """What of an order may be cancelled (six statements).

    Raises: OrderOver, GoesWithAnother, OthersGoWithIt, AlreadyOnItsWay, PickingBegun, SentInParts, ShopOwnsIt,
    SentForReturn, ReturnsStillOpen, PaidBackElsewhere
    """
    _check_stands(order)
    _check_whose(order)
    lines = list(order.lines.order_by("position"))
    _taken, lowered = taken_of(lines)
    return Cancellable(order, lines, lowered, _left(order))


def all_of(order: Order) -> Plan | None:
    """What cancelling a whole order means, also while it is picked, where its money was taken here and is nobody else's
    to pay back (six statements); None: no money goes back by it.
    """
    if order.source == REPLACEMENT or order.payment in _NOT_TAKEN:
        return None
    if Storefront.objects.filter(code=order.source).exists() or Order.objects.filter(merged_into=order).exists():
        return None
    try:
        left = _left(order)
    except PaidBackElsewhere:
        return None
    lines = list(order.lines.order_by("position"))
    _taken, lowered = taken_of(lines)
    plan = Cancellable(order, lines, lowered, left).plan({one.id: one.quantity for one in lines})
    return plan if plan.back_minor else None


def cancelled_of(order: Order) -> list[Cancellation]:
    """What was cancelled of an order, the newest first, with its lines and where its money is (two statements)."""
    rows = Cancellation.objects.filter(order=order).select_related("request")
    return list(rows.prefetch_related("lines").order_by("-id"))


def may_try(order: Order) -> bool:
    """Whether it looks as if pieces could be cancelled, as far as the order alone tells (no statement)."""
    is_here = order.fulfilment in STILL_HERE and not order.is_split
    return order.is_open and is_here and order.source != REPLACEMENT


def _check_stands(order: Order) -> None:
    if order.merged_into is not None:
        raise GoesWithAnother(order.merged_into.number)
    if not order.is_open:
        raise OrderOver(OrderOver.__doc__)
    if order.fulfilment in LEFT:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    if order.is_split:
        raise SentInParts(SentInParts.__doc__)
    if order.fulfilment not in STILL_HERE:
        raise PickingBegun(PickingBegun.__doc__)


def _check_whose(order: Order) -> None:
    if order.source == REPLACEMENT:
        raise SentForReturn(SentForReturn.__doc__)
    if Storefront.objects.filter(code=order.source).exists():
        raise ShopOwnsIt(ShopOwnsIt.__doc__)
    if Order.objects.filter(merged_into=order).exists():
        raise OthersGoWithIt(OthersGoWithIt.__doc__)
    returns = ReturnRequest.objects.filter(~Q(kind=Kind.CANCEL), order=order, closed_at=None)
    if numbers := list(returns.order_by("id").values_list("number", flat=True)):
        raise ReturnsStillOpen(numbers)


def _left(order: Order) -> int | None:
    """Raises: PaidBackElsewhere"""
    if order.payment in _NOT_TAKEN:
        return None
    purse = Purse.objects.filter(order=order).first()
    if purse is None:
        check_paid(order)
        return order.total_minor
    return purse.taken_minor - purse.promised_minor


def _check_counts(lines: Iterable[OrderLine], counts: Mapping[UUID, int]) -> None:
    there = {line.id: line.quantity for line in lines}
    if any(type(count) is not int or not 0 <= count <= there.get(line_id, -1) for line_id, count in counts.items()):
        raise NotThatMany(NotThatMany.__doc__)
    if not any(counts.values()):
        raise NoPieceChosen(NoPieceChosen.__doc__)


def _going(line: OrderLine, ranks: range, lowered: Mapping[int, int]) -> Going:
    parts = {f"{name}_minor": sum(line.unit_parts(name)[ranks.start :]) for name in ("discount", "shipping", "tax")}
    return Going(line, len(ranks), **parts, lowered_minor=sum(lowered.get(rank, 0) for rank in ranks))
