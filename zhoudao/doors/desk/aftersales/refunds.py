"""Refunds that wait for somebody: approved, refused, paid by hand, given to the payment service again."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.aftersales.finding import money, return_or_404
from zhoudao.doors.desk.aftersales.pages import shown
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import approve_refund, refuse_refund
from zhoudao.rooms.aftersales.commands.sending import send_again
from zhoudao.rooms.aftersales.models import Refund, RefundState
from zhoudao.rooms.aftersales.queries.listing import APPROVE, PAY, approving_roles, refund_page
from zhoudao.rooms.aftersales.refusals import AftersalesRefused

_NEEDS = {"approve": APPROVE, "refuse": APPROVE, "pay": PAY, "again": PAY}
_DONE = {
    "approve": _("Approved."),
    "refuse": _("Refused; whoever inspects it works it out anew."),
    "pay": _("Noted as paid; the customer is told."),
    "again": _("The payment service is asked about it, and told of it again where it knows nothing of it."),
}


@require_GET
@permit("returns:read")
def refunds(request: HttpRequest) -> HttpResponse:
    """Refunds still to be paid, or of one state, the newest first."""
    viewer, query = viewer_of(request), request.GET
    state = query.get("state", "") if query.get("state", "") in RefundState.values else ""
    rows, following = refund_page(viewer, state=state, after=uuid_in(query.get("after", "")))
    context = {
        "rows": [(one, money(one.amount_minor, one.currency)) for one in rows],
        "next": following,
        "state": state,
        "states": RefundState.choices,
    }
    return render(request, "desk/aftersales/refunds.html", context)


@require_POST
@permit("returns:read")
def act(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """Approved within one's limit, refused with a reason, noted as paid, or given to its payment service again."""
    viewer, given = viewer_of(request), request.POST
    do = given.get("do", "")
    if do not in _NEEDS:
        return HttpResponseBadRequest()
    refund = Refund.objects.filter(id=refund_id).select_related("request").first()
    if refund is None:
        raise Http404
    found = return_or_404(viewer, refund.request.number, _NEEDS[do])
    by, at = By(viewer.actor), clock.now()
    try:
        if do == "approve":
            approve_refund(refund_id=refund.id, roles=approving_roles(viewer, found), by=by, at=at)
        elif do == "refuse":
            refuse_refund(refund_id=refund.id, reason=given.get("reason", ""), by=by, at=at)
        elif do == "again":
            send_again(refund_id=refund.id, by=by, at=at, real_now=datetime.now(UTC))
        else:
            pay_by_hand(refund_id=refund.id, reference=given.get("reference", ""), by=by, at=at)
    except AftersalesRefused as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, str(_DONE[do]))
    return redirect("return", found.number)
