"""What can be booked, in which store, by whom it is done, and which places it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.bookings.events import OfferChanged, ServiceChanged
from zhoudao.rooms.bookings.models import Offer, Resource, Service, Where, Who
from zhoudao.rooms.bookings.reach import MANAGE, stores_of
from zhoudao.rooms.bookings.refusals import ResourceInUse, ResourceUnsound, ServiceUnknown, ServiceUnsound
from zhoudao.rooms.bookings.slots import STEPS
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.models import Need

Names = Mapping[str, str]
_Row = TypeVar("_Row", bound=Model)
LONGEST_NAME, MOST_QUESTIONS, MOST_UNITS = 40, 6, 50
_MINUTES_A_YEAR = 366 * 24 * 60


@frozen
class Terms:
    """A service as it shall be. Times in minutes; `questions`: a name in each language."""

    names: Names
    minutes: int
    kind: str = "inquiry"
    where: str = "store"
    who: str = "anybody"
    skill: str = ""
    step_minutes: int = 30
    before_minutes: int = 0
    after_minutes: int = 0
    lead_minutes: int = 60
    horizon_days: int = 30
    change_minutes: int = 120
    questions: Sequence[Names] = ()
    place: int = 0


@frozen
class OfferTerms:
    """How a store offers it."""

    is_on: bool = True
    calendar_id: UUID | None = None
    resource_id: UUID | None = None
    need_id: UUID | None = None
    people: Sequence[UUID] = field(default_factory=tuple)


def may_define(viewer: Viewer) -> bool:
    """Whether somebody says what a service is everywhere: who sets up bookings in all stores."""
    return viewer.may(MANAGE) and viewer.within(MANAGE).stores is None


@transaction.atomic
def save_service(*, service_id: UUID | None, terms: Terms, viewer: Viewer, at: datetime) -> Service:
    """This will add a service, or change it; what is booked already stays as it is.

    Raises: ServiceUnknown, ServiceUnsound
    """
    if not may_define(viewer):
        raise ServiceUnknown(ServiceUnknown.__doc__)
    service = Service(id=uuid7()) if service_id is None else _service(service_id)
    _fill(service, terms)
    service.save()
    _tell(ServiceChanged(False), About("service", service.id), viewer, at)
    return service


@transaction.atomic
def retire_service(*, service_id: UUID, viewer: Viewer, at: datetime) -> Service:
    """This will offer it nowhere any more; what is booked takes place. Raises: ServiceUnknown."""
    if not may_define(viewer):
        raise ServiceUnknown(ServiceUnknown.__doc__)
    service = _service(service_id)
    service.retired_at = at
    service.save(update_fields=["retired_at"])
    _tell(ServiceChanged(True), About("service", service.id), viewer, at)
    return service


@transaction.atomic
def save_offer(*, service_id: UUID, store_id: UUID, terms: OfferTerms, viewer: Viewer, at: datetime) -> Offer:
    """This will say how a store offers a service. Raises: ServiceUnknown, ServiceUnsound."""
    store = _store(store_id, viewer)
    service = _service(service_id)
    resource = _chosen(Resource.objects.filter(store=store, retired_at=None), terms.resource_id)
    hours = _chosen(Calendar.objects.all(), terms.calendar_id)
    if service.who == Who.NOBODY and terms.is_on and (resource is None or hours is None):
        raise ServiceUnsound(ServiceUnsound.__doc__)
    offer, _ = Offer.objects.select_for_update(of=("self",)).get_or_create(service=service, store=store)
    offer.is_on, offer.calendar, offer.resource = terms.is_on, hours, resource
    offer.need = _chosen(Need.objects.filter(store=store, retired_at=None), terms.need_id)
    offer.save()
    offer.people.set(User.objects.filter(id__in=terms.people, is_active=True))
    _tell(OfferChanged(str(service.id), offer.is_on), About("store", store.id), viewer, at)
    return offer


@transaction.atomic
def save_resource(
    *, resource_id: UUID | None, store_id: UUID, names: Names, units: int, viewer: Viewer, at: datetime
) -> Resource:
    """This will say which places a store has. Raises: ServiceUnknown, ResourceUnsound."""
    store = _store(store_id, viewer)
    checked = names_of(names)
    if not checked or not 1 <= units <= MOST_UNITS:
        raise ResourceUnsound(ResourceUnsound.__doc__)
    known = Resource.objects.select_for_update().filter(id=resource_id, store=store).first() if resource_id else None
    resource = known or Resource(id=uuid7(), store=store)
    resource.names, resource.units = checked, units
    resource.save()
    return resource


@transaction.atomic
def retire_resource(*, resource_id: UUID, store_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will offer these places no more. Raises: ServiceUnknown, ResourceInUse."""
    store = _store(store_id, viewer)
    resource = Resource.objects.select_for_update().filter(id=resource_id, store=store).first()
    if resource is None:
        raise ServiceUnknown(ServiceUnknown.__doc__)
    if resource.offers.filter(is_on=True, service__retired_at=None).exists():
        raise ResourceInUse(ResourceInUse.__doc__)
    resource.retired_at = at
    resource.save(update_fields=["retired_at"])


def names_of(names: Names) -> dict[str, str]:
    """What was given, tidied; empty when nothing was, or it is too long."""
    given = {tag: " ".join(name.replace("\0", "").split()) for tag, name in names.items() if name.strip()}
    return {} if any(len(name) > LONGEST_NAME for name in given.values()) else given


def _fill(service: Service, terms: Terms) -> None:
    _check(terms)
    known = {tuple(sorted(one["names"].items())): one["code"] for one in service.questions}
    for name in ("minutes", "kind", "where", "who", "step_minutes", "before_minutes", "after_minutes", "place"):
        setattr(service, name, getattr(terms, name))
    for name in ("lead_minutes", "horizon_days", "change_minutes"):
        setattr(service, name, getattr(terms, name))
    service.names = names_of(terms.names)
    service.skill = terms.skill.strip().lower() if terms.who == Who.SKILL else ""
    service.questions = [_question(names, known) for names in terms.questions]


def _check(terms: Terms) -> None:
    is_named = bool(names_of(terms.names)) and all(names_of(one) for one in terms.questions)
    is_known = terms.kind in Kind.values and terms.where in Where.values and terms.who in Who.values
    lasts = 5 <= terms.minutes <= 480 and terms.step_minutes in STEPS
    around = (
        max(terms.before_minutes, terms.after_minutes) <= 240 and min(terms.before_minutes, terms.after_minutes) >= 0
    )
    ahead = 0 <= terms.lead_minutes <= _MINUTES_A_YEAR and 0 <= terms.change_minutes <= _MINUTES_A_YEAR
    others = 1 <= terms.horizon_days <= 365 and len(terms.questions) <= MOST_QUESTIONS and 0 <= terms.place <= 999
    has_skill = terms.who != Who.SKILL or bool(terms.skill.strip())
    if not all((is_named, is_known, lasts, around, ahead, others, has_skill)):
        raise ServiceUnsound(ServiceUnsound.__doc__)


def _question(names: Names, known: Mapping[tuple[tuple[str, str], ...], str]) -> dict[str, object]:
    """A question that is asked the same way keeps its code, so that answers stay readable."""
    checked = names_of(names)
    return {"code": known.get(tuple(sorted(checked.items()))) or f"q-{uuid7().hex[-10:]}", "names": checked}


def _chosen(rows: QuerySet[_Row], id_: UUID | None) -> _Row | None:
    return rows.filter(pk=id_).first() if id_ else None


def _service(service_id: UUID) -> Service:
    service = Service.objects.select_for_update().filter(id=service_id, retired_at=None).first()
    if service is None:
        raise ServiceUnknown(ServiceUnknown.__doc__)
    return service


def _store(store_id: UUID, viewer: Viewer) -> Store:
    store = stores_of(viewer, MANAGE).filter(id=store_id).first()
    if store is None:
        raise ServiceUnknown(ServiceUnknown.__doc__)
    return store


def _tell(fact: Fact, about: About, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor), about=[about])
