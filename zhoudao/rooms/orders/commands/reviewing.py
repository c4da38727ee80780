"""Reviewing an order: what the detectors find, what of it holds the order, and what passes untouched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.review import Finding, review
from zhoudao.ground.decisions.queries import Table, live_tables
from zhoudao.ground.eventlog.recording import By, record_all
from zhoudao.ground.vault import box
from zhoudao.rooms.orders.commands.holding import entry, hold_order, tell
from zhoudao.rooms.orders.commands.holds import end_hold, open_new
from zhoudao.rooms.orders.events import OrderApproved, OrderReviewed
from zhoudao.rooms.orders.models import Commercial, Ending, Hold, Order, OrderLine, Outcome, Reason, Stage
from zhoudao.rooms.orders.queries.around import bought_of, known_around, known_around_all
from zhoudao.rooms.orders.rules import USUAL_MINUTES, USUAL_PRIORITY, Held, held
from zhoudao.rooms.orders.sourcing import PACKING, ItemsUnknown, PlacesFull, reserve_goods
from zhoudao.rooms.orders.tables import FINDINGS
from zhoudao.rooms.stock.refusals import NotEnough

BY = By("system:review")
_SEEN = """
    UPDATE orders_order AS o SET reviewed_at = seen.at, open_holds = seen.holds
      FROM unnest(%s::uuid[], %s::timestamptz[], %s::int[]) AS seen (id, at, holds) WHERE o.id = seen.id
"""
_SHORT = Finding("out_of_stock", 1.0, "meanwhile")  # somebody was faster
_FULL = Finding("out_of_stock", 1.0, "full")  # no place that has it sends a parcel more this week


@transaction.atomic
def review_order(*, order_id: UUID, at: datetime) -> Order:
    """This will have the detectors look at a new order, and hold it where the rules say so. Seen twice is seen once.

    Nothing is reserved here: what passes is approved in a transaction of its own.

    Raises: OrderNotFound
    """
    order = hold_order(order_id)
    if order.commercial == Commercial.PLACED and order.reviewed_at is None:
        look_at(order, by=BY, at=at)
    return order


@transaction.atomic
def review_orders(moments: Mapping[UUID, datetime]) -> list[Order]:
    """This will have the detectors look at several new orders ({id: when}) as `review_order` does one by one, reading
    once for all of them; returns those it looked at.
    """
    rows = Order.objects.select_for_update().filter(id__in=list(moments), commercial=Commercial.PLACED)
    orders = list(rows.filter(reviewed_at=None).order_by("id"))
    if not orders:
        return []
    lines = lines_of([order.id for order in orders])
    box.warm(sealed for order in orders for sealed in (order.recipient_sealed, order.remark_sealed))
    known = known_around_all([(order, lines[order.id]) for order in orders])
    table, entries = live_tables(FINDINGS)[FINDINGS], []
    for order, around in zip(orders, known, strict=True):
        at = order.reviewed_at = moments[order.id]
        found = review(bought_of(order, lines[order.id]), around)
        entries.append(entry(order, _judged(found, order, table, by=BY, at=at), by=BY, at=at))
    with connection.cursor() as cursor:
        columns = [[getattr(order, name) for order in orders] for name in ("id", "reviewed_at", "open_holds")]
        cursor.execute(_SEEN, columns)
    record_all(entries, at=max(moments.values()), by=BY)
    return orders


@transaction.atomic
def approve_order(*, order_id: UUID, may_wait: bool = False, by: By = BY, at: datetime) -> Order:
    """This will approve what was reviewed and is not held, and keep its goods; where they are short it is held.
    `may_wait`: a person decided that the customer waits.

    Raises: OrderNotFound
    """
    order = hold_order(order_id)
    if order.commercial == Commercial.PLACED and order.reviewed_at is not None and not order.open_holds:
        approve(order, may_wait=may_wait, by=by, at=at)
    return order


def approve(
    order: Order, *, may_wait: bool, by: By, at: datetime, why: str = "rules", anew_at: datetime | None = None
) -> None:
    """This will approve an order that is locked and free of holds. `anew_at`: it was approved until this moment, counts
    as approved then, and nobody is told of it again.
    """
    try:
        sourced = reserve_goods(order, _lines(order), may_wait=may_wait, by=by, at=at, why=why)
    except NotEnough as short:
        finding = _why_short(short)
        _open(Held(finding, USUAL_PRIORITY, at + timedelta(minutes=USUAL_MINUTES)), order, None, by=by, at=at)
        order.save(update_fields=["open_holds"])
        return
    order.commercial, order.approved_at, order.fulfilment = Commercial.APPROVED, anew_at or at, sourced.fulfilment
    order.save(update_fields=["commercial", "approved_at", "fulfilment", *PACKING, "is_split"])
    approved = None if anew_at else OrderApproved(order.number)
    facts = [fact for fact in (approved, sourced.fact) if fact is not None]
    tell(order, *facts, by=by, at=at)


def _why_short(short: NotEnough) -> Finding:
    if isinstance(short, ItemsUnknown):
        return Finding("out_of_stock", 1.0, "unknown", {"sku": short.skus[0], "items": len(short.skus)})
    return _FULL if isinstance(short, PlacesFull) else _SHORT


def look_at(order: Order, *, by: By, at: datetime, is_again: bool = False) -> None:
    """This will have the detectors look at a locked order. Again: what is found no more ends as put right, and
    what a person has released before is not held again.
    """
    lines = _lines(order)
    found = review(bought_of(order, lines), known_around(order, lines))
    if is_again:
        _end_cleared(order, {one.reason for one in found}, by=by, at=at)
        found = [one for one in found if one.reason not in _released(order)]
    table = live_tables(FINDINGS)[FINDINGS]
    fact = _judged(found, order, table, by=by, at=at, is_again=is_again)
    order.reviewed_at = at
    order.save(update_fields=["reviewed_at", "open_holds"])
    tell(order, fact, by=by, at=at)


def _judged(
    found: Sequence[Finding], order: Order, table: Table, *, by: By, at: datetime, is_again: bool = False
) -> OrderReviewed:
    """Opens what holds it; the caller saves the order and tells the fact."""
    holding, version = _hold_for(found, order, table, by=by, at=at)
    return OrderReviewed(order.number, sorted({one.reason for one in found}), holding, version, is_again)


def _hold_for(found: Iterable[Finding], order: Order, table: Table, *, by: By, at: datetime) -> tuple[list[str], int]:
    wanted = held(found, order, table, at=at)
    for one in wanted:
        _open(one, order, table.version, by=by, at=at)
    return [one.finding.reason for one in wanted], table.version


def _open(one: Held, order: Order, version: int | None, *, by: By, at: datetime) -> None:
    hold = Hold(
        order=order,
        reason=one.finding.reason,
        kind=one.finding.kind,
        score=one.finding.score,
        evidence=dict(one.finding.evidence),
        priority=one.priority,
        opened_at=at,
        opened_by=by.actor,
        due_at=one.due_at,
        rules_version=version,
    )
    open_new(order, hold, by=by, at=at)


def _end_cleared(order: Order, still: set[str], *, by: By, at: datetime) -> None:
    for hold in Hold.objects.select_for_update().filter(order=order).exclude(stage=Stage.DONE).order_by("id"):
        if hold.reason not in still and not hold.is_by_hand:
            end_hold(order, hold, ending=Ending.FIXED, outcome=Outcome.RIGHT, by=by, at=at)


def _released(order: Order) -> set[str]:
    """What a person looked at and let go."""
    rows = Hold.objects.filter(order=order, stage=Stage.DONE, ending=Ending.RELEASED)
    return set(rows.exclude(reason=Reason.OUT_OF_STOCK).values_list("reason", flat=True))


def lines_of(order_ids: Sequence[UUID]) -> dict[UUID, list[OrderLine]]:
    """The lines of several orders, in their places (one statement)."""
    found: dict[UUID, list[OrderLine]] = {order_id: [] for order_id in order_ids}
    for line in OrderLine.objects.filter(order_id__in=order_ids).order_by("position"):
        found[line.order_id].append(line)
    return found


def _lines(order: Order) -> Sequence[OrderLine]:
    return lines_of([order.id])[order.id]
