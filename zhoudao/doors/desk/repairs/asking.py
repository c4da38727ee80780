"""A repair asked for on the customer's behalf, from their order: which line, its serial number, what is wrong."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.pieces import had_of
from zhoudao.rooms.cases.queries.orders import cases_about, order_for
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.registering import line_of
from zhoudao.rooms.repairs.commands.requesting import MOST_PHOTOS, How, request_for_line
from zhoudao.rooms.repairs.kinds import Symptom
from zhoudao.rooms.repairs.queries.for_customers import devices_of_order
from zhoudao.rooms.repairs.queries.listing import WRITE, repairs_of_order
from zhoudao.rooms.repairs.refusals import AlreadyInRepair, RepairRefused
from zhoudao.rooms.repairs.saying import said_in


@require_http_methods(["GET", "POST"])
@permit("repairs:write")
def ask(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET shows what was delivered and which devices are known; POST asks for the repair of one."""
    viewer, given, refusal = viewer_of(request), request.POST, ""
    found = order_for(viewer, order_number, WRITE)
    if found is None:
        raise Http404
    key = uuid_in(given.get("key", "")) or uuid4()
    if request.method == "POST":
        try:
            line = line_of(found, max(-1, whole(given.get("line", ""))))
            made = request_for_line(
                order_id=found.id,
                line_id=line.id,
                serial=given.get("serial", ""),
                said=said_in(given, request.FILES.getlist("photos")),
                how=How(key, conversation_id=_thread(request, found)),
                by=By(viewer.actor, channel="desk"),
                at=clock.now(),
            )
            messages.success(request, _("The repair is asked for."))
            return redirect("repair", made.number)
        except AlreadyInRepair as error:
            messages.error(request, said(error))
            return redirect("repair", error.detail)
        except RepairRefused as error:
            refusal = said(error)
    context: dict[str, Any] = {
        "order": found,
        "lines": had_of(found),
        "devices": devices_of_order(found),
        "before": repairs_of_order(found.id),
        "symptoms": Symptom.choices,
        "given": given,
        "case": given.get("case", "") or request.GET.get("case", ""),
        "most_photos": MOST_PHOTOS,
        "key": key,
        "refusal": refusal,
    }
    return render(request, "desk/repairs/ask.html", context, status=422 if refusal else 200)


def _thread(request: HttpRequest, found: Order) -> UUID | None:
    """The conversation of the case it was begun from, if that is about this order's customer."""
    number = request.POST.get("case", "")
    cases = cases_about(viewer_of(request), found) if number else []
    case = next((one for one in cases if one.number == number), None)
    return case.conversation_id if case else None
