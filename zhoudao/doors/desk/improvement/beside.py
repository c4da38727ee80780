"""What stands beside a case: the initiatives it is shown in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.conduct.improvement.commands.holding import WRITE
from zhoudao.conduct.improvement.queries.register import of_case as initiatives
from zhoudao.doors.desk.inbox.opening import opened_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of


@require_GET
@permit("cases:read")
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Part of the page of a case."""
    viewer = viewer_of(request)
    opened = opened_or_404(viewer, number)
    found = initiatives([opened.row.id, *(other.id for other in opened.merged)])
    context = {"number": number, "initiatives": found, "may_write": viewer.covers(WRITE)}
    return render(request, "desk/improvement/_of_case.html", context)
