"""The flows: what is live, another version, one version drawn."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.commands import deploy_flow
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.queries.overview import flow_rows, version_rows, waiting_by_element
from zhoudao.conduct.flows.refusals import FlowNotSound
from zhoudao.doors.desk.flows.words import problem_lines
from zhoudao.engines.bpmn.problems import Problem
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.languages import pick

_LARGEST = 4_000_000


@require_GET
@permit("flows:read")
def flows(request: HttpRequest) -> HttpResponse:
    """Every flow by its live version."""
    return render(request, "desk/flows/flows.html", {"flows": flow_rows(viewer_of(request).language)})


@require_POST
@permit("flows:write")
def upload(request: HttpRequest) -> HttpResponse:
    """This will deploy a file, or name all that keeps it from being deployed."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or file.size is None or file.size > _LARGEST:
        return _refused(request, "", [Problem("", "", "unreadable", _("Choose a file of at most 4 MB."))])
    try:
        version = deploy_flow(source=file.read(), by=By(viewer_of(request).actor), at=now())
    except FlowNotSound as refusal:
        return _refused(request, str(file.name), refusal.problems)
    messages.success(request, _("Version %(version)s is live.") % {"version": version.version})
    return redirect("flow_version", version.id)


def _refused(request: HttpRequest, name: str, problems: list[Problem]) -> HttpResponse:
    context = {
        "flows": flow_rows(viewer_of(request).language),
        "problems": problem_lines(problems),
        "file_name": name,
    }
    return render(request, "desk/flows/flows.html", context, status=422)


@require_GET
@permit("flows:read")
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version, drawn, with what waits where."""
    row = _version_or_404(version_id)
    context = {
        "version": row,
        "name": pick(row.names, viewer_of(request).language),
        "versions": version_rows(row.key),
        "waiting": waiting_by_element(row.id),
    }
    return render(request, "desk/flows/version.html", context)


@require_GET
@permit("flows:read")
def source(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The file as it was uploaded."""
    row = _version_or_404(version_id)
    response = HttpResponse(bytes(row.source), content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.key}-{row.version}.bpmn"'
    return response


@require_POST
@permit("flows:write")
def again(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """This will make an older version's file the live one, as a version of its own."""
    row = _version_or_404(version_id)
    try:
        made = deploy_flow(source=bytes(row.source), by=By(viewer_of(request).actor), at=now())
    except FlowNotSound as refusal:
        return _refused(request, f"{row.key} {row.version}", refusal.problems)
    messages.success(request, _("Version %(version)s is live.") % {"version": made.version})
    return redirect("flow_version", made.id)


def _version_or_404(version_id: UUID) -> FlowVersion:
    row = FlowVersion.objects.filter(id=version_id).first()
    if row is None:
        raise Http404
    return row
