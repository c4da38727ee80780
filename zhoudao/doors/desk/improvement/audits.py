"""The audit calendar, holding an audit, and what was found."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.conduct.improvement.commands.audits import Given, Plan, end_audit, hold_audit, set_audit
from zhoudao.conduct.improvement.commands.holding import WRITE, people
from zhoudao.conduct.improvement.models import Audit, Initiative
from zhoudao.conduct.improvement.queries.register import flow_names
from zhoudao.conduct.improvement.refusals import AuditNotFound, ImprovementRefusal, RowUnsound
from zhoudao.doors.desk.improvement.asking import today
from zhoudao.doors.desk.improvement.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in

MOST = 100


@require_http_methods(["GET", "POST"])
@permit("improvement:read")
def calendar(request: HttpRequest) -> HttpResponse:
    """GET: what is due when; POST sets an audit."""
    viewer, refusal = viewer_of(request), ""
    if request.method == "POST":
        try:
            made = set_audit(plan=_plan(request.POST), viewer=viewer, at=clock.now())
        except AuditNotFound:
            raise Http404 from None
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            return redirect("audit", made.id)
    rows = Audit.objects.filter(ended_at=None).select_related("owner").order_by("next_date", "id")[:MOST]
    flows = flow_names(viewer.language)
    context: dict[str, Any] = {
        "rows": [(one, flows.get(one.flow_key, one.flow_key)) for one in rows],
        "flows": flows.items(),
        "people": people(),
        "today": today(),
        "may_write": viewer.covers(WRITE),
        "given": request.POST if refusal else {"owner": str(viewer.user_id), "weeks": "4"},
        "refusal": refusal,
    }
    return render(request, "desk/improvement/audits.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("improvement:read")
def audit(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """GET: its questions and what was found; POST keeps the answers."""
    viewer, refusal = viewer_of(request), ""
    one = Audit.objects.select_related("owner").filter(id=audit_id).first()
    if one is None:
        raise Http404
    if request.method == "POST":
        try:
            hold_audit(audit_id=one.id, answers=_answers(request.POST, one), viewer=viewer, at=clock.now())
        except AuditNotFound:
            raise Http404 from None
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("Kept. What is not good can be put on the register."))
            return redirect("audit", one.id)
    results = list(one.results.select_related("held_by").order_by("-held_at", "-id")[:12])
    made = Initiative.objects.filter(report_id__in=[each.id for each in results]).order_by("made_at", "id")
    by_place: dict[tuple[UUID | None, int | None], Initiative] = {
        (each.report_id, each.finding_place): each for each in made
    }
    context: dict[str, Any] = {
        "one": one,
        "flow": flow_names(viewer.language).get(one.flow_key, one.flow_key),
        "questions": list(enumerate(one.questions)),
        "results": [
            (each, [(n, answer, by_place.get((each.id, n))) for n, answer in enumerate(each.answers)])
            for each in results
        ],
        "today": today(),
        "may_write": viewer.covers(WRITE) and one.ended_at is None,
        "refusal": refusal,
    }
    return render(request, "desk/improvement/audit.html", context, status=422 if refusal else 200)


@require_POST
@permit("improvement:write")
def end(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Asked for no more."""
    try:
        end_audit(audit_id=audit_id, viewer=viewer_of(request), at=clock.now())
    except AuditNotFound:
        raise Http404 from None
    return redirect("audits")


def _plan(given: QueryDict) -> Plan:
    weeks = given.get("weeks", "")
    try:
        day = date.fromisoformat(given.get("next", ""))
    except ValueError:
        raise RowUnsound from None
    return Plan(
        title=given.get("title", ""),
        questions=given.get("questions", ""),
        every_weeks=int(weeks) if weeks.isascii() and weeks.isdigit() and len(weeks) < 4 else 0,
        owner_id=uuid_in(given.get("owner", "")),
        next_date=day,
        flow_key=given.get("flow", ""),
    )


def _answers(given: QueryDict, one: Audit) -> list[Given]:
    marks = [given.get(f"good-{n}", "") for n in range(len(one.questions))]
    if any(mark not in ("yes", "no") for mark in marks):
        raise RowUnsound
    return [Given(mark == "yes", given.get(f"note-{n}", "")) for n, mark in enumerate(marks)]
