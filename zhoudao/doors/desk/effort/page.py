"""What one case, and one customer's cases, have cost the customer: fetched when somebody looks."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.customers.views import group_or_404
from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.effort import of_person
from zhoudao.rooms.cases.queries.toll import toll

YEAR = timedelta(days=365)


@require_GET
@permit("cases:read")
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Counted now, from the messages."""
    case = case_or_404(viewer_of(request), number)
    return render(request, "desk/effort/_of_case.html", {"toll": toll(case.id, at=clock.now())})


@require_GET
@permit("customers:read")
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """A year, of the cases the viewer may see."""
    viewer = viewer_of(request)
    group = group_or_404(viewer, customer_id)
    found, most = of_person(viewer, group, since=clock.now() - YEAR)
    return render(request, "desk/effort/_of_customer.html", {"found": found, "most": most})
