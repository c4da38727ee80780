"""Orders that go out as one: looked at before, then made one, or each its own again."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.orders.pages import order_or_404, said, shown
from zhoudao.doors.desk.words import said as refused
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.merging import MOST, check_together, others_of, together
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderRefused

_SUMS = ("goods", "discount", "shipping", "tax", "total")


@require_http_methods(["GET", "POST"])
@permit("orders:write")
def merge(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET shows what this order and the chosen ones (else all that could) would be as one; POST makes them one, or each
    its own again.
    """
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    asked = request.GET if request.method == "GET" else request.POST
    numbers = list(dict.fromkeys(asked.getlist("with")))[: MOST - 1]
    chosen = [order_or_404(viewer, number, WRITE) for number in numbers]
    if request.method == "GET":
        return _preview(request, found, chosen or _writable(request, found))
    if request.POST.get("do") not in ("merge", "separate"):
        return HttpResponseBadRequest()
    try:
        messages.success(request, _done(request, found, [one.id for one in chosen]))
    except OrderRefused as refusal:
        return shown(request, found, refusal=refused(refusal))
    return redirect(f"{reverse('order', args=[found.number])}#together")


def _done(request: HttpRequest, found: Order, others: Sequence[UUID]) -> str:
    """What was done, in words. Raises: OrderRefused."""
    by, at = By(viewer_of(request).actor), clock.now()
    if request.POST["do"] == "separate":
        separate_orders(order_id=found.id, by=by, at=at)
        return _("Each goes out by itself again.")
    merge_orders(order_id=found.id, others=others, by=by, at=at)
    return _("They go out as one now.")


def _writable(request: HttpRequest, found: Order) -> list[Order]:
    viewer = viewer_of(request)
    return [order_or_404(viewer, one.number, WRITE) for one in others_of(found)]


def _preview(request: HttpRequest, found: Order, others: Sequence[Order]) -> HttpResponse:
    try:
        check_together(found, others)
    except OrderRefused as refusal:
        return shown(request, found, refusal=refused(refusal))
    if not others:
        return redirect(f"{reverse('order', args=[found.number])}#together")
    whole = together(found, others)
    each = [(one, {name: said(getattr(one, f"{name}_minor"), one) for name in _SUMS}) for one in whole.orders]
    context = {
        "order": found,
        "others": others,
        "each": each,
        "whole": whole,
        "lines": [
            (one, line, said(line.price_minor, found), said(line.paid_minor, found)) for one, line in whole.lines
        ],
        "sums": {name: said(whole.sums[f"{name}_minor"], found) for name in _SUMS},
    }
    return render(request, "desk/orders/merge.html", context)
