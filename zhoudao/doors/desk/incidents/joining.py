"""Putting chosen cases into an incident, and taking that back."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.incidents.pages import incident_or_404
from zhoudao.doors.desk.macros.bulk import chosen_ids
from zhoudao.doors.desk.words import said, said_by_name, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.incidents.commands.joining import Joined, join_cases, undo_join
from zhoudao.rooms.incidents.commands.opening import chosen_incident
from zhoudao.rooms.incidents.models import Incident
from zhoudao.rooms.incidents.queries import under_way
from zhoudao.rooms.incidents.refusals import IncidentRefusal

_SHOWN = 30


@require_POST
@permit("cases:write")
def choose(request: HttpRequest) -> HttpResponse:
    """Into which incident the chosen cases go: one under way, or a new one."""
    return _choose(request)


@require_POST
@permit("cases:write")
def put(request: HttpRequest) -> HttpResponse:
    """Puts them in; those in another incident are named."""
    viewer = viewer_of(request)
    try:
        row, came = _put(request, viewer)
    except IncidentRefusal as refusal:
        return _choose(request, said(refusal))
    undo = reverse("incident_join_undo", args=[row.number, came.join]) if came.count else ""
    text = ngettext("%(n)s case is part of %(number)s now.", "%(n)s cases are part of %(number)s now.", came.count)
    words = text % {"n": came.count, "number": row.number}
    if not came.refused:
        return toast(HttpResponse(status=204), words, undo=undo, closes=True)
    refused = [(number, said_by_name(name, detail)) for number, name, detail in came.refused[:_SHOWN]]
    context = {"row": row, "words": words, "refused": refused}
    return toast(render(request, "desk/incidents/put.html", context), words, undo=undo)


@require_POST
@permit("cases:write")
def undo(request: HttpRequest, incident: str, join_id: UUID) -> HttpResponse:
    """Takes out again what came in with one click."""
    row = incident_or_404(incident)
    count = undo_join(incident_id=row.id, join=join_id, viewer=viewer_of(request), at=now())
    text = ngettext("%(n)s case was taken out again.", "%(n)s cases were taken out again.", count) % {"n": count}
    return toast(HttpResponse(status=204), text)


@transaction.atomic
def _put(request: HttpRequest, viewer: Viewer) -> tuple[Incident, Joined]:
    ids = chosen_ids(request.POST, viewer)
    row = chosen_incident(request.POST.get("incident", ""), request.POST.get("title", ""), viewer=viewer, at=now())
    return row, join_cases(incident_id=row.id, case_ids=ids, viewer=viewer, at=now())


def _choose(request: HttpRequest, refusal: str = "") -> HttpResponse:
    numbers, query = request.POST.get("numbers", ""), request.POST.get("query", "")
    count = len(chosen_ids(request.POST, viewer_of(request)))
    context = {"numbers": numbers, "query": query, "count": count, "incidents": under_way(), "refusal": refusal}
    context |= {"said": request.POST, "title": _("Part of something larger")}
    return render(request, "desk/incidents/choose.html", context, status=422 if refusal else 200)
