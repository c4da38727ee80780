"""As `staffing`, of many offers at once: the same few statements however many stores and services there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.engines.worktime.opening import Interval
from zhoudao.engines.worktime.stretches import open_time
from zhoudao.ground.accounts.models import User
from zhoudao.rooms.bookings.models import TAKING, Booking, Offer, State, Who
from zhoudao.rooms.bookings.staffing import Crew, Taken, open_in
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.staff.attendance import at_work


def crews(offers: Sequence[Offer], first: datetime, last: datetime) -> dict[UUID, Crew]:
    """Each offer's people and places with their open time, by its id (at most five statements)."""
    people = _people(offers)
    staff = at_work({one for some in people.values() for one in some}, first, last)
    found = {}
    for offer in offers:
        store_open = open_time([calendar(offer.calendar_id) if offer.calendar_id else None], first, last)
        theirs = {one: open_in(one, store_open, staff, (first, last)) for one in people[offer.id]}
        found[offer.id] = Crew(theirs, store_open, offer.resource.units if offer.resource else 0)
    return found


def taken_of(
    offers: Sequence[Offer], who: Mapping[UUID, Crew], first: datetime, last: datetime, *, real_now: datetime
) -> dict[UUID, Taken]:
    """What is taken of each offer's people and places, by its id (one statement)."""
    everybody = {one for crew in who.values() for one in crew.open_}
    places = {offer.resource_id for offer in offers if offer.resource_id}
    rows = Booking.objects.filter(Q(person__in=everybody) | Q(resource__in=places), state__in=TAKING)
    rows = rows.filter(busy__overlap=(first, last)).exclude(state=State.HELD, held_until__lte=real_now)
    people: dict[UUID, list[Interval]] = defaultdict(list)
    units: dict[UUID | None, dict[int, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for person_id, resource_id, unit, busy in rows.order_by("busy").values_list(
        "person_id", "resource_id", "unit", "busy"
    ):
        if person_id is not None:
            people[person_id].append((busy.lower, busy.upper))
        if unit is not None:
            units[resource_id][unit].append((busy.lower, busy.upper))
    return {
        offer.id: Taken(
            {one: people[one] for one in who[offer.id].open_ if one in people},
            dict(units[offer.resource_id]) if offer.resource_id else {},
        )
        for offer in offers
    }


def _people(offers: Sequence[Offer]) -> dict[UUID, list[UUID]]:
    """Who may do each (three statements): as `staffing.people_of`."""
    stores = {offer.store_id for offer in offers if offer.service.who in (Who.ANYBODY, Who.SKILL)}
    named = [offer.id for offer in offers if offer.service.who == Who.NAMED]
    here: dict[UUID, dict[UUID, list[str]]] = defaultdict(dict)
    active = User.objects.filter(is_active=True, member__isnull=False)
    for through in ("grants__store", "member__teams__store"):
        rows = active.filter(**{f"{through}__in": stores}) if stores else active.none()
        for store_id, user_id, skills in rows.values_list(through, "id", "member__skills"):
            here[store_id][user_id] = skills
    chosen: dict[UUID, list[UUID]] = defaultdict(list)
    links = Offer.people.through.objects.filter(offer__in=named, user__is_active=True)
    for offer_id, user_id in links.values_list("offer_id", "user_id") if named else ():
        chosen[offer_id].append(user_id)
    return {offer.id: _of(offer, here[offer.store_id], chosen[offer.id]) for offer in offers}


def _of(offer: Offer, here: dict[UUID, list[str]], chosen: list[UUID]) -> list[UUID]:
    who, skill = Who(offer.service.who), offer.service.skill
    if who == Who.NOBODY:
        return []
    if who == Who.NAMED:
        return chosen
    return [one for one, skills in here.items() if who == Who.ANYBODY or skill in skills]
