"""Closing a store or team, and opening it again.

What is under way in a place, or leads into it, is ended first: each room says what of its own still does (a `Need`).
What was only set up there sleeps until it is opened again: hours, people, rights, what could be booked, the line.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.events import StoreClosed, StoreReopened, TeamClosed, TeamReopened
from zhoudao.ground.accounts.models import ApiToken, Store, Team
from zhoudao.ground.accounts.places import PlaceRefused, PlaceUnknown
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen

NAMED = 5  # of what still needs a place so many are named, and that there are more
Named = Sequence[str]
_P = TypeVar("_P", Store, Team)


def _nothing(place: Store | Team) -> Named:
    return ()


@frozen
class Need:
    """Something that may still need a store or team: what it is called, and which there are (one more than `NAMED` says
    that there are more). `code` says where it is ended."""

    code: str
    words: LazyText
    of_store: Callable[[Store], Named] = _nothing
    of_team: Callable[[Team], Named] = _nothing


@frozen
class Held:
    """What needs a place now."""

    code: str
    words: LazyText
    names: tuple[str, ...]
    has_more: bool


class PlaceNeeded(PlaceRefused):
    """Something still needs this store or team; end that first."""

    def __init__(self, held: Sequence[Held]) -> None:
        super().__init__(self.__doc__)
        self.held = tuple(held)


class StoreStillClosed(PlaceRefused):
    """Open its store first."""


_needs: dict[str, Need] = {}


def need(one: Need) -> None:
    """This will have a room asked before a place is closed."""
    _needs[one.code] = one


@transaction.atomic
def close_store(*, store_id: UUID, by: By, at: datetime) -> Store:
    """This will close a store in which nothing is under way. Whoever puts something into it meanwhile is waited for, as
    their row names it. Again changes nothing.

    Raises: PlaceUnknown, PlaceNeeded
    """
    store = _held(Store, store_id)
    if store.closed_at is None:
        _refuse([(one, one.of_store(store)) for one in _all()])
        _set(store, at)
        record(StoreClosed(store.code), at=at, by=by, about=[About("store", store.id)])
    return store


@transaction.atomic
def close_team(*, team_id: UUID, by: By, at: datetime) -> Team:
    """This will close a team that nothing is asked of any more. Again changes nothing.

    Raises: PlaceUnknown, PlaceNeeded
    """
    team = _held(Team, team_id)
    if team.closed_at is None:
        _refuse([(one, one.of_team(team)) for one in _all()])
        _set(team, at)
        record(TeamClosed(team.code), at=at, by=by, about=[About("team", team.id)])
    return team


@transaction.atomic
def reopen_store(*, store_id: UUID, by: By, at: datetime) -> Store:
    """This will open a store again, as it was set up; its teams are opened by themselves. Raises: PlaceUnknown."""
    store = _held(Store, store_id)
    if store.closed_at is not None:
        _set(store, None)
        record(StoreReopened(store.code), at=at, by=by, about=[About("store", store.id)])
    return store


@transaction.atomic
def reopen_team(*, team_id: UUID, by: By, at: datetime) -> Team:
    """This will open a team again, with its hours and people. Raises: PlaceUnknown, StoreStillClosed."""
    team = _held(Team, team_id)
    if team.store_id and _held(Store, team.store_id).closed_at is not None:
        raise StoreStillClosed(StoreStillClosed.__doc__)
    if team.closed_at is not None:
        _set(team, None)
        record(TeamReopened(team.code), at=at, by=by, about=[About("team", team.id)])
    return team


def _all() -> list[Need]:
    return [*_OWN, *_needs.values()]


def _held(kind: type[_P], id_: UUID) -> _P:
    row = kind._default_manager.select_for_update(of=("self",)).filter(id=id_).first()
    if row is None:
        raise PlaceUnknown(PlaceUnknown.__doc__)
    return row


def _set(place: Store | Team, closed_at: datetime | None) -> None:
    place.closed_at = closed_at
    place.save(update_fields=["closed_at"])


def _refuse(found: Sequence[tuple[Need, Named]]) -> None:
    held = [Held(one.code, one.words, tuple(names[:NAMED]), len(names) > NAMED) for one, names in found if names]
    if held:
        raise PlaceNeeded(held)


def _last(store: Store) -> Named:
    others = Store.objects.filter(closed_at=None).exclude(id=store.id)
    return () if others.exists() else [str(store)]


def _teams(store: Store) -> Named:
    return [str(team) for team in Team.objects.filter(store=store, closed_at=None).order_by("code")[: NAMED + 1]]


def _tokens(store: Store) -> Named:
    alive = Q(expires_at=None) | Q(expires_at__gt=Now())
    rows = ApiToken.objects.filter(alive, store=store, revoked_at=None).order_by("name")
    return list(rows.values_list("name", flat=True)[: NAMED + 1])


_OWN = (
    Need("last_store", _("It is the only store there is"), of_store=_last),
    Need("teams", _("Teams of this store"), of_store=_teams),
    Need("tokens", _("Keys for programs of this store"), of_store=_tokens),
)
