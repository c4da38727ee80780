"""Handbooks made of a flow version, and approved."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.handbooks.commands import approve_edition, draft_edition, may_make
from zhoudao.conduct.handbooks.queries import positions
from zhoudao.conduct.handbooks.refusals import HandbookRefusal
from zhoudao.doors.desk.handbooks.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import pick


@require_http_methods(["GET", "POST"])
@permit("flows:read")
def of_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """GET lists the positions of a version with their handbooks; POST makes one."""
    viewer = viewer_of(request)
    row = FlowVersion.objects.filter(id=version_id).defer("source").first()
    if row is None:
        raise Http404
    if request.method == "POST":
        return _make(request, version_id)
    found = positions(version_of(row.id))
    context: dict[str, Any] = {
        "version": row,
        "name": pick(row.names, viewer.language),
        "positions": found,
        "makes": [one.team.id for one in found if may_make(viewer, one.team)],
    }
    return render(request, "desk/handbooks/of_version.html", context)


@require_POST
@permit("flows:write")
def approve(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The edition holds; its people are asked to read it."""
    try:
        edition = approve_edition(edition_id=edition_id, viewer=viewer_of(request), at=now())
    except HandbookRefusal as refusal:
        messages.error(request, said(refusal))
        return redirect("handbook", edition_id)
    messages.success(request, _("Approved. The people of %(team)s are asked to read it.") % {"team": edition.team})
    return redirect("handbook", edition_id)


def _make(request: HttpRequest, version_id: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.may("flows:write"):
        raise PermissionDenied
    team_id = uuid_in(request.POST.get("team", ""))
    try:
        if team_id is None:
            raise Http404
        edition = draft_edition(version_id=version_id, team_id=team_id, viewer=viewer, at=now())
    except HandbookRefusal as refusal:
        messages.error(request, said(refusal))
        return redirect("handbooks_of_version", version_id)
    return redirect("handbook", edition.id)
