"""How good each detector is, what it holds from which score on, and where its outcomes say it should begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
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
        "rows": [(one, [(rule, _kinds(rule.kind)) for rule in one.rows]) for one in found(at=at)],
        "through": through(at=at),
        "table": FINDINGS,
        "may_change": viewer.may("flows:write"),
        "may_holds": viewer.may("orders:read"),
    }
    return render(request, "desk/orders/detectors.html", context)


def _kinds(codes: str) -> str:
    """The kinds a row of the rules asks for, in words."""
    return _(", ").join(str(KINDS.get(code, code)) for code in codes.replace(" ", "").split(",") if code)
