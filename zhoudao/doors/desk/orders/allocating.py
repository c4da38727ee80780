"""What a person does about where an order is sent from: elsewhere, in parts, in one go."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.orders.pages import order_or_404, shown
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.orders.commands.reallocating import send_from
from zhoudao.rooms.orders.commands.splitting import merge_order, split_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderRefused, PlaceUnable
from zhoudao.rooms.stock.refusals import StockRefused


@require_POST
@permit("orders:write")
def allocate(request: HttpRequest, order_number: str) -> HttpResponse:
    """Sent from another place with why, split, or put together again."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    do = request.POST.get("do")
    if do not in ("move", "split", "merge"):
        return HttpResponseBadRequest()
    try:
        messages.success(request, _done(request, do, found, {"by": By(viewer.actor), "at": clock.now()}))
    except (OrderRefused, StockRefused) as refusal:
        return shown(request, found, refusal=said(refusal))
    return redirect(f"{reverse('order', args=[found.number])}#allocation")


def _done(request: HttpRequest, do: str, found: Order, asked: dict[str, Any]) -> str:
    """What was done, in words. Raises: OrderRefused, StockRefused."""
    if do == "split":
        split_order(order_id=found.id, **asked)
        return _("What is there goes ahead; the rest follows.")
    if do == "merge":
        merge_order(order_id=found.id, **asked)
        return _("It is sent in one go again.")
    place_id = uuid_in(request.POST.get("place", ""))
    if place_id is None:
        raise PlaceUnable
    send_from(order_id=found.id, place_id=place_id, why=request.POST.get("why", ""), **asked)
    return _("It is sent from there now.")
