"""Moving a visit to another time, giving it to somebody else, cancelling it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fieldwork.commands.asking import at_time, planned, put
from zhoudao.rooms.fieldwork.commands.holding import hold_open, hold_plan, hold_visit, tell, whose
from zhoudao.rooms.fieldwork.events import VisitCancelled, VisitMoved, VisitReassigned
from zhoudao.rooms.fieldwork.ground import HORIZON
from zhoudao.rooms.fieldwork.models import OPEN, State, Visit
from zhoudao.rooms.fieldwork.refusals import SlotTaken, TooLateToChange, VisitChanged, VisitTooFarOn

CHANGE = timedelta(hours=2)  # until so long before, customers may move or cancel it themselves


@transaction.atomic
def move_visit(
    *,
    visit_id: UUID,
    starts_at: datetime,
    was_at: datetime | None,
    engineer_id: UUID | None = None,
    by: By,
    at: datetime,
) -> Visit:
    """This will have a visit take place at another time; `engineer_id` None: by whoever is best then.

    `was_at` is its time as whoever moves it saw it (None: to be planned anew): of two who move it at once the second
    is told. Moved twice to the same time it is moved once. The old time is free in the same moment.

    Raises: NoSuchVisit, VisitTooFarOn, VisitChanged, TooLateToChange (by the customer), SlotTaken
    """
    hold_plan()
    visit = hold_open(visit_id)
    if visit.state not in (State.PLANNED, State.UNPLANNED):
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    if visit.starts_at == starts_at and engineer_id in (None, visit.engineer_id):
        return visit
    if visit.starts_at != was_at:
        raise VisitChanged(VisitChanged.__doc__)
    _require_allowed(visit, starts_at, by, at)
    offer = at_time(visit, starts_at, engineer_id, besides=visit.id)
    put(visit, offer)
    visit.moves += 1
    visit.not_before = min(visit.not_before, starts_at)
    visit.not_after = max(visit.not_after, visit.ends_at or visit.not_after)
    visit.save()
    if was_at is None:
        tell(visit, planned(visit, again=True), by=by, at=at)
        return visit
    moved = VisitMoved(visit.number, str(visit.engineer_id), was_at.isoformat(), starts_at.isoformat(), whose(by))
    tell(visit, moved, by=by, at=at)
    return visit


@transaction.atomic
def reassign(*, visit_id: UUID, engineer_id: UUID, by: By, at: datetime) -> Visit:
    """This will have somebody else make a visit, at the same time; given to them twice is given once.

    Raises: NoSuchVisit, VisitTooFarOn, SlotTaken
    """
    hold_plan()
    visit = hold_open(visit_id)
    if visit.state != State.PLANNED or visit.starts_at is None:
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    if visit.engineer_id == engineer_id:
        return visit
    was = visit.engineer_id
    put(visit, at_time(visit, visit.starts_at, engineer_id, besides=visit.id))
    visit.save()
    fact = VisitReassigned(visit.number, str(was), str(engineer_id), visit.starts_at.isoformat())
    tell(visit, fact, by=by, at=at)
    return visit


@transaction.atomic
def cancel_visit(*, visit_id: UUID, by: By, at: datetime) -> Visit:
    """This will free the engineer's time; cancelled twice is cancelled once. What has begun is ended instead.

    Raises: NoSuchVisit, VisitTooFarOn, TooLateToChange (by the customer)
    """
    visit = hold_visit(visit_id)
    if visit.state == State.CANCELLED:
        return visit
    if visit.state not in OPEN or visit.state == State.BEGUN:
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    if whose(by) == "visit_by_customer" and not may_still_change(visit, at):
        raise TooLateToChange(TooLateToChange.__doc__)
    visit.state, visit.over_at = State.CANCELLED, at
    visit.save(update_fields=["state", "over_at"])
    tell(visit, VisitCancelled(visit.number, whose(by)), by=by, at=at)
    return visit


def may_still_change(visit: Visit, at: datetime) -> bool:
    """Whether the customer may move or cancel it themselves."""
    if visit.state == State.UNPLANNED:
        return True
    return visit.state == State.PLANNED and visit.starts_at is not None and at <= visit.starts_at - CHANGE


def _require_allowed(visit: Visit, starts_at: datetime, by: By, at: datetime) -> None:
    """Nobody plans what is over; customers keep to what is offered: not at once, and not before parts come."""
    if not at < starts_at < at + HORIZON:
        raise SlotTaken(SlotTaken.__doc__)
    if whose(by) == "visit_by_us":
        return
    if not may_still_change(visit, at):
        raise TooLateToChange(TooLateToChange.__doc__)
    if starts_at < max(visit.not_before, at + CHANGE):
        raise SlotTaken(SlotTaken.__doc__)
