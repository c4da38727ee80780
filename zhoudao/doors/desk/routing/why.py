"""Why a case is with whom it is, or why it waits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.models import WORKING
from zhoudao.rooms.cases.queries.lines import standing_now
from zhoudao.rooms.cases.queries.routing import decisions_of


@require_GET
@permit("cases:read")
def why(request: HttpRequest, number: str) -> HttpResponse:
    """The last decision with everybody it looked at, what holds now where the case waits, and those before."""
    case = case_or_404(viewer_of(request), number)
    decisions = decisions_of(case.id)
    by_hand = case.owner_id is not None and (not decisions or decisions[-1].owner != str(case.owner_id))
    context = {
        "case": case,
        "last": decisions[-1] if decisions else None,
        "rules": next((one.rules for one in reversed(decisions) if one.rules), []),
        "earlier": decisions[:-1][::-1],
        "by_hand": by_hand,
        "standing": standing_now(case, at=now()) if case.owner_id is None and case.status in WORKING else None,
    }
    return render(request, "desk/routing/why.html", context)
