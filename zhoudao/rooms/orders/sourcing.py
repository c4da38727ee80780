"""Keeping an order's goods where the rules say, and letting go of them. The choice is made from what was read before;
the locks decide whether it still holds, and whoever was too slow chooses again from what there is then.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.choices import told_of
from zhoudao.rooms.orders.days import day_of, give_back, take_days, take_first_day
from zhoudao.rooms.orders.events import OrderAllocated
from zhoudao.rooms.orders.models import Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.places import Decision, Ground, Rules, read_ground, rules_for
from zhoudao.rooms.orders.refusals import PlaceFull
from zhoudao.rooms.stock.commands.reserving import Way, release, reservation_of, reserve, reserve_within
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.goods import Goods, Key, Purpose
from zhoudao.rooms.stock.models import Line, State
from zhoudao.rooms.stock.refusals import NotEnough, StockRefused

KIND = "order"
PACKING = ("packing_date", "packing_places")
FREED = (*PACKING, "short_at", "is_split")
_TRIES = 4  # whoever is faster each time has at least sold something


class PlacesFull(NotEnough):
    """There is enough, but no place that has it sends a parcel more within a week."""


class ItemsUnknown(NotEnough):
    """No item is called as this order has it: nobody could keep it, or pick it."""

    def __init__(self, skus: Sequence[str]) -> None:
        super().__init__(", ".join(skus[:5]))
        self.skus = skus


@dataclass(frozen=True)
class Sourced:
    """Where an order's goods stand now; `fact` tells how that was chosen (None: stock knows none of them)."""

    fulfilment: Fulfilment
    fact: OrderAllocated | None = None


def purpose_of(order_id: UUID) -> Purpose:
    """What an order's goods are kept for."""
    return Purpose(KIND, order_id)


def wanted_of(lines: Sequence[OrderLine]) -> dict[str, int]:
    """How many of what."""
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    return wanted


def reserve_goods(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    may_wait: bool,
    by: By,
    at: datetime,
    why: str = "rules",
) -> Sourced:
    """This will keep a locked order's goods, as far as stock knows them, where the rules say; the caller saves the
    order and tells the fact. `may_wait`: what is not there is waited for, what no item is called is left to people.

    Raises: NotEnough, PlacesFull, ItemsUnknown
    """
    wanted = wanted_of(lines)
    for _ in range(_TRIES):
        ground = read_ground(wanted, day_of(at))
        if not may_wait and (strange := wanted.keys() & ground.unknown):
            raise ItemsUnknown(sorted(strange))
        known, decision = choose(order, lines, ground)
        if not known or decision.choice.plan is None:
            return _not_all(order, known, decision, ground, may_wait=may_wait, why=why, by=by, at=at)
        with suppress(PlaceFull, StockRefused):  # somebody was faster, or closed a place
            return _keep(order, decision, ground, why=why, by=by, at=at)
    raise NotEnough(", ".join(sorted(wanted)[:5]))


def choose(order: Order, lines: Sequence[OrderLine], ground: Ground) -> tuple[dict[str, int], Decision]:
    """What stock knows of an order, and where the rules have that sent from."""
    known = {sku: count for sku, count in wanted_of(lines).items() if sku in ground.skus}
    return known, ground.decide(order, known, rules_for(order, lines, ground.table), ground.free)


def _not_all(
    order: Order,
    wanted: Mapping[str, int],
    decision: Decision,
    ground: Ground,
    *,
    may_wait: bool,
    why: str,
    by: By,
    at: datetime,
) -> Sourced:
    """Nothing of it is known to stock, or it cannot all be sent. Raises: NotEnough, PlacesFull."""
    if not wanted:
        return Sourced(Fulfilment.NONE)
    if may_wait:
        return _wait(order, wanted, decision.rules, ground, why=why, by=by, at=at)
    if any(one.verdict == "full" for one in decision.choice.looked):
        raise PlacesFull(", ".join(sorted(wanted)[:5]))
    raise NotEnough(", ".join(sorted(wanted)[:5]))


def ahead_and_later(
    order: Order, wanted: Mapping[str, int], rules: Rules, ground: Ground, free: Mapping[Key, int]
) -> tuple[Decision, list[Goods]]:
    """What can be sent now, chosen as ever, and what is waited for: in the first place that keeps it."""
    there = {sku: sum(max(0, count) for (_place, each), count in free.items() if each == sku) for sku in wanted}
    ready = {sku: min(count, there[sku]) for sku, count in wanted.items() if there[sku]}
    decision = ground.decide(order, ready, rules, free)
    sent = decision.choice.plan or {}
    later = []
    for sku, count in wanted.items():
        missing = count - sum(share.get(sku, 0) for share in sent.values())
        if missing:
            later.append(Goods(_home(sku, ground), sku, missing))
    return decision, later


def goods_of(decision: Decision, ground: Ground) -> list[Goods]:
    """What a decision takes from where."""
    by_code, plan = ground.by_code, decision.choice.plan or {}
    return [Goods(by_code[code].id, sku, count) for code, share in plan.items() for sku, count in share.items()]


def places_of(goods: Sequence[Goods]) -> set[UUID]:
    """Where they lie."""
    return {one.warehouse_id for one in goods}


@transaction.atomic
def _keep(order: Order, decision: Decision, ground: Ground, *, why: str, by: By, at: datetime) -> Sourced:
    goods = goods_of(decision, ground)
    reserve_within(purpose=purpose_of(order.id), goods=goods, by=by, at=at)
    take_days(places_of(goods), decision.day)
    order.packing_date, order.packing_places = decision.day, sorted(places_of(goods))
    return Sourced(Fulfilment.RESERVED, told_of(order.number, decision, why=why))


@transaction.atomic
def _wait(
    order: Order, wanted: Mapping[str, int], rules: Rules, ground: Ground, *, why: str, by: By, at: datetime
) -> Sourced:
    """What is there is kept where the rules say, what is not is waited for; nothing is sent before all is there, unless
    the order is split: so only then do places count its parcels.
    """
    decision, later = ahead_and_later(order, wanted, rules, ground, ground.free)
    goods = [*goods_of(decision, ground), *later]
    try:
        kept = reserve(purpose=purpose_of(order.id), goods=goods, way=Way.WAIT, by=by, at=at)
    except NotEnough:
        raise
    except StockRefused as refusal:  # a place was closed meanwhile
        raise NotEnough(str(refusal)) from refusal
    waiting = sum(kept.lines.filter(waiting__gt=0).values_list("waiting", flat=True))
    if order.is_split or not waiting:
        count_parcels(order, at=at)
    fact = told_of(order.number, decision, why=why, waiting=waiting)
    return Sourced(Fulfilment.BACKORDERED if waiting else Fulfilment.RESERVED, fact)


def _home(sku: str, ground: Ground) -> UUID:
    """Where an item is waited for: the first place that keeps it."""
    return next(place.id for place in ground.places if (place.id, sku) in ground.free)


def count_parcels(order: Order, *, at: datetime) -> None:
    """This will count the parcels of what is held for a locked order and not counted yet, on the first day on which
    their places have room; the caller saves it.
    """
    places = places_held(order.id) - set(order.packing_places)
    day = take_first_day(places, today=day_of(at)) if places else None
    if day is not None:
        order.packing_date = order.packing_date or day
        order.packing_places = sorted({*order.packing_places, *places})


def places_held(order_id: UUID) -> set[UUID]:
    """Where something is held for an order."""
    rows = Line.objects.filter(reservation__purpose_kind=KIND, reservation__purpose_id=order_id, held__gt=0)
    return set(rows.values_list("balance__warehouse_id", flat=True))


def kept_for(order_id: UUID) -> tuple[int, int]:
    """How many pieces are held for an order, and how many are waited for."""
    rows = Line.objects.filter(reservation__purpose_kind=KIND, reservation__purpose_id=order_id)
    counts = list(rows.values_list("held", "waiting"))
    return sum(held for held, _waiting in counts), sum(waiting for _held, waiting in counts)


def free_goods(order: Order, *, by: By, at: datetime) -> None:
    """This will let go of what is kept for a locked order, if anything is; the caller saves what `FREED` names."""
    if let_go(order.id, by=by, at=at):
        give_back(order.packing_places, order.packing_date, today=day_of(at))
    order.packing_date, order.packing_places = None, []
    order.short_at, order.is_split = None, False


def let_go(order_id: UUID, *, by: By, at: datetime) -> bool:
    """This will let go of what is held and waited for; what it was to be packed for stays counted. Returns whether
    anything was.
    """
    kept = reservation_of(purpose_of(order_id))
    if kept is None or kept.state != State.OPEN:
        return False
    release(purpose=purpose_of(order_id), by=by, at=at)
    return True


def hand_over(order_id: UUID, *, by: By, at: datetime) -> bool:
    """This will book out what is kept for an order, as its customer has it, and let go of what it still waited for.
    Returns whether anything left.
    """
    kept = reservation_of(purpose_of(order_id))
    if kept is None or kept.state != State.OPEN:
        return False
    has_any = kept.lines.filter(held__gt=0).exists()
    if has_any:
        kept = ship(purpose=purpose_of(order_id), by=by, at=at)
    if kept.state == State.OPEN:
        release(purpose=purpose_of(order_id), by=by, at=at)
    return has_any


def is_waiting(order_id: UUID) -> bool:
    """Whether some of what is kept for an order has still to come."""
    kept = reservation_of(purpose_of(order_id))
    return kept is not None and kept.lines.filter(waiting__gt=0).exists()
