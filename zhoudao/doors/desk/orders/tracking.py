"""What carriers told that found no parcel or could not be read: kept for a person."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.commands.forgetting import KEPT
from zhoudao.rooms.parcels.commands.reports import read_again
from zhoudao.rooms.parcels.queries.tracking import forgotten_since, unknown_numbers, unreadable

_YEAR = timedelta(days=365)


@require_safe
@permit("orders:write")
def unknown(request: HttpRequest) -> HttpResponse:
    """Numbers that no parcel has, and reports nobody could read: for whoever works in the whole company."""
    _only_everywhere(request)
    rows = [(one, called(one.carrier)) for one in unknown_numbers()]
    context = {
        "rows": rows,
        "reports": unreadable(),
        "forgotten": forgotten_since(clock.now() - _YEAR),
        "days": KEPT.days,
    }
    return render(request, "desk/orders/unknown.html", context)


@require_POST
@permit("orders:write")
def again(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """A report is tried again."""
    _only_everywhere(request)
    read_again(report_id)
    messages.success(request, _("It is tried again."))
    return redirect("orders_unknown_parcels")


def _only_everywhere(request: HttpRequest) -> None:
    """A number that is nobody's yet is of no store."""
    if not viewer_of(request).within(WRITE).is_everywhere:
        raise PermissionDenied
