"""What one's own teams are asked, and answering it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.ground.keyset import beyond
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.teamwork.errands import PAGE, answer_errand, errand_for, errands_for
from zhoudao.rooms.teamwork.refusals import ErrandNotFound, TeamworkRefusal


@require_GET
@permit("tasks:read")
def errands(request: HttpRequest) -> HttpResponse:
    """What is not answered yet, soonest due first."""
    rows = errands_for(viewer_of(request))
    if cursor := request.GET.get("cursor"):
        moment, key = _read(cursor)
        rows = rows.filter(beyond("due_at", moment, key))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = f"{last.due_at.isoformat()}|{last.id}" if last else ""
    return render(request, "desk/errands/errands.html", {"rows": found[:PAGE], "next": following, "now": now()})


@require_http_methods(["GET", "POST"])
@permit("tasks:write")
def errand(request: HttpRequest, errand_id: UUID) -> HttpResponse:
    """One question; POST answers it."""
    viewer, refusal = viewer_of(request), ""
    found = errand_for(viewer, errand_id)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            answer_errand(errand_id=errand_id, answer=request.POST.get("answer", ""), viewer=viewer, at=now())
        except ErrandNotFound:
            raise Http404 from None
        except TeamworkRefusal as refused:
            refusal = said(refused)
        else:
            messages.success(request, _("Answered. It stands in the case as a private note."))
            return redirect("errands")
    sees = may(viewer, "cases:read", found.case)
    context = {
        "errand": found,
        "sees": sees,
        "refusal": refusal,
        "written": request.POST.get("answer", ""),
        "now": now(),
    }
    return render(request, "desk/errands/errand.html", context, status=422 if refusal else 200)


def _read(cursor: str) -> tuple[datetime, UUID]:
    moment, _bar, key = cursor.partition("|")
    try:
        return datetime.fromisoformat(moment), UUID(key)
    except ValueError as error:
        raise BadRequest("cursor") from error
