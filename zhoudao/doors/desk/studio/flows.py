"""The flows: what is in force where, and another one uploaded."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.commands import deploy_flow
from zhoudao.conduct.flows.queries.versions import flow_rows
from zhoudao.conduct.flows.refusals import FlowNotSound, FlowRefusal
from zhoudao.doors.desk.flows.words import problem_lines
from zhoudao.doors.desk.studio.scope import chosen_stores, reach_of, stores_for
from zhoudao.doors.desk.studio.words import deployed_words, said
from zhoudao.engines.bpmn.problems import Problem
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now

_LARGEST = 4_000_000


@require_GET
@permit("flows:read")
def flows(request: HttpRequest) -> HttpResponse:
    """Every flow by what is in force."""
    return _page(request)


@require_POST
@permit("flows:write")
def upload(request: HttpRequest) -> HttpResponse:
    """This will deploy a file, or name all that keeps it from being deployed."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or file.size is None or file.size > _LARGEST:
        return _refused(request, "", [Problem("", "", "unreadable", _("Choose a file of at most 4 MB."))])
    viewer = viewer_of(request)
    try:
        version = deploy_flow(
            source=file.read(),
            by=By(viewer.actor),
            at=now(),
            note=request.POST.get("note", "").strip()[:2000],
            stores=chosen_stores(request.POST),
            reach=reach_of(viewer),
            reason=request.POST.get("reason", "")[:300],
        )
    except FlowNotSound as refusal:
        return _refused(request, str(file.name), refusal.problems)
    except FlowRefusal as refusal:
        return _page(request, {"refusal": said(refusal)}, status=422)
    messages.success(request, deployed_words(version))
    return redirect("flow_version", version.id)


def _refused(request: HttpRequest, name: str, problems: list[Problem]) -> HttpResponse:
    return _page(request, {"problems": problem_lines(problems), "file_name": name}, status=422)


def _page(request: HttpRequest, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    context = {"flows": flow_rows(viewer.language), "may_draw": viewer.may("flows:write"), **(more or {})}
    if context["may_draw"]:
        context |= {"stores": stores_for(viewer), "for_all": reach_of(viewer) is None}
    return render(request, "desk/studio/flows.html", context, status=status)
