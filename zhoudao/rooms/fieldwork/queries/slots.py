"""Times at which somebody able could come."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.engines.matching import every, lacking
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fieldwork.commands.asking import LEAD, Wanted, unsaved
from zhoudao.rooms.fieldwork.ground import job_of, minute_of, moment_of, read_ground
from zhoudao.rooms.fieldwork.models import Visit

AHEAD = timedelta(days=14)


@frozen
class Slot:
    """A time that is offered, and who would come then: whoever costs least."""

    starts_at: datetime
    ends_at: datetime
    engineer_id: UUID
    engineer_name: str


@frozen
class Slots:
    """In the order of time; where there are none, `lacking` says why: skill, brand, certification, expired, distance or
    time."""

    slots: tuple[Slot, ...]
    lacking: str = ""


def slots_for(wanted: Wanted | Visit, *, at: datetime, first: datetime | None = None) -> Slots:
    """The times at which somebody could come for a wish, or for a visit to be moved (five statements).

    From `first` (None: in two hours, and never before the visit's `not_before`) two weeks on.

    Raises: WishUnsound, AddressUnknown
    """
    visit = wanted if isinstance(wanted, Visit) else unsaved(wanted, at)
    since = max(visit.not_before, at + LEAD, first or at)
    until = since + AHEAD
    ground = read_ground(since, until, besides=[visit.id])
    visit.not_after = until  # in hand alone: what is offered, not what is kept
    job = job_of(visit, earliest=since)
    found = tuple(
        Slot(moment_of(one.begin), moment_of(one.end), UUID(one.worker), ground.names[one.worker])
        for one in every(job, ground.workers, ground.stops)
    )
    return Slots(found, "" if found else lacking(job, ground.workers, minute_of(at)))
