"""What carriers told that found no parcel or could not be read: kept for a person."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.commands.reports import read_again
from zhoudao.rooms.parcels.queries.tracking import unknown_numbers, unreadable


@require_safe
@permit("orders:write")
def unknown(request: HttpRequest) -> HttpResponse:
    """Numbers that no parcel has, and reports nobody could read: for whoever works in the whole company."""
    _only_everywhere(request)
    rows = [(one, called(one.carrier)) for one in unknown_numbers()]
    return render(request, "desk/orders/unknown.html", {"rows": rows, "reports": unreadable()})


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
