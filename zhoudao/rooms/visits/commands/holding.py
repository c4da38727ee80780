"""Holding a store's line, and then a visit in it: always in this order."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.visits.models import OPEN, Lap, Line, State, Turn, Visit
from zhoudao.rooms.visits.reach import SERVE, may_reach
from zhoudao.rooms.visits.refusals import LineUnknown, VisitElsewhere, VisitNotFound, VisitOver


def hold_line(store_id: UUID) -> Line:
    """The line, locked: who holds it is alone with the store's order. Raises: LineUnknown."""
    rows = Line.objects.select_for_update(of=("self",)).select_related("store")
    line = rows.filter(store_id=store_id, store__closed_at=None).first()
    if line is None:
        raise LineUnknown(LineUnknown.__doc__)
    return line


def hold_line_of(viewer: Viewer, store_id: UUID) -> Line:
    """The line of a store in which the viewer serves. Raises: LineUnknown."""
    if not may_reach(viewer, store_id, SERVE):
        raise LineUnknown(LineUnknown.__doc__)
    return hold_line(store_id)


def hold_visit(visit_id: UUID, viewer: Viewer) -> Visit:
    """A visit that is not over, locked behind its line. Raises: VisitNotFound, VisitOver."""
    store_id = Visit.objects.filter(id=visit_id).values_list("store_id", flat=True).first()
    if store_id is None or not may_reach(viewer, store_id, SERVE):
        raise VisitNotFound(VisitNotFound.__doc__)
    hold_line(store_id)
    return hold_open(visit_id)


def hold_own(visit_id: UUID, viewer: Viewer) -> Visit:
    """A visit that was called by nobody but this viewer. Raises: VisitNotFound, VisitOver, VisitElsewhere."""
    visit = hold_visit(visit_id, viewer)
    if visit.state != State.WAITING and visit.served_by_id != viewer.user_id:
        raise VisitElsewhere(VisitElsewhere.__doc__)
    return visit


def hold_open(visit_id: UUID) -> Visit:
    """A visit that is not over; the caller holds its line. Raises: VisitOver."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("need").get(id=visit_id)
    if visit.state not in OPEN:
        raise VisitOver(VisitOver.__doc__)
    return visit


def open_turn(visit: Visit) -> Turn:
    """The stay in a line that goes on."""
    return visit.turns.select_related("need").get(ended_at=None)


def end_turn(visit: Visit, outcome: str, at: datetime) -> list[Fact]:
    """This will end the stay in this line and the step that runs; returns what happened with the step."""
    from zhoudao.rooms.visits.events import StepEnded

    turn = open_turn(visit)
    facts: list[Fact] = []
    for lap in Lap.objects.filter(turn=turn, ended_at=None):
        facts.append(StepEnded(visit.number, lap.code, round((at - lap.began_at).total_seconds())))
    Lap.objects.filter(turn=turn, ended_at=None).update(ended_at=at)
    turn.ended_at, turn.outcome = at, outcome
    turn.save(update_fields=["ended_at", "outcome"])
    return facts


def tell(visit: Visit, *facts: Fact, by: By, at: datetime) -> None:
    """This will record what happened to a visit, and to its customer where one is known."""
    about = [About("visit", visit.id), About("need", visit.need_id)]
    about += [About("customer", visit.customer_id)] if visit.customer_id else []
    if visit.conversation_id:
        about += [About("conversation", visit.conversation_id)]
        about += [About("case", case_id) for case_id in _cases_of(visit.conversation_id)]
    here = By(by.actor, store_id=visit.store_id, channel="counter")
    record_all([Entry(fact, about) for fact in facts], at=at, by=here)


def _cases_of(conversation_id: UUID) -> list[UUID]:
    """The case that came of the visit, once it is open."""
    rows = Case.objects.filter(Q(conversation_id=conversation_id) | Q(conversation__sides=conversation_id))
    return list(rows.order_by("id").values_list("id", flat=True).distinct()[:1])


def tell_staff(visit: Visit, *facts: Fact, viewer: Viewer, at: datetime) -> None:
    """As `tell`, by a colleague."""
    tell(visit, *facts, by=By(viewer.actor), at=at)
