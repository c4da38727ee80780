"""Scanning goods in, and over to another place: every Enter is booked, the next scan can follow at once."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.stock.choosing import day, place_in, sku_in, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.stock.commands.correcting import transfer
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Movement, Warehouse
from zhoudao.rooms.stock.reach import places_kept
from zhoudao.rooms.stock.refusals import StockRefused, WarehouseUnknown

_KEPT = ("place", "target", "due_date", "reference")
_LATEST = 8


@require_http_methods(["GET", "POST"])
@permit("stock:write")
def move(request: HttpRequest) -> HttpResponse:
    """One line received, or sent to another place; what was chosen stays for the next."""
    viewer = viewer_of(request)
    given = request.POST if request.method == "POST" else request.GET
    do = "transfer" if given.get("do") == "transfer" else "receive"
    places = list(places_kept(viewer))
    refusal = ""
    if request.method == "POST":
        try:
            words = _book(do, given, places, By(viewer.actor))
        except StockRefused as error:
            refusal = said(error)
        else:
            messages.success(request, words)
            kept = {"do": do} | {name: given.get(name, "") for name in _KEPT if given.get(name)}
            return redirect(f"{reverse('stock_move')}?{urlencode(kept)}")
    targets = list(Warehouse.objects.filter(closed_at=None).order_by("priority", "code"))
    source = given.get("place") or next((one.code for one in places), "")
    context = {
        "do": do,
        "places": places,
        "targets": targets,
        "target": given.get("target") or next((one.code for one in targets if one.code != source), ""),
        "given": given,
        "refusal": refusal,
        "key": uuid4(),
        "latest": _latest(viewer),
    }
    return render(request, "desk/stock/move.html", context, status=422 if refusal else 200)


def _book(do: str, given: QueryDict, places: list[Warehouse], by: By) -> str:
    """What was booked, in words. Raises: StockRefused."""
    place = place_in(given.get("place", ""), places)
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    sku, quantity = sku_in(given.get("sku", ""), is_new="is_new" in given), whole(given.get("quantity", ""))
    more: dict[str, Any] = {"reference": given.get("reference", "")[:80], "by": by, "at": clock.now()}
    more["key"] = f"form:{given.get('key', '')[:60]}"
    if do == "receive":
        receive_stock(goods=[Goods(place.id, sku, quantity)], **more)
        return _("%(sku)s: %(quantity)s received") % {"sku": sku, "quantity": quantity}
    target = place_in(given.get("target", ""), Warehouse.objects.filter(closed_at=None))
    if target is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    due_date = day(given.get("due_date", ""))
    transfer(source_id=place.id, target_id=target.id, goods=[(sku, quantity)], due_date=due_date, **more)
    return _("%(sku)s: %(quantity)s sent") % {"sku": sku, "quantity": quantity}


def _latest(viewer: Viewer) -> list[Movement]:
    """What they booked last, to see that the scan was right."""
    rows = Movement.objects.filter(actor=viewer.actor, kind__in=["receipt", "transfer_out"])
    return list(rows.select_related("balance__item", "balance__warehouse").order_by("-id")[:_LATEST])
