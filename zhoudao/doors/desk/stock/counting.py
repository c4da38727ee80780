"""Stock-takes: begun, scanned, looked over, approved."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.stock.choosing import names_of, place_in, sku_in, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.stock.commands.counting import approve_count, ask_count, cancel_count, note_counted
from zhoudao.rooms.stock.models import Count, CountLine
from zhoudao.rooms.stock.reach import places_kept
from zhoudao.rooms.stock.refusals import StockRefused

_SHOWN = 25


@require_http_methods(["GET", "POST"])
@permit("stock:write")
def counts(request: HttpRequest) -> HttpResponse:
    """The last stock-takes of one's places; a new one begins here."""
    viewer = viewer_of(request)
    places = list(places_kept(viewer))
    if request.method == "POST":
        place = place_in(request.POST.get("place", ""), places)
        if place is None:
            raise Http404
        begun = ask_count(warehouse_id=place.id, by=By(viewer.actor), at=clock.now())
        return redirect("stock_count", begun.id)
    rows = list(Count.objects.filter(warehouse__in=places).select_related("warehouse").order_by("-id")[:_SHOWN])
    names = names_of({one.asked_by for one in rows} | {one.decided_by for one in rows})
    return render(request, "desk/stock/counts.html", {"places": places, "rows": rows, "names": names})


@require_http_methods(["GET", "POST"])
@permit("stock:write")
def count(request: HttpRequest, count_id: UUID) -> HttpResponse:
    """One stock-take: scan and count; then every difference, and approving them."""
    viewer = viewer_of(request)
    rows = Count.objects.filter(id=count_id, warehouse__in=list(places_kept(viewer)))
    found = rows.select_related("warehouse").first()
    if found is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, _done(found, request.POST, By(viewer.actor)))
            return redirect("stock_count", found.id)
        except StockRefused as error:
            refusal = said(error)
    lines = CountLine.objects.filter(count=found).select_related("balance__item").order_by("-counted_at", "-id")[:500]
    context = {
        "count": found,
        "lines": lines,
        "differing": sum(1 for line in lines if line.difference),
        "names": names_of({line.counted_by for line in lines}),
        "refusal": refusal,
        "given": request.POST if refusal else {},
    }
    return render(request, "desk/stock/count.html", context, status=422 if refusal else 200)


def _done(found: Count, given: QueryDict, by: By) -> str:
    """What was done, in words. Raises: StockRefused."""
    do, at = given.get("do", ""), clock.now()
    if do == "approve":
        approve_count(count_id=found.id, by=by, at=at)
        return _("Approved: the book is right now.")
    if do == "cancel":
        cancel_count(count_id=found.id, by=by, at=at)
        return _("Given up: the book stays as it was.")
    sku, counted = sku_in(given.get("sku", ""), is_new="is_new" in given), whole(given.get("counted", ""))
    line = note_counted(count_id=found.id, sku=sku, counted=counted, is_added="is_added" in given, by=by, at=at)
    return _("%(sku)s: %(quantity)s counted") % {"sku": sku, "quantity": line.counted}
