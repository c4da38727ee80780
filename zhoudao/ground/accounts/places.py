"""Stores and teams: where people work, and where what they may do holds."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from zhoudao.ground.accounts.events import StoreSaved, TeamSaved
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import LANGUAGES

STORE_KINDS = ("shop", "web", "head_office")
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LONGEST, _LONGEST_STREET, _LONGEST_PHONE = 60, 120, 30


class PlaceRefused(Exception):
    """This store or team cannot be kept like that. `field` says what is wrong."""

    field: ClassVar[str] = ""


class CodeUnsound(PlaceRefused):
    """A code has small letters, digits, - and _, begins with a letter, and is at most 40 long."""

    field = "code"


class CodeTaken(PlaceRefused):
    """There is one with this code already."""

    field = "code"


class NameMissing(PlaceRefused):
    """It needs a name in at least one language, of at most 60 characters."""

    field = "names"


class NoSuchZone(PlaceRefused):
    """There is no such time zone; one is called Asia/Shanghai, for example."""

    field = "zone"


class NoSuchKind(PlaceRefused):
    """A store is a shop, a web shop or head office."""

    field = "kind"


class PlaceUnknown(PlaceRefused):
    """There is no such store or team."""


@frozen
class StoreTerms:
    """What can be changed of a store: its names by language, what it is, where, and who picks up the phone there."""

    names: Mapping[str, str]
    kind: str = "shop"
    city: str = ""
    street: str = ""
    phone: str = ""


@transaction.atomic
def found_store(*, code: str, zone: str, terms: StoreTerms, by: By, at: datetime) -> Store:
    """This will add a store. Code and zone stay: programs know it by the one, its figures are dated by the other.

    Raises: CodeUnsound, CodeTaken, NameMissing, NoSuchZone, NoSuchKind
    """
    store = Store(code=sound_code(code), zone=sound_zone(zone))
    _put(store, terms)
    _add(store)
    record(StoreSaved(store.code), at=at, by=by, about=[About("store", store.id)])
    return store


@transaction.atomic
def change_store(*, store_id: UUID, terms: StoreTerms, by: By, at: datetime) -> Store:
    """This will rename a store or say where and what it is. Raises: PlaceUnknown, NameMissing, NoSuchKind."""
    store = Store.objects.select_for_update().filter(id=store_id).first()
    if store is None:
        raise PlaceUnknown(PlaceUnknown.__doc__)
    _put(store, terms)
    store.save(update_fields=["names", "kind", "city", "street", "phone"])
    record(StoreSaved(store.code), at=at, by=by, about=[About("store", store.id)])
    return store


@transaction.atomic
def found_team(*, code: str, names: Mapping[str, str], store_id: UUID | None, by: By, at: datetime) -> Team:
    """This will add a team, of one store or of the whole company.

    Raises: CodeUnsound, CodeTaken, NameMissing, PlaceUnknown
    """
    team = Team(code=sound_code(code), names=sound_names(names), store=_store(store_id))
    _add(team)
    record(TeamSaved(team.code), at=at, by=by, about=[About("team", team.id)])
    return team


@transaction.atomic
def rename_team(*, team_id: UUID, names: Mapping[str, str], by: By, at: datetime) -> Team:
    """This will call a team otherwise. Raises: PlaceUnknown, NameMissing."""
    team = Team.objects.select_for_update(of=("self",)).filter(id=team_id).first()
    if team is None:
        raise PlaceUnknown(PlaceUnknown.__doc__)
    team.names = sound_names(names)
    team.save(update_fields=["names"])
    record(TeamSaved(team.code), at=at, by=by, about=[About("team", team.id)])
    return team


def sound_code(text: str) -> str:
    """The code as it is kept. Raises: CodeUnsound."""
    code = text.strip().lower()
    if not _CODE.fullmatch(code):
        raise CodeUnsound(CodeUnsound.__doc__)
    return code


def sound_names(said: Mapping[str, str]) -> dict[str, str]:
    """The names that were given. Raises: NameMissing."""
    names = {tag: said[tag].strip() for tag in LANGUAGES if said.get(tag, "").strip()}
    if not names or any(len(name) > _LONGEST for name in names.values()):
        raise NameMissing(NameMissing.__doc__)
    return names


def sound_zone(zone: str) -> str:
    """The zone, if there is one of this name. Raises: NoSuchZone."""
    if zone not in available_timezones():
        raise NoSuchZone(NoSuchZone.__doc__)
    return zone


def _put(store: Store, terms: StoreTerms) -> None:
    if terms.kind not in STORE_KINDS:
        raise NoSuchKind(NoSuchKind.__doc__)
    store.names, store.kind, store.city = sound_names(terms.names), terms.kind, terms.city.strip()[:_LONGEST]
    store.street, store.phone = terms.street.strip()[:_LONGEST_STREET], terms.phone.strip()[:_LONGEST_PHONE]


def _add(place: Store | Team) -> None:
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken(f"{CodeTaken.__doc__} ({place.code})") from error


def _store(store_id: UUID | None) -> Store | None:
    if store_id is None:
        return None
    store = Store.objects.select_for_update(no_key=True).filter(id=store_id, closed_at=None).first()
    if store is None:
        raise PlaceUnknown(PlaceUnknown.__doc__)
    return store
