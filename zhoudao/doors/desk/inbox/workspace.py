"""The list: views, counts, rows, the next page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.behind import figure_filter
from zhoudao.doors.desk.inbox.views import EMPTY, VIEWS, asked_view, links, without_page
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.desk import first_page
from zhoudao.rooms.incidents.queries import banner_of


@require_GET
@permit(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Where signing in lands: the workspace, or the tasks of whoever has no cases."""
    viewer = viewer_of(request)
    return redirect("desk" if viewer.may("cases:read") else "tasks" if viewer.may("tasks:read") else "profile")


@require_GET
@permit("cases:read")
def workspace(request: HttpRequest) -> HttpResponse:
    """The workspace with a list and no case open; words are looked for on the page of the search."""
    if "q" in request.GET:
        return redirect(f"{reverse('search')}?{urlencode({'q': request.GET['q']})}")
    return render(request, "desk/inbox/workspace.html", list_context(request) | {"opened": None})


@require_GET
@permit("cases:read")
def more(request: HttpRequest) -> HttpResponse:
    """Rows: a following page, or the first anew after a lost connection."""
    return render(request, "desk/inbox/_rows.html", rows_context(request))


@require_GET
@permit("cases:read")
def view_counts(request: HttpRequest) -> HttpResponse:
    """The column of views, counted anew."""
    return render(request, "desk/inbox/_views.html", _views(request))


def list_context(request: HttpRequest) -> dict[str, Any]:
    """Everything but the case (two statements)."""
    return _views(request) | rows_context(request)


def rows_context(request: HttpRequest) -> dict[str, Any]:
    """One page of rows of the view, or of the cases behind a figure."""
    viewer, at = viewer_of(request), now()
    figure = figure_filter(viewer, request.GET, at=at) if "figure" in request.GET else None
    asked = figure[0] if figure else asked_view(request)
    page = first_page(viewer, asked, at=at, cursor=request.GET.get("cursor"))
    return {
        "rows": page.rows,
        "next": page.next,
        "query": without_page(request.GET),
        "asked": asked,
        "empty": EMPTY.get(asked.view),
        "figure": figure[1] if figure else None,
        "incident_asked": banner_of(asked.incident_id) if asked.incident_id else None,
    }


def _views(request: HttpRequest) -> dict[str, Any]:
    viewer, at = viewer_of(request), now()
    asked = None if "figure" in request.GET else asked_view(request)
    views, teams = links(viewer, asked, at=at)
    chosen = next((link.words for link in teams if link.is_here), None)
    return {
        "views": views,
        "team_views": teams,
        "title": chosen or (VIEWS[asked.view][0] if asked and asked.view in VIEWS else ""),
        "query": without_page(request.GET),
    }
