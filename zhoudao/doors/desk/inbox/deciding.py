"""Doing something with a case: asking when there is something to ask, then the command, then what changed."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.inbox import asking
from zhoudao.doors.desk.inbox.actions import ACTIONS, Action
from zhoudao.doors.desk.inbox.opening import case_or_404, opened_or_404, parts_of
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseRefusal, OutOfOrder
from zhoudao.rooms.conversations.refusals import MessageNotFound, NothingToSplit
from zhoudao.rooms.incidents.refusals import IncidentRefusal


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def act(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """GET asks, POST does."""
    action = ACTIONS.get(code)
    if action is None:
        raise Http404
    viewer, at = viewer_of(request), now()
    case = case_or_404(viewer, number)
    if request.method == "GET":
        return _dialog(request, action, case)
    try:
        action.perform(case, request.POST, viewer, at)
    except (CaseRefusal, IncidentRefusal, MessageNotFound, NothingToSplit) as refusal:
        return _refused(request, action, case, refusal)
    response = parts_of(request, opened_or_404(viewer, number), writes_anew=True)
    undo = reverse("desk_act", args=[number, action.undo]) if action.undo else ""
    return toast(response, str(action.done), undo=undo, closes=True)


def _dialog(request: HttpRequest, action: Action, case: Case, refusal: str = "") -> HttpResponse:
    asked = action.asks(case, viewer_of(request), now()) if action.asks else {}
    context = {"action": action, "case": case, "refusal": refusal, "said": request.POST, **asked}
    context["said_messages"] = request.POST.getlist("message")
    return render(request, f"desk/inbox/act_{action.code}.html", context, status=422 if refusal else 200)


def _refused(request: HttpRequest, action: Action, case: Case, refusal: Exception) -> HttpResponse:
    if isinstance(refusal, OutOfOrder):
        return _dialog(request, replace(action, asks=asking.skipping), case, said(refusal))
    if action.asks:
        return _dialog(request, action, case, said(refusal))
    return toast(HttpResponse(status=204), said(refusal), is_bad=True)
