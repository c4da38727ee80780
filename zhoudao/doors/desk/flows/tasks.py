"""Steps to do: the list, one step with its form, and the panel beside a case."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.conduct.flows.bends import REASONS
from zhoudao.conduct.flows.clocks import clock_of, explain_step, marks, shares_of
from zhoudao.conduct.flows.commands import complete_task, take_task
from zhoudao.conduct.flows.models import BendKind
from zhoudao.conduct.flows.queries import TaskView, open_tasks, task_view
from zhoudao.conduct.flows.queries.tasks import visible_task
from zhoudao.conduct.flows.refusals import FlowRefusal, FormIncomplete
from zhoudao.doors.desk.flows.filling import Form, forms_of, refused_form
from zhoudao.doors.desk.flows.panel import panel_context
from zhoudao.doors.desk.flows.words import faults, said
from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.languages import pick
from zhoudao.rooms.bookings.queries.day import Shown, shown
from zhoudao.rooms.bookings.reach import booking_for
from zhoudao.rooms.staff.models import Calendar

_NOT_FIELDS = {"csrfmiddlewaretoken"}


@require_GET
@permit("tasks:read")
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits for me and my teams, oldest first."""
    mine = request.GET.get("mine") == "1"
    try:
        page = open_tasks(viewer_of(request), request.GET.get("cursor", ""), at=now(), mine=mine)
    except (ValidationError, ValueError) as error:
        raise BadRequest("cursor") from error
    return render(request, "desk/flows/tasks.html", {"page": page, "mine": mine})


@require_http_methods(["GET", "POST"])
@permit("tasks:write")
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One step with its instructions and form; POST says that it is done. Within a case it answers with the panel."""
    viewer = viewer_of(request)
    found = task_view(task_id, viewer, at=now())
    if found is None:
        raise Http404
    if request.method == "GET":
        (form,) = forms_of([found], viewer.language)
        context = {"form": form, "task": found, "call": _call(found, viewer)}
        return render(request, "desk/flows/task.html", context)
    given = _given(found, request.POST)
    try:
        complete_task(task_id=task_id, result=given, by=By(viewer.actor), at=now(), viewer=viewer)
    except FlowRefusal as refusal:
        wrong = faults(refusal) if isinstance(refusal, FormIncomplete) else {}
        return _refused(request, refused_form(found, given, wrong, said(refusal), viewer.language))
    if request.headers.get("HX-Request"):
        return toast(_panel(request, found.case_number), _("Done: %(step)s") % {"step": found.name})
    messages.success(request, _("Done: %(step)s") % {"step": found.name})
    return redirect("tasks")


@require_GET
@permit("tasks:read")
def clock(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Every minute of a step's clock, and why it counted or not."""
    at, viewer = now(), viewer_of(request)
    found = visible_task(task_id, viewer)
    read = clock_of(found, at) if found else None
    if found is None or read is None:
        raise Http404
    hours = Calendar.objects.filter(id=found.calendar_id).first() if found.calendar_id else None
    spans = explain_step(found, at)
    moves = found.bends.filter(kind=BendKind.MOVE, undone_at=None).order_by("bent_at", "id")
    context = {
        "step": found.name,
        "clock": read,
        "hours": pick(hours.names, viewer.language) or hours.code if hours else "",
        "completed_at": found.completed_at,
        "warned": marks(found, shares_of(found)),
        "moves": [(move, REASONS.get(move.reason, move.reason)) for move in moves],
        "spans": spans,
        "total": spans[-1].total if spans else timedelta(0),
    }
    return render(request, "desk/flows/clock.html", context)


@require_POST
@permit("tasks:write")
def take(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """This will make the step mine."""
    try:
        take_task(task_id=task_id, viewer=viewer_of(request), at=now())
    except FlowRefusal as refusal:
        messages.error(request, said(refusal))
    return redirect("desk_task", task_id)


@require_GET
@permit("cases:read")
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The case's flow, drawn, with the steps to do now; `whole` asks for the drawing alone."""
    return _panel(request, number, "whole.html" if "whole" in request.GET else "_panel.html")


def _panel(request: HttpRequest, number: str, name: str = "_panel.html") -> HttpResponse:
    viewer = viewer_of(request)
    context = panel_context(viewer, case_or_404(viewer, number).id, number, at=now())
    if context["flow"] is None and name == "whole.html":
        raise Http404
    return render(request, f"desk/flows/{name}", context)


def _refused(request: HttpRequest, form: Form) -> HttpResponse:
    in_panel = bool(request.headers.get("HX-Request"))
    name = "_task.html" if in_panel else "task.html"
    context = {"form": form, "task": form.task, "in_panel": in_panel}
    context |= {} if in_panel else {"call": _call(form.task, viewer_of(request))}
    response = render(request, f"desk/flows/{name}", context, status=422)
    if in_panel:
        response["HX-Retarget"], response["HX-Reswap"] = f"#task-{form.task.id}", "outerHTML"
    return response


def _call(found: TaskView, viewer: Viewer) -> Shown | None:
    """Who is to be called, and what they said when they booked."""
    booking = booking_for(viewer, found.object_id) if found.object_type == "booking" else None
    return shown(booking, viewer) if booking else None


def _given(found: TaskView, sent: QueryDict) -> dict[str, Any]:
    """What the form sent: several values of one field are a list."""
    lists = {field.name for field in found.fields if field.type == "list"}
    return {name: sent.getlist(name) if name in lists else sent[name] for name in sent if name not in _NOT_FIELDS}
