"""Repairs at the customer's place: the visit is planned by fieldwork, and what happens on it happens to the repair."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.fieldwork.commands.asking import Wanted, ask_for_visit
from zhoudao.rooms.fieldwork.commands.going import begin_visit, end_visit
from zhoudao.rooms.fieldwork.models import OPEN, Visit
from zhoudao.rooms.fieldwork.places import Place as Where
from zhoudao.rooms.fieldwork.queries.visits import visits_of
from zhoudao.rooms.fieldwork.sealed import Told
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.repairs.commands.holding import hold_repair
from zhoudao.rooms.repairs.commands.working import begin_repair, finish_repair
from zhoudao.rooms.repairs.kinds import Place, State
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.refusals import NotNow, PartsMissing

SUBJECT = "repair"  # what fieldwork knows its visits by
BEGUN, DONE = "fieldwork.VisitBegun", "fieldwork.VisitDone"


def open_visit(repair_id: UUID) -> Visit | None:
    """The visit for a repair that is not over (one statement)."""
    return next((one for one in visits_of(SUBJECT, repair_id) if one.state in OPEN), None)


@transaction.atomic
def plan_visit(*, repair_id: UUID, by: By, at: datetime) -> Visit:
    """This will send the engineer who is best for it (skill, brand, certification, way, load, hours) to where its order
    went. A visit that is not over is the visit.

    Raises: RepairNotFound, NotNow, PlaceUnknown, and when nobody can be sent one of NobodyAble
    """
    repair = hold_repair(repair_id, State.APPROVED)
    order = repair.order
    if repair.place != Place.FIELD or order is None:
        raise NotNow(NotNow.__doc__)
    known = visits_of(SUBJECT, repair.id)
    if (found := next((one for one in known if one.state in OPEN), None)) is not None:
        return found
    who = recipient_of(order)
    wanted = Wanted(
        subject_type=SUBJECT,
        subject_id=repair.id,
        key=f"{SUBJECT}:{repair.id}:{len(known)}",
        store_id=repair.store_id,
        place=Where(order.province, order.city),
        told=Told(" ".join(filter(None, (order.district, who.address))), who.name, who.phone),
        skill=repair.skill,
        certification=repair.certification,
        brand=repair.device.brand,
        minutes=repair.minutes,
        customer_id=repair.customer_id,
        conversation_id=repair.conversation_id,
        language=repair.language,
    )
    return ask_for_visit(wanted, by=by, at=at)


@transaction.atomic
def begin_there(*, repair_id: UUID, by: By, at: datetime) -> Repair:
    """This will note that the engineer is there and begins, with the parts that are kept.

    Raises: RepairNotFound, NotNow, PartsMissing, VisitOver, StillOut
    """
    repair = begin_repair(repair_id=repair_id, by=by, at=at)
    begin_visit(visit_id=_visit_of(repair).id, by=by, at=at)
    return repair


@transaction.atomic
def finish_there(*, repair_id: UUID, is_solved: bool, by: By, at: datetime) -> Repair:
    """This will end repair and visit with what came of it; what is not solved is judged anew.

    Raises: RepairNotFound, NotNow, VisitOver
    """
    repair = finish_repair(repair_id=repair_id, is_solved=is_solved, by=by, at=at)
    end_visit(visit_id=_visit_of(repair).id, outcome="fixed" if is_solved else "unfixed", by=by, at=at)
    return repair


@transaction.atomic
def follow_visit(event: Event) -> None:
    """This will have a repair begin and end with its visit, where that was said on the visit itself. What was taken
    along is repaired in the workshop.
    """
    repair_id = next(
        (uuid_in(id_) for type_, id_, role in event.parties if (type_, role) == (SUBJECT, "subject")), None
    )
    if repair_id is None or not Repair.objects.filter(id=repair_id).exists():
        return
    repair, by, at = hold_repair(repair_id), By(event.actor), event.occurred_at
    if event.type == BEGUN and repair.state in (State.APPROVED, State.WAITING):
        with suppress(PartsMissing):
            begin_repair(repair_id=repair.id, by=by, at=at)
    elif event.type == DONE and repair.state == State.IN_REPAIR:
        if event.attributes["outcome"] == "taken_along":
            repair.place = Place.BENCH
            repair.save(update_fields=["place"])
        else:
            finish_repair(repair_id=repair.id, is_solved=event.attributes["outcome"] == "fixed", by=by, at=at)


def _visit_of(repair: Repair) -> Visit:
    found = open_visit(repair.id)
    if found is None:
        raise NotNow(NotNow.__doc__)
    return found
