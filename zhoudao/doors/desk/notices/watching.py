"""Watching a case, and whom one may mention in it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.kit.text import fold
from zhoudao.rooms.teamwork.colleagues import colleagues_of
from zhoudao.rooms.teamwork.models import Watch
from zhoudao.rooms.teamwork.watching import unwatch_case, watch_case

_OFFERED = 8


@require_GET
@permit("messages:write")
def colleagues(request: HttpRequest, number: str) -> HttpResponse:
    """Whom the letters after an @ may mean: only who may see the case."""
    viewer, typed = viewer_of(request), fold(request.GET.get("q", "")[:40])
    people = [
        person
        for person in colleagues_of(case_or_404(viewer, number))
        if person.id != viewer.user_id and (typed in fold(person.name) or fold(person.email).startswith(typed))
    ]
    return render(request, "desk/notices/_colleagues.html", {"people": people[:_OFFERED], "typed": typed})


@require_POST
@permit("cases:read")
def watch(request: HttpRequest, number: str) -> HttpResponse:
    """Begins or ends watching."""
    viewer, at = viewer_of(request), now()
    case = case_or_404(viewer, number)
    if request.POST.get("end"):
        unwatch_case(case_id=case.id, viewer=viewer, at=at)
        words = _("You are no longer told of this case.")
    else:
        watch_case(case_id=case.id, viewer=viewer, at=at)
        words = _("You are told when something happens here.")
    context = {"row": case} | watchers_context(viewer, case.id)
    return toast(render(request, "desk/notices/_watchers.html", context), words)


def watchers_context(viewer: Viewer, case_id: UUID) -> dict[str, Any]:
    """Who watches a case (one statement)."""
    watches = Watch.objects.filter(case=case_id).select_related("user").order_by("since", "id")
    people = [watch.user for watch in watches]
    return {"watchers": people, "is_watching": any(user.pk == viewer.user_id for user in people)}
