"""A case's clocks: every minute explained, done by hand, and why one was missed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.bends import REASONS
from zhoudao.doors.desk.inbox.opening import case_or_404, opened_or_404, parts_of
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.commands.settling import explain_breach, settle_promise
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.promise_rules import BREACH_REASONS, WAYS
from zhoudao.rooms.cases.queries.promises import explain_promise, promise_view
from zhoudao.rooms.cases.refusals import CaseRefusal


@require_GET
@permit("cases:read")
def explained(request: HttpRequest, number: str, promise_id: UUID) -> HttpResponse:
    """Every minute of one clock, and why it counted or not; with what a person may say of it."""
    at, viewer = now(), viewer_of(request)
    case = case_or_404(viewer, number)
    promise = case.promises.filter(id=promise_id).first()
    if promise is None:
        raise Http404
    spans = explain_promise(promise, at=at)
    may_change = may(viewer, "cases:write", case)
    may_write = may_change and case.status not in ("closed", "merged")
    context = {
        "case": case,
        "promise": promise_view(promise, at=at),
        "came_from": Case.objects.filter(id=promise.from_case).first() if promise.from_case else None,
        "spans": spans,
        "moves": [(*map(datetime.fromisoformat, move[:3]), REASONS.get(move[3], move[3])) for move in promise.moves],
        "total": spans[-1].total if spans else timedelta(0),
        "ways": WAYS.items(),
        "reasons": BREACH_REASONS.items(),
        "reason": promise.broken_reason,
        "may_settle": may_write and promise.ended_at is None and promise.kind != "resolution",
        "may_admit": may_change and promise.is_missed(at),
    }
    return render(request, "desk/inbox/explained.html", context)


@require_POST
@permit("cases:write")
def settled(request: HttpRequest, number: str, promise_id: UUID) -> HttpResponse:
    """The customer was reached outside our messages: the clock stops as kept."""
    viewer = viewer_of(request)
    case, how = case_or_404(viewer, number), request.POST.get("how", "")
    try:
        settle_promise(case_id=case.id, promise_id=promise_id, how=how, viewer=viewer, at=now())
    except CaseRefusal as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    return toast(parts_of(request, opened_or_404(viewer, number)), _("Kept."), closes=True)


@require_POST
@permit("cases:write")
def admitted(request: HttpRequest, number: str, promise_id: UUID) -> HttpResponse:
    """Why a promise was missed, in the words the customer reads."""
    viewer = viewer_of(request)
    case, reason = case_or_404(viewer, number), request.POST.get("reason", "")
    try:
        explain_breach(case_id=case.id, promise_id=promise_id, reason=reason, viewer=viewer, at=now())
    except CaseRefusal as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    return toast(parts_of(request, opened_or_404(viewer, number)), _("The customer can read it now."), closes=True)
