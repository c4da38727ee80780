"""Taking a number, and leaving the queue again."""

from dataclasses import field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.visits.commands.holding import end_turn, hold_line, hold_open, tell
from zhoudao.rooms.visits.events import NumberTaken, QueueLeft
from zhoudao.rooms.visits.hours import is_at_work, opens_at
from zhoudao.rooms.visits.models import OPEN, Line, Need, State, Turn, Visit
from zhoudao.rooms.visits.refusals import LineClosed, NeedUnknown, VisitNotFound, VisitOver
from zhoudao.rooms.visits.told import Told, seal_told

GOOD_FOR = timedelta(hours=12)


@frozen
class Asked:
    """A number is wanted. `asked_id` is the tap's own: asked twice, it is one number. `source`: phone, kiosk, desk."""

    store_id: UUID
    need_id: UUID
    asked_id: UUID
    source: str = "phone"
    told: Told = field(default_factory=Told)
    due_at: datetime | None = None  # their appointment
    for_user_id: UUID | None = None


@transaction.atomic
def take_number(asked: Asked, *, at: datetime, by: By | None = None) -> Visit:
    """This will give a number of the store's day, once for each `asked_id`.

    Raises: LineUnknown, LineClosed, NeedUnknown, NumberPhoneUnsound
    """
    line = hold_line(asked.store_id)
    known = Visit.objects.filter(asked_id=_tap(asked)).first()
    if known is not None:
        return known
    if (opens := opens_at(line, at)) != at:
        raise LineClosed(opens)
    need = Need.objects.filter(id=asked.need_id, store_id=asked.store_id, retired_at=None).first()
    if need is None:
        raise NeedUnknown(NeedUnknown.__doc__)
    visit = _numbered(line, need, asked, at)
    seal_told(visit, asked.told)
    visit.save(force_insert=True)
    Turn.objects.create(visit=visit, store=line.store, need=need, day=visit.day, waits_since=at)
    fact = NumberTaken(visit.number, str(need.id), asked.source)
    tell(visit, fact, by=by or By(f"visitor:{visit.id}"), at=at)
    return visit


@transaction.atomic
def leave_queue(*, token: str, at: datetime) -> Visit:
    """This will let somebody go who holds the number's link; gone twice is gone once.

    Raises: VisitNotFound, VisitOver (they are at the counter, or were)
    """
    found = Visit.objects.filter(token=token).first()
    if found is None:
        raise VisitNotFound(VisitNotFound.__doc__)
    hold_line(found.store_id)
    found.refresh_from_db()
    if found.state == State.LEFT:
        return found
    visit = hold_open(found.id)
    if visit.state == State.SERVING:
        raise VisitOver(VisitOver.__doc__)
    _end(visit, "by_themselves", "left", By(f"visitor:{visit.id}"), at)
    return visit


@transaction.atomic
def end_day(store_id: UUID, *, at: datetime) -> int:
    """This will end what nobody ended on an earlier day of the store; returns how many visits.

    Midnight alone takes nobody's place: in a store that is at work, a number is good for twelve hours.
    """
    line = hold_line(store_id)
    left = Visit.objects.filter(store_id=store_id, turns__ended_at=None, day__lt=day_of(line, at))
    if is_at_work(line, at):
        left = left.filter(taken_at__lte=at - GOOD_FOR)
    ids = list(left.order_by("taken_at", "id").values_list("id", flat=True))
    for visit_id in ids:
        _end(hold_open(visit_id), "day_over", "day_over", By("system:clock"), at)
    return len(ids)


def day_of(line: Line, at: datetime) -> date:
    """The store's day."""
    return at.astimezone(ZoneInfo(line.store.zone)).date()


def _tap(asked: Asked) -> UUID:
    """The tap's id in this store: a form carried to another store asks for another number."""
    return uuid5(asked.store_id, asked.asked_id.hex)


def _numbered(line: Line, need: Need, asked: Asked, at: datetime) -> Visit:
    day = day_of(line, at)
    still_here = Q(state__in=OPEN, taken_at__gt=at - GOOD_FOR)  # two people never hear the same number
    given = Visit.objects.filter(store_id=asked.store_id, number__startswith=need.letter, day__gte=day - timedelta(1))
    serial = (given.filter(Q(day=day) | still_here).aggregate(last=Max("serial"))["last"] or 0) + 1
    return Visit(
        id=uuid7(),
        store=line.store,
        need=need,
        day=day,
        serial=serial,
        number=f"{need.letter}{serial:03}",
        asked_id=_tap(asked),
        source=asked.source,
        taken_at=at,
        due_at=asked.due_at,
        for_user_id=asked.for_user_id,
    )


def _end(visit: Visit, why: str, outcome: str, by: By, at: datetime) -> None:
    facts = end_turn(visit, outcome, at)
    visit.state, visit.ended_at = State.LEFT, at
    visit.save(update_fields=["state", "ended_at"])
    tell(visit, *facts, QueueLeft(visit.number, why), by=by, at=at)
