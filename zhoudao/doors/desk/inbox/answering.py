"""By which way the customer is answered: what the composer offers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.inbox.enclosing import enclosed_in
from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.rooms.cases.queries.ways import ways_of


@require_GET
@permit("messages:write")
def ways(request: HttpRequest, number: str) -> HttpResponse:
    """The channels this customer can be answered on, the usual one chosen; and the files put with what is begun."""
    case = case_or_404(viewer_of(request), number)
    context = {"ways": ways_of(case), "enclosed": enclosed_in(request, case), "row": case}
    return render(request, "desk/inbox/_ways.html", context)
