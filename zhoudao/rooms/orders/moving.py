"""An approved order taken in hand to be sent from elsewhere: what it keeps, every place it might be kept in, the rules
and the days; its balances are all locked, so what is decided holds.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.choices import told_of
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.days import day_of, give_back, move_days, take_days, take_first_day
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.places import Decision, Ground, Rules, read_ground, rules_for
from zhoudao.rooms.orders.refusals import NothingToAllocate, PlaceFull
from zhoudao.rooms.orders.sourcing import FREED, purpose_of
from zhoudao.rooms.stock.book import Cause
from zhoudao.rooms.stock.commands.rearranging import InHand, rearrange, take_in_hand
from zhoudao.rooms.stock.commands.reserving import Way
from zhoudao.rooms.stock.goods import Goods, Key
from zhoudao.rooms.stock.refusals import NothingHeld

_TRIES = 4
Answer = TypeVar("Answer")


def until_taken(work: Callable[[], Answer]) -> Answer:
    """This will do it in a transaction, and again when somebody takes the last parcel of a place's day meanwhile.

    Raises: PlaceFull
    """
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return work()
        except PlaceFull:
            continue
    with transaction.atomic():
        return work()


@dataclass
class Moving:
    """One order in hand."""

    order: Order
    in_hand: InHand
    ground: Ground
    rules: Rules
    cause: Cause

    @property
    def waiting(self) -> dict[str, int]:
        """How many of what are waited for."""
        return by_sku({key: line.waiting for key, line in self.in_hand.of_key.items() if line.waiting})

    @property
    def held(self) -> dict[Key, int]:
        """How many are held where."""
        return {key: line.held for key, line in self.in_hand.of_key.items() if line.held}

    @property
    def is_begun(self) -> bool:
        """Whether somebody picks already, or a part goes ahead: what is held stays where it is."""
        return self.order.fulfilment not in STILL_HERE or self.order.is_split

    def free(self, staying: Collection[Key] = (), without: Collection[Key] = ()) -> dict[Key, int]:
        """What it could have where; behind what stays only what nobody holds."""
        rows = self.in_hand.book.rows
        free = {key: max(0, rows[key].free) if staying else count for key, count in self.in_hand.free.items()}
        return {key: 0 if key in without else count for key, count in free.items()}

    def decide(self, wanted: Mapping[str, int], free: Mapping[Key, int]) -> Decision:
        """Where so many of what are sent from."""
        return self.ground.decide(self.order, wanted, self.rules, free)

    def keep(self, goods: Sequence[Goods], way: Way, decision: Decision | None, *, stays: bool = False) -> None:
        """This will keep these goods instead, count the parcels of what goes out now, and save the order. `stays`: what
        was counted before stays on its day.
        """
        rearrange(self.in_hand, goods, way, self.cause)
        order, today = self.order, self.ground.today
        if order.fulfilment in STILL_HERE:
            order.fulfilment = Fulfilment.BACKORDERED if self.waiting else Fulfilment.RESERVED
        before, after = set(order.packing_places), {place for place, _sku in self.held}
        after |= before & {key[0] for key, line in self.in_hand.of_key.items() if line.shipped}
        if order.fulfilment == Fulfilment.BACKORDERED and not order.is_split:
            give_back(before, order.packing_date, today=today)
            order.packing_date = None
        elif stays and order.packing_date:
            give_back(before - after, order.packing_date, today=today)
            take_days(after - before, decision.day if decision else order.packing_date)
        else:
            order.packing_date = self._counted_anew(before, after, decision.day if decision else None)
        order.packing_places = sorted(after) if order.packing_date else []
        order.save(update_fields=["fulfilment", *FREED])

    def _counted_anew(self, before: set[UUID], after: set[UUID], day: date | None) -> date | None:
        was, today = self.order.packing_date, self.ground.today
        if day is None:
            give_back(before, was, today=today)
            return take_first_day(after, today=today) if after else None
        move_days(before, was, after, day, today=today)
        return day

    def tell(self, decision: Decision, why: str, *more: Fact) -> None:
        """This will record where it is sent from now, and why."""
        fact = told_of(self.order.number, decision, why=why, waiting=sum(self.waiting.values()))
        tell(self.order, *more, fact, by=self.cause.by, at=self.cause.at)


def take(order_id: UUID, *, by: By, at: datetime) -> Moving:
    """An approved order of which something is kept and has not left, in hand.

    Raises: OrderNotFound, NothingToAllocate
    """
    order = hold_order(order_id)
    if order.commercial != Commercial.APPROVED or order.fulfilment == Fulfilment.DELIVERED:
        raise NothingToAllocate(NothingToAllocate.__doc__)
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    skus = {line.sku for line in lines}
    try:
        in_hand = take_in_hand(purpose_of(order.id), skus)
    except NothingHeld as none:
        raise NothingToAllocate(NothingToAllocate.__doc__) from none
    ground = read_ground(skus, day_of(at))
    for place in order.packing_places:  # its own parcels are in nobody's way
        if order.packing_date is not None:
            day = place, order.packing_date
            ground.taken[day] = ground.taken.get(day, 1) - 1
    cause = Cause(by, at, "lost", order.number, purpose_of(order.id))
    return Moving(order, in_hand, ground, rules_for(order, lines, ground.table), cause)


def by_sku(counts: Mapping[Key, int]) -> dict[str, int]:
    """How many of what, wherever."""
    found: dict[str, int] = {}
    for (_place, sku), count in counts.items():
        found[sku] = found.get(sku, 0) + count
    return found


def goods(counts: Mapping[Key, int]) -> list[Goods]:
    """The same as stock is asked."""
    return [Goods(*key, count) for key, count in counts.items()]
