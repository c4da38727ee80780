"""Holding the plan, and then one visit: always in this order, and after whatever the visit is for."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.fieldwork.models import OPEN, Visit
from zhoudao.rooms.fieldwork.refusals import NoSuchVisit, VisitTooFarOn

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('fieldwork', 7))"


def hold_plan() -> None:
    """This will have everybody else who plans a visit wait until this transaction ends.

    One lock for all: the best engineer is looked for among all of them. The constraint would refuse a second visit at
    the same time as well; under the lock the next best is found instead.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def hold_visit(visit_id: UUID) -> Visit:
    """A visit, locked. Raises: NoSuchVisit."""
    visit = Visit.objects.select_for_update(of=("self",)).filter(id=visit_id).first()
    if visit is None:
        raise NoSuchVisit(NoSuchVisit.__doc__)
    return visit


def hold_open(visit_id: UUID) -> Visit:
    """A visit that is not over, locked. Raises: NoSuchVisit, VisitTooFarOn."""
    visit = hold_visit(visit_id)
    if visit.state not in OPEN:
        raise VisitTooFarOn(VisitTooFarOn.__doc__)
    return visit


def tell(visit: Visit, *facts: Fact, by: By, at: datetime) -> None:
    """This will record what happened to a held visit, for what it is for, its customer, conversation and engineer."""
    record_all([entry(visit, fact, by=by, at=at) for fact in facts], at=at, by=by)


def entry(visit: Visit, fact: Fact, *, by: By, at: datetime) -> Entry:
    """What happened to a held visit, to be recorded with other things."""
    about = [About("field_visit", visit.id), About(visit.subject_type, visit.subject_id, "subject")]
    about += [About("customer", visit.customer_id)] if visit.customer_id else []
    about += [About("conversation", visit.conversation_id)] if visit.conversation_id else []
    about += [About("member", visit.engineer_id)] if visit.engineer_id else []
    return Entry(fact, about, By(by.actor, store_id=visit.store_id, channel=by.channel), at)


def whose(by: By) -> str:
    """Who changed it, as a code."""
    return "visit_by_customer" if by.actor.startswith(("visitor:", "customer:")) else "visit_by_us"
