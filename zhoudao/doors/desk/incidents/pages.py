"""The list of incidents, opening one, and the page of one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.incidents.forms import IncidentForm, by_language
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.desk import ViewFilter, narrowed
from zhoudao.rooms.incidents import queries
from zhoudao.rooms.incidents.commands.holding import is_in_charge, may_steer
from zhoudao.rooms.incidents.commands.joining import join_cases
from zhoudao.rooms.incidents.commands.opening import change_incident, open_incident
from zhoudao.rooms.incidents.models import Incident, Part
from zhoudao.rooms.incidents.refusals import IncidentRefusal, NoCasesChosen
from zhoudao.rooms.incidents.watching import alike_outside, proposals


@require_GET
@permit("incidents:read")
def incidents(request: HttpRequest) -> HttpResponse:
    """Those under way, or all; newest first."""
    shows_all = request.GET.get("show") == "all"
    try:
        page = queries.incident_page(is_under_way=not shows_all, cursor=request.GET.get("cursor", ""))
    except (ValidationError, ValueError) as error:
        raise BadRequest("cursor") from error
    found = [] if shows_all or request.GET.get("cursor") else proposals(viewer_of(request))
    context = {"page": page, "shows_all": shows_all, "proposals": found}
    return render(request, "desk/incidents/incidents.html", context)


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def new(request: HttpRequest) -> HttpResponse:
    """Anybody who works on cases may say that something is wrong; `cases` are the numbers it was seen in."""
    viewer = viewer_of(request)
    numbers = [number for number in (request.POST or request.GET).get("cases", "").split(",") if number][:1000]
    form, refusal = IncidentForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            row = _opened(form, numbers, viewer)
        except IncidentRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("The incident is open, and team leads are told."))
            return redirect("incident", row.number)
    context = {"form": form, "refusal": refusal, "cases": ",".join(numbers), "count": len(numbers), "row": None}
    return render(request, "desk/incidents/edit.html", context, status=422 if refusal or form.errors else 200)


@require_http_methods(["GET", "POST"])
@permit("incidents:read")
def edit(request: HttpRequest, incident: str) -> HttpResponse:
    """Describing it better, for whoever is in charge."""
    viewer, row = viewer_of(request), incident_or_404(incident)
    form, refusal = IncidentForm(request.POST or None, row=row), ""
    if request.method == "POST" and form.is_valid():
        try:
            change_incident(incident_id=row.id, described=form.described(), viewer=viewer, at=now())
        except IncidentRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("incident", row.number)
    context = {"form": form, "refusal": refusal, "row": row, "is_in_charge": may_describe(row, viewer)}
    return render(request, "desk/incidents/edit.html", context, status=422 if refusal or form.errors else 200)


@require_GET
@permit("incidents:read")
def incident_page(request: HttpRequest, incident: str) -> HttpResponse:
    """Everything about one; only its inside when it is read anew."""
    row = incident_or_404(incident)
    inside = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    path = "desk/incidents/_incident.html" if inside else "desk/incidents/incident.html"
    return render(request, path, incident_context(row, viewer_of(request)))


def incident_or_404(number: str) -> Incident:
    """The incident with this number."""
    row = queries.find_incident(number)
    if row is None:
        raise Http404
    return row


def incident_context(row: Incident, viewer: Viewer) -> dict[str, Any]:
    """What the page shows (at most twelve statements with session and rights)."""
    parts = queries.parts_of(row)
    steers = may_steer(viewer, row.store_id) or any(
        holding and holding.part == Part.LEAD and holding.user_id == viewer.user_id for _c, _w, holding in parts
    )
    takes_part = any(holding and holding.user_id == viewer.user_id for _c, _w, holding in parts)
    speaks = any(h and h.part == Part.COMMUNICATION and h.user_id == viewer.user_id for _c, _w, h in parts)
    writes = viewer.may("messages:write") and viewer.may("cases:write")
    plan = queries.plan_of(row)
    return {
        "row": row,
        "parts": parts,
        "people": queries.people() if steers else [],
        "plan": plan,
        "ticked": sum(step.done_at is not None for step in plan),
        "rounds": queries.rounds_of(row),
        "counts": queries.counts_of(row, viewer),
        "cases": queries.newest_cases(row, viewer),
        "alike": alike_outside(row) if steers else 0,
        "lines": queries.lines_of(row),
        "told": by_language(row.told),
        "steers": steers,
        "ticks": steers or takes_part,
        "says": (steers or speaks) and writes,
        "closes": steers and writes,
    }


def may_describe(row: Incident, viewer: Viewer) -> bool:
    """Whether somebody may change its description."""
    return is_in_charge(row, viewer, Part.COMMUNICATION, Part.INVESTIGATION)


@transaction.atomic
def _opened(form: IncidentForm, numbers: list[str], viewer: Viewer) -> Incident:
    at = now()
    row = open_incident(form.described(), plan=form.plan_lines(), risk=form.chosen_risk(), viewer=viewer, at=at)
    ids = case_ids(viewer, numbers)
    if numbers and not ids:
        raise NoCasesChosen
    if ids:
        join_cases(incident_id=row.id, case_ids=ids, viewer=viewer, at=at)
    return row


def case_ids(viewer: Viewer, numbers: list[str]) -> list[UUID]:
    """The cases with these numbers that the viewer may see."""
    rows = narrowed(viewer, ViewFilter(view="all", numbers=numbers), at=now()) if numbers else None
    return list(rows.values_list("id", flat=True)) if rows is not None else []
