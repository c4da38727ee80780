"""Closing a store or team, and opening it again: what still needs it is listed, with the page where it is ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.closing import PlaceNeeded, close_store, close_team, reopen_store, reopen_team
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.places import PlaceRefused
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now

_PAGES = {  # where it is ended
    "teams": "settings_teams", "tokens": "settings_tokens", "channels": "settings_channels", "cases": "desk",
    "orders": "orders", "visits": "queue", "stock": "settings_warehouses", "bookings": "bookings",
    "incidents": "incidents", "app_keys": "settings_apps",
    "tables": "decision_tables", "errands": "errands", "macros": "macros", "pilots": "flows",
    "tasks": "tasks", "flows": "flows",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def close_of_store(request: HttpRequest, store_id: UUID) -> HttpResponse:
    """GET says what closing a store means, POST closes it."""
    return _close(request, _or_404(Store, store_id), close_store, here="settings_stores")


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def close_of_team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """GET says what closing a team means, POST closes it."""
    return _close(request, _or_404(Team, team_id), close_team, here="settings_teams")


@require_POST
@permit("settings:write")
def open_of_store(request: HttpRequest, store_id: UUID) -> HttpResponse:
    """As it was set up."""
    return _open(request, _or_404(Store, store_id), reopen_store, here="settings_stores")


@require_POST
@permit("settings:write")
def open_of_team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """With its hours and people."""
    return _open(request, _or_404(Team, team_id), reopen_team, here="settings_teams")


def _or_404(kind: type[Store] | type[Team], id_: UUID) -> Store | Team:
    row = kind._default_manager.filter(id=id_).first()
    if row is None:
        raise Http404
    return row


def _close(request: HttpRequest, place: Store | Team, act: Any, *, here: str) -> HttpResponse:
    held: list[tuple[Any, str]] = []
    if request.method == "POST":
        try:
            act(**_asked(request, place))
        except PlaceNeeded as refusal:
            held = [(one, reverse(_PAGES[one.code]) if one.code in _PAGES else "") for one in refusal.held]
        else:
            messages.success(request, _("Closed. All that was in it stays; nothing new comes."))
            return redirect(here)
    context = {"place": place, "is_store": isinstance(place, Store), "held": held, "back": reverse(here)}
    return settings_page(request, "closing.html", context, here=here, status=409 if held else 200)


def _open(request: HttpRequest, place: Store | Team, act: Any, *, here: str) -> HttpResponse:
    try:
        act(**_asked(request, place))
    except PlaceRefused as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Open again, as it was set up."))
    return redirect(here)


def _asked(request: HttpRequest, place: Store | Team) -> dict[str, Any]:
    key = "store_id" if isinstance(place, Store) else "team_id"
    return {key: place.id, "by": By(viewer_of(request).actor), "at": now()}
