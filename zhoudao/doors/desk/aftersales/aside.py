"""Goods that wait for somebody: set aside to be put right or sent to the supplier, and those of no return."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.stock.choosing import sku_in
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.commands.inspecting import settle_aside
from zhoudao.rooms.aftersales.commands.receiving import settle_stray
from zhoudao.rooms.aftersales.events import SETTLED_AS
from zhoudao.rooms.aftersales.models import Disposition, ReturnPiece, Stray
from zhoudao.rooms.aftersales.queries.listing import aside_at, places_inspected, strays_at
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.stock.refusals import StockRefused

_ENDS = (Disposition.RESTOCK, Disposition.VENDOR, Disposition.SCRAP)


@require_GET
@permit("returns:inspect")
def aside(request: HttpRequest) -> HttpResponse:
    """Both lists, of the places somebody works in."""
    places = list(places_inspected(viewer_of(request)))
    context = {
        "places": places,
        "pieces": aside_at(places),
        "strays": strays_at(places),
        "ends": [(one.value, one.label) for one in _ENDS],
        "settled": SETTLED_AS.items(),
    }
    return render(request, "desk/aftersales/aside.html", context)


@require_POST
@permit("returns:inspect")
def settle_piece(request: HttpRequest, piece_id: UUID) -> HttpResponse:
    """A piece is put right, sent to the supplier, or scrapped."""
    viewer = viewer_of(request)
    rows = ReturnPiece.objects.filter(id=piece_id, request__warehouse__in=places_inspected(viewer))
    if not rows.exists():
        raise Http404
    try:
        settle_aside(piece_id=piece_id, becomes=request.POST.get("becomes", ""), by=By(viewer.actor), at=clock.now())
        messages.success(request, _("Noted."))
    except (AftersalesRefused, StockRefused) as refusal:
        messages.error(request, said(refusal))
    return redirect("returns_aside")


@require_POST
@permit("returns:inspect")
def settle(request: HttpRequest, stray_id: UUID) -> HttpResponse:
    """What belonged to no return is taken into stock, sent back, or scrapped."""
    viewer, given = viewer_of(request), request.POST
    if not Stray.objects.filter(id=stray_id, warehouse__in=places_inspected(viewer)).exists():
        raise Http404
    try:
        as_, text = given.get("as", ""), given.get("sku", "")
        sku = sku_in(text) if as_ == "ours" else ""
        settle_stray(stray_id=stray_id, settled_as=as_, sku=sku, by=By(viewer.actor), at=clock.now())
        messages.success(request, _("Noted."))
    except (AftersalesRefused, StockRefused) as refusal:
        messages.error(request, said(refusal))
    return redirect("returns_aside")
