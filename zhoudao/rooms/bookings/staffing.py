"""Who could do what is booked in a store, when they are at work, and what is taken of their time already."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.engines.worktime.opening import Interval
from zhoudao.engines.worktime.stretches import open_time, without
from zhoudao.ground.accounts.models import User
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.models import TAKING, Booking, Offer, Service, State, Who
from zhoudao.rooms.bookings.slots import Shape
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.staff.attendance import AtWork, at_work


@frozen
class Crew:
    """Who or what an offer takes: the people with their open time, and the number of its places."""

    open_: dict[UUID, list[Interval]]  # by person; {} when nobody in particular does it
    store_open: list[Interval]
    units: int  # 0: it takes no place


@frozen
class Taken:
    """What is taken: by person, and by unit of the place; each in order and apart."""

    people: dict[UUID, list[Interval]]
    units: dict[int, list[Interval]]


def shape_of(service: Service) -> Shape:
    """A service's times."""
    minutes = (service.minutes, service.before_minutes, service.after_minutes, service.step_minutes)
    length, before, after, step = (timedelta(minutes=one) for one in minutes)
    return Shape(length, before, after, step)


def people_of(offer: Offer) -> QuerySet[User]:
    """Who may do it in this store: active colleagues who take work there, or the ones named."""
    who = Who(offer.service.who)
    if who == Who.NOBODY:
        return User.objects.none()
    if who == Who.NAMED:
        return User.objects.filter(id__in=offer.people.values("id"), is_active=True)
    rows = store_people(offer.store_id)
    return rows.filter(member__skills__contains=[offer.service.skill]) if who == Who.SKILL else rows


def store_people(store_id: UUID) -> QuerySet[User]:
    """Colleagues who take work in this store: by a grant of it, or in a team of it."""
    here = Q(grants__store=store_id) | Q(member__teams__store=store_id)
    ids = User.objects.filter(here, is_active=True, member__isnull=False).values("id")
    return User.objects.filter(id__in=ids).order_by("name", "id")


def crew(offer: Offer, first: datetime, last: datetime) -> Crew:
    """An offer's people with their open time from `first` to `last` (three statements, calendars are kept)."""
    hours = calendar(offer.calendar_id) if offer.calendar_id else None
    store_open = open_time([hours], first, last)
    people = list(people_of(offer).values_list("id", flat=True))
    return Crew(
        open_=open_of(people, first, last, within=store_open),
        store_open=store_open,
        units=offer.resource.units if offer.resource else 0,
    )


def open_of(
    people: Sequence[UUID], first: datetime, last: datetime, *, within: Sequence[Interval]
) -> dict[UUID, list[Interval]]:
    """When these people are at work (two statements). Who has no hours of their own keeps those of `within`."""
    if not people:
        return {}
    who = at_work(people, first, last)
    return {one: open_in(one, within, who, (first, last)) for one in people}


def open_in(person: UUID, within: Sequence[Interval], who: AtWork, span: Interval) -> list[Interval]:
    """When one of them is at work within these stretches."""
    calendar_id = who.hours.get(person)
    own = open_time([calendar(calendar_id)], *span) if calendar_id else None
    both = list(within) if own is None else _overlap(within, own)
    return without(both, who.away.get(person, []))


def taken(
    offer: Offer,
    people: Iterable[UUID],
    first: datetime,
    last: datetime,
    *,
    real_now: datetime,
    besides: UUID | None = None,
) -> Taken:
    """What bookings and unexpired holds take in this time (one statement). `besides`: a booking about to be moved."""
    place = Q(resource=offer.resource_id) if offer.resource_id else Q(pk=None)
    rows = Booking.objects.filter(Q(person__in=list(people)) | place, state__in=TAKING, busy__overlap=(first, last))
    rows = rows.exclude(state=State.HELD, held_until__lte=real_now)
    if besides is not None:
        rows = rows.exclude(id=besides)
    by_person: dict[UUID, list[Interval]] = defaultdict(list)
    by_unit: dict[int, list[Interval]] = defaultdict(list)
    for person_id, resource_id, unit, busy in rows.values_list("person_id", "resource_id", "unit", "busy"):
        span = (busy.lower, busy.upper)
        if person_id is not None:
            by_person[person_id].append(span)
        if unit is not None and resource_id == offer.resource_id:
            by_unit[unit].append(span)
    return Taken({who: sorted(spans) for who, spans in by_person.items()}, {n: sorted(s) for n, s in by_unit.items()})


def _overlap(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in first for b in second)
    return sorted((since, until) for since, until in pairs if since < until)
