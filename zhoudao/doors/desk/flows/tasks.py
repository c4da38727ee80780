"""Steps to do: the list, one step with its form, and the panel beside a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.conduct.flows.commands import complete_task, take_task
from zhoudao.conduct.flows.queries import TaskView, open_tasks, task_view
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
from zhoudao.rooms.bookings.queries.day import Shown, shown
from zhoudao.rooms.bookings.reach import booking_for

_NOT_FIELDS = {"csrfmiddlewaretoken"}


@require_GET
@permit("tasks:read")
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits for me and my teams, oldest first."""
    mine = request.GET.get("mine") == "1"
    try:
        page = open_tasks(viewer_of(request), request.GET.get("cursor", ""), mine=mine)
    except (ValidationError, ValueError) as error:
        raise BadRequest("cursor") from error
    return render(request, "desk/flows/tasks.html", {"page": page, "mine": mine, "now": now()})


@require_http_methods(["GET", "POST"])
@permit("tasks:write")
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One step with its instructions and form; POST says that it is done. Within a case it answers with the panel."""
    viewer = viewer_of(request)
    found = task_view(task_id, viewer)
    if found is None:
        raise Http404
    if request.method == "GET":
        (form,) = forms_of([found], viewer.language)
        context = {"form": form, "task": found, "now": now(), "call": _call(found, viewer)}
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
    context = {"form": form, "task": form.task, "now": now(), "in_panel": in_panel}
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
