"""Service points are opened, changed and closed; engineers begin, change and stop visiting customers."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.places import CodeTaken, sound_code, sound_names
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fieldwork.events import EngineerSaved, PointSaved
from zhoudao.rooms.fieldwork.models import OPEN, Certification, Engineer, Kind, ServicePoint, Visit
from zhoudao.rooms.fieldwork.places import Place, located
from zhoudao.rooms.fieldwork.refusals import (
    AddressUnknown,
    EngineerInUse,
    EngineerUnknown,
    EngineerUnsound,
    PointInUse,
    PointUnknown,
    PointUnsound,
)
from zhoudao.rooms.staff.commands import NoSuchMember
from zhoudao.rooms.staff.models import Calendar, Member

_FARTHEST, _MOST, _MANY, _LONG = 2000, 20, 40, 40


@frozen
class PointTerms:
    """What can be changed of a service point."""

    names: Mapping[str, str]
    place: Place
    calendar_id: UUID | None
    kind: str = Kind.OWN
    street: str = ""
    phone: str = ""
    store_id: UUID | None = None


@frozen
class EngineerTerms:
    """What an engineer can do and where. No `brands`: all; `certified`: code → last day of it (None: for good)."""

    point_id: UUID
    skills: Sequence[str]
    brands: Sequence[str] = ()
    certified: Mapping[str, date | None] = field(default_factory=dict)
    radius_km: int = 50
    visits_a_day: int = 6
    latitude: float | None = None
    longitude: float | None = None


@transaction.atomic
def open_point(*, code: str, terms: PointTerms, by: By, at: datetime) -> ServicePoint:
    """This will open a service point. The code stays. Raises: PointUnsound, CodeUnsound, CodeTaken, NameMissing."""
    point = ServicePoint(code=sound_code(code))
    _put_point(point, terms)
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken(CodeTaken.__doc__) from error
    _tell_point(point, by, at)
    return point


@transaction.atomic
def change_point(*, point_id: UUID, terms: PointTerms, by: By, at: datetime) -> ServicePoint:
    """This will say anew what a service point is and where. Raises: PointUnknown, PointUnsound, NameMissing."""
    point = _hold_point(point_id)
    _put_point(point, terms)
    point.save()
    _tell_point(point, by, at)
    return point


@transaction.atomic
def close_point(*, point_id: UUID, by: By, at: datetime) -> ServicePoint:
    """This will close a service point nobody works from. Raises: PointUnknown, PointInUse."""
    point = _hold_point(point_id)
    if point.engineers.filter(retired_at=None).exists():
        raise PointInUse(PointInUse.__doc__)
    point.closed_at = point.closed_at or at
    point.save(update_fields=["closed_at"])
    _tell_point(point, by, at)
    return point


@transaction.atomic
def save_engineer(*, user_id: UUID, terms: EngineerTerms, by: By, at: datetime) -> Engineer:
    """This will have a colleague visit customers on these terms from now on; what is planned stays.

    Raises: NoSuchMember, PointUnknown, EngineerUnsound
    """
    if not Member.objects.select_for_update().filter(user_id=user_id, user__is_active=True).exists():
        raise NoSuchMember(NoSuchMember.__doc__)
    if not ServicePoint.objects.filter(id=terms.point_id, closed_at=None).exists():
        raise PointUnknown(PointUnknown.__doc__)
    skills, brands = _codes(terms.skills), _codes(terms.brands)
    _require_sound(terms, skills)
    engineer, _is_new = Engineer.objects.update_or_create(
        member_id=user_id,
        defaults={
            "point_id": terms.point_id,
            "skills": skills,
            "brands": brands,
            "radius_km": terms.radius_km,
            "visits_a_day": terms.visits_a_day,
            "latitude": terms.latitude,
            "longitude": terms.longitude,
            "retired_at": None,
        },
    )
    engineer.certifications.all().delete()
    certified = {code: day for given, day in terms.certified.items() for code in _codes([given])}
    rows = (Certification(engineer=engineer, code=code, expires_date=day) for code, day in certified.items())
    Certification.objects.bulk_create(rows)
    _tell_engineer(engineer, by, at)
    return engineer


@transaction.atomic
def retire_engineer(*, user_id: UUID, by: By, at: datetime) -> Engineer:
    """This will give a colleague no visits any more. Raises: EngineerUnknown, EngineerInUse."""
    engineer = Engineer.objects.select_for_update(of=("self",)).filter(member_id=user_id).first()
    if engineer is None:
        raise EngineerUnknown(EngineerUnknown.__doc__)
    if Visit.objects.filter(engineer=engineer, state__in=OPEN).exclude(state="unplanned").exists():
        raise EngineerInUse(EngineerInUse.__doc__)
    engineer.retired_at = engineer.retired_at or at
    engineer.save(update_fields=["retired_at"])
    _tell_engineer(engineer, by, at)
    return engineer


def _codes(given: Sequence[str]) -> list[str]:
    return sorted({"-".join(one.split()).lower() for one in given if one.strip()})


def _require_sound(terms: EngineerTerms, skills: Sequence[str]) -> None:
    lies = (terms.latitude is None) == (terms.longitude is None)
    if terms.latitude is not None and terms.longitude is not None:
        lies = -90 <= terms.latitude <= 90 and -180 <= terms.longitude <= 180
    codes = [*skills, *_codes(terms.brands), *_codes(list(terms.certified))]
    fits = 1 <= terms.radius_km <= _FARTHEST and 1 <= terms.visits_a_day <= _MOST and len(codes) <= 3 * _MANY
    if not (skills and lies and fits) or any(len(code) > _LONG for code in codes):
        raise EngineerUnsound(EngineerUnsound.__doc__)


def _put_point(point: ServicePoint, terms: PointTerms) -> None:
    try:
        point.province, point.city, (point.latitude, point.longitude) = located(terms.place)
    except AddressUnknown as error:
        raise PointUnsound(PointUnsound.__doc__) from error
    has_store = terms.store_id is None or Store.objects.filter(id=terms.store_id, closed_at=None).exists()
    has_hours = Calendar.objects.filter(id=terms.calendar_id).exists() if terms.calendar_id else False
    if terms.kind not in Kind.values or not (has_store and has_hours):
        raise PointUnsound(PointUnsound.__doc__)
    assert terms.calendar_id is not None
    point.names, point.kind = sound_names(terms.names), terms.kind
    point.street, point.phone = terms.street.strip()[:120], terms.phone.strip()[:20]
    point.store_id, point.calendar_id = terms.store_id, terms.calendar_id


def _hold_point(point_id: UUID) -> ServicePoint:
    point = ServicePoint.objects.select_for_update(of=("self",)).filter(id=point_id).first()
    if point is None:
        raise PointUnknown(PointUnknown.__doc__)
    return point


def _tell_point(point: ServicePoint, by: By, at: datetime) -> None:
    here = By(by.actor, store_id=point.store_id, channel=by.channel)
    fact = PointSaved(point.code, point.closed_at is not None)
    record(fact, at=at, by=here, about=[About("service_point", point.id)])


def _tell_engineer(engineer: Engineer, by: By, at: datetime) -> None:
    fact = EngineerSaved(list(engineer.skills), engineer.retired_at is not None)
    record(fact, at=at, by=by, about=[About("member", engineer.member_id), About("service_point", engineer.point_id)])
