"""The page of triage, and what is proposed beside a case."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.conduct.triage.queries import agreements, proposed_for, spread
from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now

_PERIOD = timedelta(days=90)
_SURE = 60  # per cent from which one press files a case by a proposal; below it the topics are shown first


@require_GET
@permit("triage:read")
def triage(request: HttpRequest) -> HttpResponse:
    """What messages were about, and how often people left what was proposed as it was, in the last ninety days."""
    since = now() - _PERIOD
    topics, agreed = spread(since=since), agreements(since=since)
    said = sum(one.said for one in agreed)
    context = {
        "topics": topics[:40],
        "most": topics[0].messages if topics else 0,
        "judged": sum(one.messages for one in topics),
        "agreed": agreed,
        "said": said,
        "share": round(100 * sum(one.agreed for one in agreed) / said) if said else None,
    }
    return render(request, "desk/triage/triage.html", context)


@require_GET
@permit("cases:read")
def topic_of_case(request: HttpRequest, number: str) -> HttpResponse:
    """What the case seems to be about, in the panel beside it."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    proposed = proposed_for(case)
    fits = proposed is not None and (proposed.kind in ("", "other", case.kind) or proposed.sure < _SURE)
    shown = {"case": case, "proposed": proposed, "fits": fits, "may_say": viewer.may("cases:write")}
    return render(request, "desk/triage/_topic.html", shown)
