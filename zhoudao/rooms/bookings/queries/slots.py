"""Free times of a service in a store: who could do it then, and which places are free."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.crews import crews, taken_of
from zhoudao.rooms.bookings.models import Offer
from zhoudao.rooms.bookings.slots import fits, grid, is_free
from zhoudao.rooms.bookings.staffing import Crew, Taken, crew, shape_of, taken

LONGEST_DAYS = 62  # asked at once


@frozen
class Free:
    """A time that can be booked. `people`: who could do it, the least busy first; `units`: free places."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[UUID, ...]
    units: tuple[int, ...]


@frozen
class Now:
    """The company's time, and the real one."""

    at: datetime
    real: datetime


def offers_in(store_id: UUID) -> list[Offer]:
    """What can be booked in a store (one statement)."""
    rows = Offer.objects.filter(store=store_id, is_on=True, service__retired_at=None, store__closed_at=None)
    return list(rows.select_related("service", "store", "resource").order_by("service__place", "service_id"))


def offer_of(service_id: UUID | None, store_id: UUID | None) -> Offer | None:
    """A service as a store offers it now."""
    known = {"service": service_id, "store": store_id, "store__closed_at": None}
    rows = Offer.objects.filter(**known, is_on=True, service__retired_at=None)
    return rows.select_related("service", "store", "resource").first() if service_id and store_id else None


def bookable_days(offer: Offer, at: datetime) -> tuple[date, date]:
    """The first and last day of the store on which it can be booked now."""
    zone, service = ZoneInfo(offer.store.zone), offer.service
    first = at + timedelta(minutes=service.lead_minutes)
    return first.astimezone(zone).date(), (at + timedelta(days=service.horizon_days)).astimezone(zone).date()


def free_times(
    offer: Offer,
    days: tuple[date, date],
    now: Now,
    *,
    person_id: UUID | None = None,
    besides: UUID | None = None,
    is_ours: bool = False,
) -> list[Free]:
    """The times from the first to the last of these days (five statements however many).

    `person_id`: only theirs. `besides`: a booking about to be moved does not stand in its own way. `is_ours`: a
    colleague books, whom neither lead time nor horizon binds; what has begun nobody can book.
    """
    zone = offer.store.zone
    first, last = (_midnight(day, zone) for day in (days[0], min(days[1], days[0] + timedelta(LONGEST_DAYS)) + _DAY))
    earliest, latest = _bounds(offer, now.at, is_ours)
    first, last = max(first, earliest), min(last, latest)
    if first >= last:
        return []
    shape = shape_of(offer.service)
    around = timedelta(hours=12)
    who = crew(offer, first - around, last + around)
    if person_id is not None:
        who = Crew({one: open_ for one, open_ in who.open_.items() if one == person_id}, who.store_open, who.units)
    spans = taken(offer, who.open_, first - around, last + around, real_now=now.real, besides=besides)
    return list(_free(offer, who, spans, list(grid(zone, first, last, shape.step))))


def next_free(offers: Sequence[Offer], now: Now) -> dict[UUID, Free]:
    """The first free time of each offer that has one, by its id (at most twelve statements however many)."""
    week = {one.id: _within(one, now.at, timedelta(0), _WEEK) for one in offers}
    found = _first_free(offers, week, now)
    rest = [one for one in offers if one.id not in found]
    later = {one.id: _within(one, now.at, _WEEK, timedelta(LONGEST_DAYS)) for one in rest}
    return found | _first_free(rest, later, now)


def _within(offer: Offer, at: datetime, since: timedelta, until: timedelta) -> tuple[datetime, datetime]:
    """From so long after the first moment at which it can be booked, until so long after."""
    earliest, latest = _bounds(offer, at, is_ours=False)
    return earliest + since, min(latest, earliest + until)


def _first_free(offers: Sequence[Offer], spans: Mapping[UUID, tuple[datetime, datetime]], now: Now) -> dict[UUID, Free]:
    asked = [one for one in offers if spans[one.id][0] < spans[one.id][1]]
    if not asked:
        return {}
    around = timedelta(hours=12)
    first = min(spans[one.id][0] for one in asked) - around
    last = max(spans[one.id][1] for one in asked) + around
    who = crews(asked, first, last)
    occupied = taken_of(asked, who, first, last, real_now=now.real)
    found = {}
    for one in asked:
        moments = grid(one.store.zone, *spans[one.id], shape_of(one.service).step)
        free = next(_free(one, who[one.id], occupied[one.id], moments), None)
        if free is not None:
            found[one.id] = free
    return found


def is_still_free(offer: Offer, starts_at: datetime, now: Now, **more: object) -> Free | None:
    """This very time, if it can be booked."""
    day = starts_at.astimezone(ZoneInfo(offer.store.zone)).date()
    found = free_times(offer, (day, day), now, **more)  # type: ignore[arg-type]  # the same names
    return next((one for one in found if one.starts_at == starts_at), None)


def by_day(found: Sequence[Free], zone: str) -> dict[date, list[Free]]:
    """Times by the store's day."""
    days: dict[date, list[Free]] = {}
    for one in found:
        days.setdefault(one.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(one)
    return days


_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def _bounds(offer: Offer, at: datetime, is_ours: bool) -> tuple[datetime, datetime]:
    if is_ours:
        return at, at + timedelta(days=366)
    _first, last = bookable_days(offer, at)
    return at + timedelta(minutes=offer.service.lead_minutes), _midnight(last + _DAY, offer.store.zone)


def _free(offer: Offer, who: Crew, spans: Taken, moments: Iterable[datetime]) -> Iterator[Free]:
    shape = shape_of(offer.service)
    needs_person = offer.service.who != "nobody"
    load = {person: len(theirs) for person, theirs in spans.people.items()}
    order = sorted(who.open_, key=lambda person: (load.get(person, 0), person))
    for moment in moments:
        if not fits(shape, moment, who.store_open):
            continue
        people = tuple(
            one
            for one in order
            if fits(shape, moment, who.open_[one]) and is_free(shape, moment, spans.people.get(one, []))
        )
        units = tuple(n for n in range(1, who.units + 1) if is_free(shape, moment, spans.units.get(n, [])))
        if (people if needs_person else units) and (units or not who.units):
            yield Free(moment, moment + shape.length, people, units)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
