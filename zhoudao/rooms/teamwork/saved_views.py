"""Views somebody put together: one's own, a team's, everybody's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind, Status, Tier
from zhoudao.rooms.cases.queries.desk import ViewFilter
from zhoudao.rooms.cases.queries.listing import VIEWS
from zhoudao.rooms.teamwork.events import ViewSaved
from zhoudao.rooms.teamwork.models import SavedView, Scope
from zhoudao.rooms.teamwork.queries import may_change, readable
from zhoudao.rooms.teamwork.refusals import ConditionUnknown, ReplyUntitled, ShareNotAllowed, ViewNotFound

SHARE = "replies:share"
SHOWN = 30


@frozen
class NewView:
    """A view as somebody wants it. `conditions`: view, team, store, tier, kind, status, by their codes or ids."""

    title: str
    conditions: Mapping[str, str]
    scope: str = Scope.OWN
    team_id: UUID | None = None
    place: int = 100


def saved_views(viewer: Viewer) -> list[SavedView]:
    """What this colleague sees below the fixed views, in order (one statement)."""
    return list(SavedView.objects.filter(readable(viewer)).order_by("place", "title", "id")[:SHOWN])


def saved_view(viewer: Viewer, view_id: UUID) -> SavedView | None:
    """One of them."""
    return SavedView.objects.filter(readable(viewer), id=view_id).first()


def filter_of(view: SavedView) -> ViewFilter:
    """What a view asks for; what has been removed meanwhile finds nothing."""
    said = view.conditions
    return ViewFilter(
        view=said.get("view", "open"),
        team_id=UUID(said["team"]) if said.get("team") else None,
        store_id=UUID(said["store"]) if said.get("store") else None,
        tier=said.get("tier", ""),
        kind=said.get("kind", ""),
        status=said.get("status", ""),
    )


@transaction.atomic
def save_view(new: NewView, *, viewer: Viewer, at: datetime, view_id: UUID | None = None) -> SavedView:
    """This will keep a view, new or changed.

    Raises: ViewNotFound, ShareNotAllowed, ReplyUntitled, ConditionUnknown
    """
    view = _held(view_id, viewer) if view_id else SavedView()
    if not new.title.strip():
        raise ReplyUntitled
    view.conditions = _checked(new.conditions)
    view.owner_id = viewer.user_id if new.scope == Scope.OWN else None
    view.team = Team.objects.filter(id=new.team_id).first() if new.scope == Scope.TEAM and new.team_id else None
    if (new.scope == Scope.TEAM and view.team is None) or not may_edit(viewer, view):
        raise ShareNotAllowed
    view.title, view.place, view.changed_at = new.title.strip()[:60], max(0, min(new.place, 999)), at
    view.save()
    record(ViewSaved(view.scope, False), at=at, by=By(viewer.actor), about=[About("view", view.id)])
    return view


@transaction.atomic
def remove_view(*, view_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will take a view away from all its readers; the cases in it stay.

    Raises: ViewNotFound, ShareNotAllowed
    """
    view = _held(view_id, viewer)
    record(ViewSaved(view.scope, True), at=at, by=By(viewer.actor), about=[About("view", view.id)])
    view.delete()


def may_edit(viewer: Viewer, view: SavedView) -> bool:
    """Whether somebody may change it."""
    return may_change(viewer, owner_id=view.owner_id, team_id=view.team_id, share=SHARE)


def _held(view_id: UUID, viewer: Viewer) -> SavedView:
    view = SavedView.objects.select_for_update(of=("self",)).filter(readable(viewer), id=view_id).first()
    if view is None:
        raise ViewNotFound
    if not may_edit(viewer, view):
        raise ShareNotAllowed
    return view


def _checked(conditions: Mapping[str, str]) -> dict[str, str]:
    said = {name: value for name, value in conditions.items() if value}
    codes = {"view": VIEWS, "tier": Tier.values, "kind": Kind.values, "status": Status.values}
    places: dict[str, QuerySet[Any]] = {"team": Team.objects.all(), "store": Store.objects.all()}
    for name, value in said.items():
        is_code = name in codes and value in codes[name]
        is_place = name in places and uuid_in(value) and places[name].filter(id=uuid_in(value)).exists()
        if not (is_code or is_place):
            raise ConditionUnknown(name)
    return said
