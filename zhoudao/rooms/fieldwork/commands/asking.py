"""A visit is wanted: the best engineer and time are found at once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.matching import Job, Offer, best, lacking
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.fieldwork.commands.holding import hold_plan, tell
from zhoudao.rooms.fieldwork.events import VisitPlanned
from zhoudao.rooms.fieldwork.ground import HORIZON, Ground, job_of, minute_of, moment_of, read_ground
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.places import Place, located
from zhoudao.rooms.fieldwork.refusals import LACKING, KeyReused, SlotTaken, WishUnsound
from zhoudao.rooms.fieldwork.sealed import Told, seal_told

LEAD = timedelta(hours=2)  # nobody is sent sooner
USUAL = timedelta(days=14)
_SHORTEST, _LONGEST = 5, 600  # minutes


@frozen
class Wanted:
    """A visit is wanted for an object (`subject_type`, `subject_id`). `key`: asked twice with it is one visit.

    It begins no earlier than `not_before` (None: in two hours) and ends no later than `not_after` (None: two weeks on).
    `starts_at`: at this very time, as `slots_for` offers it, by that `engineer_id` or whoever is best then.
    """

    subject_type: str
    subject_id: UUID
    key: str
    store_id: UUID
    place: Place
    told: Told = Told()
    skill: str = ""
    brand: str = ""
    certification: str = ""
    minutes: int = 60
    not_before: datetime | None = None
    not_after: datetime | None = None
    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    language: str = "zh-Hans"
    starts_at: datetime | None = None
    engineer_id: UUID | None = None


@transaction.atomic
def ask_for_visit(wanted: Wanted, *, by: By, at: datetime) -> Visit:
    """This will plan a visit with the engineer and time that cost least: way, waiting, load.

    Raises: WishUnsound, AddressUnknown, KeyReused, SlotTaken, and when nobody can be sent one of NobodyAble
    """
    hold_plan()
    known = Visit.objects.filter(key=wanted.key).first()
    if known is not None:
        if (known.subject_type, known.subject_id) != (wanted.subject_type, wanted.subject_id):
            raise KeyReused(KeyReused.__doc__)
        return known
    visit = unsaved(wanted, at)
    visit.asked_by = by.actor[:80]
    offer = _found(visit, wanted, at)
    put(visit, offer)
    visit.number = _number(at)
    seal_told(visit, wanted.told)
    visit.save(force_insert=True)
    tell(visit, planned(visit), by=by, at=at)
    return visit


def unsaved(wanted: Wanted, at: datetime) -> Visit:
    """A visit as it would be, without a time. Raises: WishUnsound, AddressUnknown."""
    since = max(wanted.not_before or at, at + LEAD)
    until = wanted.not_after or since + USUAL
    if not _SHORTEST <= wanted.minutes <= _LONGEST or until <= since or until > at + HORIZON:
        raise WishUnsound(WishUnsound.__doc__)
    province, city, point = located(wanted.place)
    return Visit(
        id=uuid7(),
        key=wanted.key[:80],
        subject_type=wanted.subject_type,
        subject_id=wanted.subject_id,
        store_id=wanted.store_id,
        customer_id=wanted.customer_id,
        conversation_id=wanted.conversation_id,
        language=wanted.language,
        province=province,
        city=city,
        latitude=point[0],
        longitude=point[1],
        skill=wanted.skill,
        brand=wanted.brand,
        certification=wanted.certification,
        minutes=wanted.minutes,
        not_before=since,
        not_after=until,
        asked_at=at,
    )


def find(job: Job, ground: Ground, at: datetime) -> Offer:
    """Whoever is best for it, and when. Raises: one of NobodyAble."""
    offer = best(job, ground.workers, ground.stops)
    if offer is None:
        refusal = LACKING[lacking(job, ground.workers, minute_of(at))]
        raise refusal(refusal.__doc__)
    return offer


def put(visit: Visit, offer: Offer) -> None:
    """This will write who comes when on a visit; the caller saves it."""
    visit.engineer_id = UUID(offer.worker)
    visit.starts_at, visit.ends_at = moment_of(offer.begin), moment_of(offer.end)
    visit.state, visit.lacking, visit.proposed_at, visit.proposed_engineer_id = "planned", "", None, None


def planned(visit: Visit, *, again: bool = False) -> VisitPlanned:
    """That it is."""
    since, until = visit.time
    return VisitPlanned(visit.number, str(visit.engineer_id), since.isoformat(), until.isoformat(), again)


def at_time(visit: Visit, starts_at: datetime, engineer_id: UUID | None, *, besides: UUID | None = None) -> Offer:
    """Whoever is best at this very time. The caller holds the plan. Raises: SlotTaken."""
    ends_at = starts_at + timedelta(minutes=visit.minutes)
    only = None if engineer_id is None else [engineer_id]
    ground = read_ground(starts_at, ends_at, besides=[besides] if besides else [], only=only)
    begin = minute_of(starts_at)
    job = Job(
        str(visit.id),
        visit.place,
        visit.minutes,
        begin,
        begin + visit.minutes,
        visit.skill,
        visit.brand,
        visit.certification,
        is_promised=True,
    )
    offer = best(job, ground.workers, ground.stops)
    if offer is None:
        raise SlotTaken(SlotTaken.__doc__)
    return offer


def _found(visit: Visit, wanted: Wanted, at: datetime) -> Offer:
    if wanted.starts_at is None:
        return find(job_of(visit), read_ground(visit.not_before, visit.not_after), at)
    if wanted.starts_at < at:
        raise SlotTaken(SlotTaken.__doc__)
    visit.not_before = min(visit.not_before, wanted.starts_at)
    visit.not_after = max(visit.not_after, wanted.starts_at + timedelta(minutes=visit.minutes))
    return at_time(visit, wanted.starts_at, wanted.engineer_id)


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('field_visit_number')")
        row = cursor.fetchone()
    assert row is not None
    return f"V{at.year}-{int(row[0]):06d}"
