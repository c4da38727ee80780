"""Where items lie: scan an item, scan its bin; what it weighs, and whether packing asks for its batch."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.fulfilment.finding import place_chosen
from zhoudao.doors.desk.stock.choosing import sku_in, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.fulfilment.commands.bins import place_item, set_weight
from zhoudao.rooms.fulfilment.queries.lying import PAGE, lying
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused
from zhoudao.rooms.stock.commands.naming import ask_batch
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import StockRefused, WarehouseUnknown


@require_http_methods(["GET", "POST"])
@permit("picking:write")
def bins(request: HttpRequest) -> HttpResponse:
    """What lies where in a place, and what has no bin yet; every Enter says one anew."""
    place, places = place_chosen(request)
    given, refusal = request.POST if request.method == "POST" else request.GET, ""
    if request.method == "POST":
        try:
            messages.success(request, _put(place, given, By(viewer_of(request).actor)))
            return redirect(f"{reverse('bins')}?{urlencode({'place': place.code if place else ''})}")
        except (FulfilmentRefused, StockRefused) as error:
            refusal = said(error)
    words, only = request.GET.get("q", "").strip()[:80].replace("\0", ""), request.GET.get("only", "")
    after = request.GET.get("after", "").replace("\0", "")[:80]
    rows = lying(place.id, words=words, is_homeless=only == "homeless", after=after) if place else []
    kept = {"place": place.code if place else "", "q": words, "only": only}
    context = {
        "place": place,
        "places": places,
        "rows": rows[:PAGE],
        "next": urlencode(kept | {"after": rows[PAGE - 1].item.sku}) if len(rows) > PAGE else "",
        "words": words,
        "only": only,
        "given": given if refusal else {},
        "refusal": refusal,
    }
    return render(request, "desk/fulfilment/bins.html", context, status=422 if refusal else 200)


def _put(place: Warehouse | None, given: QueryDict, by: By) -> str:
    """What was said, in words. Raises: FulfilmentRefused, StockRefused."""
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    sku, code, grams = sku_in(given.get("sku", "")), given.get("code", ""), given.get("grams", "").strip()
    if grams:
        set_weight(sku=sku, grams=whole(grams))
    asks = given.get("batch", "")
    if asks in ("yes", "no"):
        ask_batch(sku=sku, is_asked=asks == "yes")
    if code.strip() or not (grams or asks):
        place_item(warehouse_id=place.id, sku=sku, code=code, by=by, at=clock.now())
    return _("%(sku)s: saved") % {"sku": sku}
