"""What planning knows: who can be sent, when they are at work, and what they have to do already."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.engines.matching import Job, Shift, Stop, Worker
from zhoudao.engines.worktime.stretches import open_time, without
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.fieldwork.models import TAKING, Engineer, State, Visit
from zhoudao.rooms.staff.attendance import AtWork, at_work

HORIZON = timedelta(days=92)
_AROUND = timedelta(days=1)  # a day's other visits count, too
_FOREVER = 1 << 40


@dataclass(frozen=True)
class Ground:
    """Read once for one visit or many. Keys are engineers' ids as text."""

    workers: tuple[Worker, ...]
    stops: dict[str, list[Stop]]
    names: dict[str, str]


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970, rounded down."""
    return int(moment.timestamp()) // 60


def minute_after(moment: datetime) -> int:
    """Whole minutes since 1970, rounded up."""
    return -(-int(moment.timestamp()) // 60)


def moment_of(minute: int) -> datetime:
    """The moment of a minute since 1970."""
    return datetime.fromtimestamp(minute * 60, UTC)


def read_ground(
    first: datetime, last: datetime, *, besides: Collection[UUID] = (), only: Collection[UUID] | None = None
) -> Ground:
    """Engineers at work from `first` to `last` and their visits (five statements; calendars are kept).

    `besides`: these visits take nobody's time. `only`: of these engineers.
    """
    rows = Engineer.objects.filter(retired_at=None, member__user__is_active=True)
    if only is not None:
        rows = rows.filter(pk__in=only)
    engineers = list(
        rows.select_related("point", "member__user").prefetch_related("certifications").order_by("member_id")
    )
    first, last = first - _AROUND, last + _AROUND
    who = at_work([one.member_id for one in engineers], first, last)
    return Ground(
        tuple(_worker(one, who, first, last) for one in engineers),
        _stops(engineers, first, last, besides),
        {str(one.member_id): one.member.user.name for one in engineers},
    )


def job_of(visit: Visit, *, earliest: datetime | None = None) -> Job:
    """A visit as planning sees it, free to be planned within its bounds. `earliest`: no sooner than that."""
    since = max(visit.not_before, earliest or visit.not_before)
    return _job(visit, since, visit.not_after)


def promised_job(visit: Visit) -> Job:
    """A visit that stays at the time the customer was told, with whoever they were told comes if that is possible."""
    job = _job(visit, *visit.time)
    return replace(job, is_promised=True, had=str(visit.engineer_id))


def _job(visit: Visit, since: datetime, until: datetime) -> Job:
    return Job(
        key=str(visit.id),
        place=visit.place,
        minutes=visit.minutes,
        earliest=minute_after(since),
        latest=minute_of(until),
        skill=visit.skill,
        brand=visit.brand,
        certification=visit.certification,
    )


def zone_of(engineer: Engineer) -> ZoneInfo:
    """Of their working hours: a day of theirs is a day there."""
    return ZoneInfo(calendar(engineer.member.calendar_id or engineer.point.calendar_id).zone)


def _worker(engineer: Engineer, who: AtWork, first: datetime, last: datetime) -> Worker:
    zone = zone_of(engineer)
    hours = calendar(engineer.member.calendar_id or engineer.point.calendar_id)
    open_ = without(open_time([hours], first, last), who.away.get(engineer.member_id, []))
    shifts = (Shift(_day(since, zone), minute_after(since), minute_of(until)) for since, until in open_)
    return Worker(
        key=str(engineer.member_id),
        start=engineer.place,
        skills=frozenset(engineer.skills),
        brands=frozenset(engineer.brands),
        certified={one.code: _until(one.expires_date, zone) for one in engineer.certifications.all()},
        radius_km=engineer.radius_km,
        a_day=engineer.visits_a_day,
        shifts=tuple(shifts),
    )


def _stops(
    engineers: Collection[Engineer], first: datetime, last: datetime, besides: Collection[UUID]
) -> dict[str, list[Stop]]:
    zones = {one.member_id: zone_of(one) for one in engineers}
    rows = Visit.objects.filter(engineer__in=list(zones), state__in=(*TAKING, State.DONE))
    rows = rows.filter(starts_at__lt=last, starts_at__gt=first).exclude(id__in=besides)
    found: dict[str, list[Stop]] = defaultdict(list)
    for visit in rows.order_by("starts_at", "id"):
        assert visit.engineer_id is not None
        since, until = visit.time
        day = _day(since, zones[visit.engineer_id])
        stop = Stop(str(visit.id), day, visit.place, minute_of(since), minute_of(until))
        found[str(visit.engineer_id)].append(stop)
    return dict(found)


def _day(moment: datetime, zone: ZoneInfo) -> int:
    return moment.astimezone(zone).date().toordinal()


def _until(expires: date | None, zone: ZoneInfo) -> int:
    """The minute at which a day ends."""
    if expires is None:
        return _FOREVER
    return minute_of(datetime.combine(expires + timedelta(days=1), time(), zone))
