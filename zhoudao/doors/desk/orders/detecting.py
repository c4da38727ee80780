"""How good each detector is, what it holds from which score on, and where its outcomes say it should begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.orders.hold_words import KINDS
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.queries.detectors import detectors as found
from zhoudao.rooms.orders.queries.detectors import through
from zhoudao.rooms.orders.tables import FINDINGS


@require_GET
@permit("metrics:read")
def detectors(request: HttpRequest) -> HttpResponse:
    """The company's figures of ninety days: they name nobody."""
    viewer, at = viewer_of(request), clock.now()
    context = {
        "rows": found(at=at),
        "kinds": KINDS,
        "through": through(at=at),
        "table": FINDINGS,
        "may_change": viewer.may("flows:write"),
        "may_holds": viewer.may("orders:read"),
    }
    return render(request, "desk/orders/detectors.html", context)
