"""What is done with an order: ended, its recipient looked at, a case opened about it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.orders.cancelling import words_of
from zhoudao.doors.desk.orders.pages import order_or_404, shown
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.commands.cancelling import cancel_whole
from zhoudao.rooms.aftersales.queries.cancelling import cancelled_of
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.conversations.commands import Inbound, ensure_desk, receive_message
from zhoudao.rooms.customers.commands.unmasking import MayNotUnmask, NothingToShow
from zhoudao.rooms.orders.commands.ending import complete_order
from zhoudao.rooms.orders.commands.unmasking import unmask_recipient
from zhoudao.rooms.orders.models import Outcome
from zhoudao.rooms.orders.refusals import OrderRefused


@require_POST
@permit("orders:write")
def act(request: HttpRequest, order_number: str) -> HttpResponse:
    """Cancelled with a reason, or completed."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    asked: dict[str, Any] = {"order_id": found.id, "by": By(viewer.actor), "at": clock.now()}
    try:
        if request.POST.get("do") == "cancel":
            outcome = request.POST.get("outcome", "") or Outcome.UNSURE
            cancel_whole(reason=request.POST.get("reason", ""), outcome=outcome, **asked)
            messages.success(request, words_of(next((one for one in cancelled_of(found) if one.is_all), None)))
        elif request.POST.get("do") == "complete":
            complete_order(**asked)
            messages.success(request, _("The order is completed."))
        else:
            return HttpResponseBadRequest()
    except OrderRefused as refusal:
        return shown(request, found, refusal=said(refusal))
    return redirect("order", found.number)


@require_http_methods(["GET", "POST"])
@permit("customers:unmask")
def recipient(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET asks why; POST shows who gets it in clear, and records who looked."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, "customers:unmask")
    context: dict[str, Any] = {}
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        try:
            who = unmask_recipient(order_id=found.id, viewer=viewer, reason=reason, at=clock.now())
            where = f"{who.province}{who.city}{who.district}{who.address}"
            context["value"] = "\n".join(filter(None, (who.name, who.phone.removeprefix("+86"), where)))
        except (MayNotUnmask, NothingToShow) as refusal:
            context["refusal"] = said(refusal)
    return render(request, "desk/parts/unmask.html", context)


@require_POST
@permit("cases:write")
def open_case(request: HttpRequest, order_number: str) -> HttpResponse:
    """A case of the order's customer about this order, from what a colleague writes down; sent twice it is one."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, "cases:write")
    words, kind = request.POST.get("words", "").strip(), request.POST.get("kind", "")
    if not words or kind not in Kind.values:
        return shown(request, found, refusal=_("Write down what it is about."))
    asked_id = uuid_in(request.POST.get("asked_id", "")) or uuid4()
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id=f"order/{found.number}/{asked_id}",
        customer_id=found.customer_id,
        text=words[:20_000],
        order_number=found.number,
        store=found.store.code,
        kind=kind,
        is_new_topic=True,
    )
    receive_message(inbound=inbound, at=clock.now())
    messages.success(request, _("The case is being opened; it appears here in a moment."))
    return redirect(f"{reverse('order', args=[found.number])}#cases")
