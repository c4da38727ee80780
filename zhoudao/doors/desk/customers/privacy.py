"""What somebody may ask of their data: all of it to read, or its end."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.customers.views import person_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.aftersales.refusals import ReturnsStillOpen
from zhoudao.rooms.cases.queries.people import PersonView
from zhoudao.rooms.cases.refusals import CasesStillOpen
from zhoudao.rooms.customers.commands import (
    CustomerNotFound,
    ErasureUnsound,
    WholeCompanyOnly,
    erase_customer,
    export_customer,
    need_whole_company,
)
from zhoudao.rooms.orders.refusals import OrdersStillOpen
from zhoudao.rooms.pickups.refusals import PickupsStillOpen
from zhoudao.rooms.repairs.refusals import RepairsStillOpen

_REASONS: dict[str, LazyText] = {
    "request": gettext_lazy("The customer asks for it"),
    "retention": gettext_lazy("The time we may keep it is over"),
    "mistake": gettext_lazy("It should never have been kept"),
}

_STILL_OPEN = (CasesStillOpen, OrdersStillOpen, ReturnsStillOpen, PickupsStillOpen, RepairsStillOpen)


@require_GET
@permit("customers:export")
def privacy(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """What can be asked for, and what stays by law."""
    return _page(request, person_or_404(viewer_of(request), customer_id))


@require_POST
@permit("customers:export")
def export(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Everything we hold, as a file for the customer."""
    viewer = viewer_of(request)
    person = person_or_404(viewer, customer_id)
    try:
        everything = export_customer(customer_id=person.id, viewer=viewer, at=now())
    except (CustomerNotFound, WholeCompanyOnly) as refusal:
        return _page(request, person, said(refusal))
    body = json.dumps(everything, ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customer-{person.id}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@permit("customers:erase")
def erase(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """The end of all of it, once somebody said that they mean it."""
    viewer = viewer_of(request)
    person = person_or_404(viewer, customer_id)
    try:
        need_whole_company(viewer)
    except WholeCompanyOnly as refusal:
        return _page(request, person, said(refusal))
    if request.POST.get("sure") != "yes":
        return _page(request, person, _("Tick that you mean it: nothing brings the data back."))
    try:
        erase_customer(customer_id=person.id, reason=request.POST.get("reason", ""), at=now(), by=By(viewer.actor))
    except (CustomerNotFound, ErasureUnsound, *_STILL_OPEN) as refusal:
        return _page(request, person, said(refusal))
    messages.success(request, _("Everything we held of this customer was destroyed."))
    return redirect("customer", person.id)


def _page(request: HttpRequest, person: PersonView, refusal: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "person": person,
        "reasons": _REASONS.items(),
        "refusal": refusal,
        "may_erase": viewer_of(request).may("customers:erase") and not person.is_erased,
        "reason": request.POST.get("reason", "request"),
    }
    return render(request, "desk/customers/privacy.html", context, status=422 if refusal else 200)
