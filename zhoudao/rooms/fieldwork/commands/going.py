"""What the engineer says on the way: set off, there, done, or nobody came to the door."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fieldwork.commands.holding import hold_open, hold_visit, tell
from zhoudao.rooms.fieldwork.events import MISSES, OUTCOMES, EngineerSetOff, VisitBegun, VisitDone, VisitMissed
from zhoudao.rooms.fieldwork.models import State, Visit
from zhoudao.rooms.fieldwork.refusals import OutcomeUnknown, StillOut, VisitTooFarOn


@transaction.atomic
def set_off(*, visit_id: UUID, by: By, at: datetime) -> Visit:
    """This will note that the engineer is on the way; twice is once.

    Raises: NoSuchVisit, VisitTooFarOn, StillOut
    """
    visit = hold_open(visit_id)
    if visit.state == State.ON_THE_WAY:
        return visit
    if visit.state != State.PLANNED or visit.starts_at is None:
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    visit.state, visit.set_off_at = State.ON_THE_WAY, at
    expected = max(visit.starts_at, at)
    return _out(visit, EngineerSetOff(visit.number, expected.isoformat()), by, at)


@transaction.atomic
def begin_visit(*, visit_id: UUID, by: By, at: datetime) -> Visit:
    """This will note that the engineer is there; twice is once.

    Raises: NoSuchVisit, VisitTooFarOn, StillOut
    """
    visit = hold_open(visit_id)
    if visit.state == State.BEGUN:
        return visit
    if visit.state not in (State.PLANNED, State.ON_THE_WAY) or visit.starts_at is None:
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    visit.state, visit.begun_at = State.BEGUN, at
    late = max(0, int((at - visit.starts_at).total_seconds()) // 60)
    return _out(visit, VisitBegun(visit.number, late), by, at)


@transaction.atomic
def end_visit(*, visit_id: UUID, outcome: str, by: By, at: datetime) -> Visit:
    """This will end a visit with what came of it; ended twice with the same it is ended once.

    Raises: NoSuchVisit, VisitTooFarOn, OutcomeUnknown
    """
    if outcome not in OUTCOMES:
        raise OutcomeUnknown(OutcomeUnknown.__doc__)
    visit = hold_visit(visit_id)
    if (visit.state, visit.outcome) == (State.DONE, outcome):
        return visit
    if visit.state != State.BEGUN:
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    visit.state, visit.outcome = State.DONE, outcome
    return _over(visit, VisitDone(visit.number, outcome), by, at)


@transaction.atomic
def miss_visit(*, visit_id: UUID, why: str, by: By, at: datetime) -> Visit:
    """This will note that a visit did not take place; twice for the same reason is once.

    Raises: NoSuchVisit, VisitTooFarOn, OutcomeUnknown
    """
    if why not in MISSES:
        raise OutcomeUnknown(OutcomeUnknown.__doc__)
    visit = hold_visit(visit_id)
    if (visit.state, visit.outcome) == (State.MISSED, why):
        return visit
    if visit.state not in (State.PLANNED, State.ON_THE_WAY):
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    visit.state, visit.outcome = State.MISSED, why
    return _over(visit, VisitMissed(visit.number, why), by, at)


def _out(visit: Visit, fact: Fact, by: By, at: datetime) -> Visit:
    try:
        with transaction.atomic():
            visit.save(update_fields=["state", "set_off_at", "begun_at"])
    except IntegrityError as error:
        raise StillOut(StillOut.__doc__) from error
    tell(visit, fact, by=by, at=at)
    return visit


def _over(visit: Visit, fact: Fact, by: By, at: datetime) -> Visit:
    visit.over_at = at
    visit.save(update_fields=["state", "outcome", "over_at"])
    tell(visit, fact, by=by, at=at)
    return visit
