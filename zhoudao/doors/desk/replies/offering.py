"""The list that `/` opens in the composer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.teamwork.queries import offers


@require_GET
@permit("messages:write")
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """What fits the letters after the slash, ready to be put in."""
    viewer, typed = viewer_of(request), request.GET.get("q", "")[:60]
    found = offers(case_or_404(viewer, number), viewer, typed, at=now())
    return render(request, "desk/replies/_offers.html", {"offers": found, "typed": typed})
