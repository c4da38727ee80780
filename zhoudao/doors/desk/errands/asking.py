"""Asking another department from a case."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.staff.queries import teams
from zhoudao.rooms.teamwork.errands import ask_team, errands_of, withdraw_errand
from zhoudao.rooms.teamwork.refusals import ErrandNotFound, TeamworkRefusal

_TIMES = [
    (60, gettext_lazy("1 hour")),
    (240, gettext_lazy("4 hours")),
    (480, gettext_lazy("a working day")),
    (1440, gettext_lazy("3 working days")),
]


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """GET asks what and whom; POST asks them."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    if request.method == "GET":
        return _sheet(request, case)
    try:
        ask_team(
            case_id=case.id,
            team_id=uuid_in(request.POST.get("team", "")),
            question=request.POST.get("question", ""),
            minutes=_minutes(request.POST.get("minutes", "")),
            viewer=viewer,
            at=now(),
        )
    except (TeamworkRefusal, CaseRefusal) as refusal:
        response = _sheet(request, case, said(refusal))
        response["HX-Retarget"] = "#sheet-in"
        return response
    return toast(_section(request, case), _("Asked. The answer comes back as a private note."), closes=True)


@require_POST
@permit("cases:write")
def withdraw(request: HttpRequest, number: str, errand_id: UUID) -> HttpResponse:
    """It is no longer needed."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    try:
        withdraw_errand(errand_id=errand_id, viewer=viewer, at=now())
    except ErrandNotFound:
        raise Http404 from None
    except TeamworkRefusal as refusal:
        return toast(_section(request, case), said(refusal), is_bad=True)
    return toast(_section(request, case), _("No longer asked."))


def errands_context(case_ids: list[UUID]) -> dict[str, Any]:
    """What other teams were asked for a case (one statement)."""
    return {"errands": errands_of(case_ids), "now": now()}


def _section(request: HttpRequest, case: Case) -> HttpResponse:
    return render(request, "desk/errands/_errands.html", {"row": case} | errands_context([case.id]))


def _sheet(request: HttpRequest, case: Case, refusal: str = "") -> HttpResponse:
    others = [team for team in teams() if team.id != case.team_id]
    context = {"case": case, "teams": others, "times": _TIMES, "refusal": refusal, "said": request.POST}
    return render(request, "desk/errands/ask.html", context, status=422 if refusal else 200)


def _minutes(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
