"""Holds: opened, taken, put back, released. An order's row is always locked before its holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders import events
from zhoudao.rooms.orders.commands.holding import hold_open, hold_order, tell
from zhoudao.rooms.orders.models import (
    BY_ITSELF,
    LEFT,
    Commercial,
    Ending,
    Fulfilment,
    Hold,
    Order,
    Outcome,
    Reason,
    Stage,
)
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    HoldAlreadyOpen,
    HoldNotFound,
    HoldOver,
    HoldTaken,
    HoldUnsaid,
    OutcomeUnsaid,
)
from zhoudao.rooms.orders.sourcing import FREED, free_goods

_LONGEST = timedelta(days=30)


@transaction.atomic
def open_hold(
    *, order_id: UUID, reason: str, due_at: datetime, said: Mapping[str, Any] | None = None, by: By, at: datetime
) -> Hold:
    """This will hold an order for what a person found; `said` is what else the hold says. One approved already is
    approved no more, and its goods are free again, as long as they have not left: whoever picks or packs them is told
    by their next scan.

    Raises: OrderNotFound, OrderOver, AlreadyOnItsWay, HoldUnsaid, HoldAlreadyOpen
    """
    if reason not in Reason.values or reason in BY_ITSELF or not at <= due_at <= at + _LONGEST:
        raise HoldUnsaid(HoldUnsaid.__doc__)
    order = hold_open(order_id)
    if order.fulfilment in LEFT:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    if Hold.objects.filter(order=order, reason=reason).exclude(stage=Stage.DONE).exists():
        raise HoldAlreadyOpen(HoldAlreadyOpen.__doc__)
    if order.commercial == Commercial.APPROVED:
        free_goods(order, by=by, at=at)
        order.commercial, order.approved_at, order.fulfilment = Commercial.PLACED, None, Fulfilment.NONE
        tell(order, events.ApprovalWithdrawn(order.number), by=by, at=at)
    order.reviewed_at = order.reviewed_at or at  # a person has looked before the detectors did
    hold = Hold(order=order, reason=reason, opened_at=at, opened_by=by.actor, due_at=due_at, **(said or {}))
    open_new(order, hold, by=by, at=at)
    order.save(update_fields=["commercial", "approved_at", "fulfilment", "reviewed_at", "open_holds", *FREED])
    return hold


@transaction.atomic
def take_hold(*, hold_id: UUID, owner_id: UUID, by: By, at: datetime) -> Hold:
    """This will have somebody work on a hold; taken twice by the same person is taken once.

    Raises: HoldNotFound, HoldOver, HoldTaken
    """
    order, hold = held_together(hold_id)
    if hold.stage == Stage.WORKING:
        if hold.owner_id != owner_id:
            raise HoldTaken(HoldTaken.__doc__)
        return hold
    hold.stage, hold.owner_id = Stage.WORKING, owner_id
    hold.save(update_fields=["stage", "owner"])
    fact = events.HoldTaken(order.number, str(hold.id), f"hold_{hold.reason}", str(owner_id))
    tell(order, fact, by=by, at=at)
    return hold


@transaction.atomic
def put_back(*, hold_id: UUID, by: By, at: datetime) -> Hold:
    """This will let a hold wait for somebody again, also when a colleague had it. Raises: HoldNotFound, HoldOver."""
    order, hold = held_together(hold_id)
    if hold.stage == Stage.WORKING:
        hold.stage, hold.owner = Stage.PENDING, None
        hold.save(update_fields=["stage", "owner"])
        tell(order, events.HoldPutBack(order.number, str(hold.id), f"hold_{hold.reason}"), by=by, at=at)
    return hold


def held_together(hold_id: UUID) -> tuple[Order, Hold]:
    """An order and what holds it, both locked. Raises: HoldNotFound, HoldOver."""
    order_id = Hold.objects.filter(id=hold_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise HoldNotFound(HoldNotFound.__doc__)
    order = hold_order(order_id)
    hold = Hold.objects.select_for_update().get(id=hold_id)
    if not hold.is_open:
        raise HoldOver(HoldOver.__doc__)
    return order, hold


def open_new(order: Order, hold: Hold, *, by: By, at: datetime) -> None:
    """This will open a hold of a locked order, unless it is held for this reason; the caller saves the order."""
    known = Hold.objects.filter(order=order, reason=hold.reason).exclude(stage=Stage.DONE).first()
    if known is not None:
        known.kind, known.score, known.evidence = hold.kind, hold.score, hold.evidence
        known.save(update_fields=["kind", "score", "evidence"])
        return
    hold.save(force_insert=True)
    order.open_holds += 1
    fact = events.HoldOpened(
        order.number,
        str(hold.id),
        f"hold_{hold.reason}",
        hold.kind,
        hold.score,
        hold.evidence,
        hold.due_at.isoformat(),
    )
    tell(order, fact, by=by, at=at)


def end_hold(order: Order, hold: Hold, *, ending: str, outcome: str, by: By, at: datetime) -> None:
    """This will end a hold; both are locked, and the caller saves the order. Raises: OutcomeUnsaid."""
    if outcome not in Outcome.values:
        raise OutcomeUnsaid(OutcomeUnsaid.__doc__)
    hold.stage, hold.ending, hold.outcome = Stage.DONE, ending, outcome
    hold.released_at, hold.released_by = at, by.actor
    hold.save(update_fields=["stage", "ending", "outcome", "released_at", "released_by"])
    order.open_holds -= 1
    codes = (f"hold_{hold.reason}", f"hold_{ending}", f"hold_was_{outcome}")
    tell(order, events.HoldEnded(order.number, str(hold.id), *codes, order.open_holds), by=by, at=at)


def end_all(order: Order, *, outcome: str, by: By, at: datetime) -> None:
    """This will end what holds a locked order that is cancelled; the caller saves it."""
    for hold in Hold.objects.select_for_update().filter(order=order).exclude(stage=Stage.DONE).order_by("id"):
        end_hold(order, hold, ending=Ending.CANCELLED, outcome=outcome, by=by, at=at)
