"""The packing table: a tote is scanned, then every piece, then the scale; and what is stopped goes back."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.fulfilment.finding import SOUNDS, in_words, name_of, place_chosen, tote_or_404
from zhoudao.doors.desk.stock.choosing import names_of, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.fulfilment.commands.batches import batches_in
from zhoudao.rooms.fulfilment.commands.packing import confirm_weight, hand_over_tote, pack_again, scan_pack, weigh
from zhoudao.rooms.fulfilment.commands.putting_back import put_all_back, scan_back
from zhoudao.rooms.fulfilment.commands.scanning import Read
from zhoudao.rooms.fulfilment.events import WEIGHT_REASONS
from zhoudao.rooms.fulfilment.models import Format, Step, Tote, ToteLine
from zhoudao.rooms.fulfilment.queries.building import bins_of
from zhoudao.rooms.fulfilment.queries.labels import setup_of
from zhoudao.rooms.fulfilment.queries.tables import to_pack, tote_named
from zhoudao.rooms.fulfilment.reach import CONFIRM, places_worked
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused, ToteNotFound
from zhoudao.rooms.fulfilment.weighing import BOXES, expected
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.parcels.commands.handing_over import Label
from zhoudao.rooms.parcels.refusals import ParcelRefused
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import StockRefused

_REFUSED = (FulfilmentRefused, StockRefused, ParcelRefused)


@require_http_methods(["GET", "POST"])
@permit("picking:write")
def table(request: HttpRequest) -> HttpResponse:
    """What waits to be packed or put back in a place; a scanned tote or order opens."""
    place, places = place_chosen(request)
    refusal = ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        found = tote_named(text, [one.id for one in places])
        if found is not None:
            return redirect("tote", found.id)
        refusal = said(ToteNotFound(text.strip()[:40]))
    is_back = request.GET.get("only") == "back"
    context = {
        "place": place,
        "places": places,
        "rows": to_pack(place.id, is_back=is_back) if place else [],
        "is_back": is_back,
        "refusal": refusal,
        **_labels(viewer_of(request), place),
    }
    return render(request, "desk/fulfilment/table.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("picking:write")
def tote(request: HttpRequest, tote_id: UUID) -> HttpResponse:
    """One tote: what is to go into its parcel, or back into the bins; every scan is said and heard."""
    viewer = viewer_of(request)
    found = tote_or_404(viewer, tote_id)
    heard: dict[str, Any] = {}
    if request.method == "POST":
        given = request.POST
        read = Read(given.get("text", ""), whole(given.get("quantity", "1")), uuid_in(given.get("key", "")))
        scan = scan_back if found.state == Step.PUT_BACK else scan_pack
        try:
            scanned = scan(tote_id=found.id, read=read, by=By(viewer.actor), at=clock.now())
            heard = {"said": in_words(scanned), "sound": SOUNDS.get(scanned.outcome, "wrong")}
        except _REFUSED as refusal:
            heard = {"said": said(refusal), "sound": "wrong"}
        found.refresh_from_db()
    return _shown(request, viewer, found, heard)


@require_POST
@permit("picking:write")
def act(request: HttpRequest, tote_id: UUID) -> HttpResponse:
    """Weighed, confirmed, packed again, handed over, put back."""
    viewer = viewer_of(request)
    found = tote_or_404(viewer, tote_id)
    do = request.POST.get("do", "")
    if do not in _DOES:
        return HttpResponseBadRequest()
    if do == "confirm" and not places_worked_by_lead(viewer, found):
        raise Http404
    try:
        _DOES[do](found.id, request.POST, {"by": By(viewer.actor), "at": clock.now()})
    except _REFUSED as refusal:
        messages.error(request, said(refusal))
    found.refresh_from_db()
    if found.state == Step.PUT_BACK and do != "back":
        messages.error(request, _("The order was stopped: put its goods back."))
    return redirect("tote", found.id)


def _labels(viewer: Viewer, place: Warehouse | None) -> dict[str, Any]:
    """How labels are printed here, for who may say so."""
    if place is None or not viewer.may(CONFIRM):
        return {}
    if not places_worked(viewer.within(CONFIRM)).filter(id=place.id).exists():
        return {}
    return {"labels": setup_of(place.id), "formats": Format.choices}


def places_worked_by_lead(viewer: Viewer, found: Tote) -> bool:
    """Whether they may say that a weight is right there."""
    return viewer.may(CONFIRM) and places_worked(viewer.within(CONFIRM)).filter(id=found.warehouse_id).exists()


def _weigh(id_: UUID, given: QueryDict, who: dict[str, Any]) -> None:
    weigh(tote_id=id_, box=given.get("box", ""), grams=whole(given.get("grams", "")), **who)


def _leave(id_: UUID, given: QueryDict, who: dict[str, Any]) -> None:
    hand_over_tote(tote_id=id_, label=Label(given.get("carrier", ""), given.get("tracking_number", "")), **who)


_DOES: dict[str, Any] = {
    "weigh": _weigh,
    "confirm": lambda id_, given, who: confirm_weight(tote_id=id_, reason=given.get("reason", ""), **who),
    "again": lambda id_, _given, who: pack_again(tote_id=id_, **who),
    "missing": lambda id_, _given, who: pack_again(tote_id=id_, is_missing=True, **who),
    "leave": _leave,
    "back": lambda id_, _given, who: put_all_back(tote_id=id_, **who),
}


def _shown(request: HttpRequest, viewer: Viewer, found: Tote, heard: dict[str, Any]) -> HttpResponse:
    rows = ToteLine.objects.filter(tote=found, picked__gt=0).select_related("item").order_by("item_id")
    lines = list(rows)
    is_back = found.state == Step.PUT_BACK
    done, of = sum(line.put_back if is_back else line.packed for line in lines), sum(line.picked for line in lines)
    is_full = found.state == Step.PICKED and done == of
    box = found.box or "small"
    is_off = is_full and found.weighed_grams is not None
    if heard.get("sound") == "right" and done == of:
        heard["sound"] = "done"
    batches = batches_in(found)
    bins = bins_of(found.warehouse_id, {line.item_id for line in lines}) if is_back else {}
    context = {
        "tote": found,
        "lines": [(line, bins.get(line.item_id, ""), batches.get(line.item_id, {}).items()) for line in lines],
        "may_ask": not is_back and any(line.item.asks_batch for line in lines),
        "asked": name_of(found.asked_sku) if found.asked_sku and found.state == Step.PICKED else "",
        "done": done,
        "of": of,
        "is_back": is_back,
        "is_full": is_full,
        "is_off": is_off,
        "boxes": [(code, words) for code, (words, _grams) in BOXES.items()],
        "box": box,
        "should": expected(lines, box) if is_full else None,
        "may_confirm": is_off and places_worked_by_lead(viewer, found),
        "reasons": WEIGHT_REASONS.items(),
        "carriers": CARRIERS.items(),
        "names": names_of({found.packed_by}),
        "key": uuid4(),
        **heard,
    }
    is_part = bool(getattr(request, "htmx", False))
    return render(request, "desk/fulfilment/_tote.html" if is_part else "desk/fulfilment/tote.html", context)
