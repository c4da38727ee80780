"""Where returns are taken in: a slip or parcel is scanned, then every piece; then each is inspected."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.aftersales.acting import postage_of
from zhoudao.doors.desk.aftersales.finding import here_or_404, money, place_chosen
from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.commands.inspecting import Finding, inspect_return
from zhoudao.rooms.aftersales.commands.receiving import keep_stray, receive_return
from zhoudao.rooms.aftersales.models import Condition, Disposition, ReturnRequest
from zhoudao.rooms.aftersales.policies import terms_of
from zhoudao.rooms.aftersales.queries.station import awaited_at, expected_of, is_label_of, returns_scanned
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.queries.balances import item_scanned
from zhoudao.rooms.stock.refusals import StockRefused

_REFUSED = (AftersalesRefused, StockRefused)
_MOST_PHOTOS = 9  # one more than are taken, so that too many are refused and not cut off


@require_http_methods(["GET", "POST"])
@permit("returns:inspect")
def table(request: HttpRequest) -> HttpResponse:
    """What is to be inspected here; a scanned slip, parcel or order opens its return."""
    place, places = place_chosen(request)
    text, refusal, found = request.POST.get("text", "").strip(), "", []
    if request.method == "POST" and place is not None:
        if request.POST.get("do") == "stray":
            _keep_stray(request, place)
            return redirect("returns_station")
        found = returns_scanned(text)
        if len(found) == 1:
            address = reverse("return_station", args=[found[0].number])
            return redirect(f"{address}?{urlencode({'parcel': text})}" if is_label_of(found[0], text) else address)
        if not found:
            refusal = _("No return has this number.")
    context = {
        "place": place,
        "places": places,
        "rows": awaited_at(place.id) if place else [],
        "found": found,
        "text": text,
        "refusal": refusal,
        "key": uuid4(),
    }
    return render(request, "desk/aftersales/table.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("returns:inspect")
def station(request: HttpRequest, slip: str) -> HttpResponse:
    """One return: every piece that arrived is scanned; what is not in it is kept apart."""
    found = here_or_404(viewer_of(request), slip)
    place, _places = place_chosen(request)
    heard: dict[str, Any] = {}
    if request.method == "POST" and place is not None:
        heard = _scanned(request, found, place)
        found.refresh_from_db()
    return _shown(request, found, place, heard)


@require_POST
@permit("returns:inspect")
def inspect(request: HttpRequest, slip: str) -> HttpResponse:
    """What was found of each item that is here."""
    viewer, given = viewer_of(request), request.POST
    found = here_or_404(viewer, slip)
    place, _places = place_chosen(request)
    try:
        inspect_return(
            request_id=found.id,
            findings=_findings(request),
            key=uuid_in(given.get("key", "")) or uuid4(),
            photos=[one.read() for one in request.FILES.getlist("photos")[:_MOST_PHOTOS]],
            postage_minor=postage_of(given, found.order.currency),
            by=By(viewer.actor),
            at=clock.now(),
        )
    except _REFUSED as refusal:
        return _shown(request, found, place, {"said": said(refusal), "sound": "wrong"}, status=422)
    messages.success(request, _("Inspected; the customer is told."))
    return redirect("return_station", found.number)


def _scanned(request: HttpRequest, found: ReturnRequest, place: Warehouse) -> dict[str, Any]:
    given, viewer = request.POST, viewer_of(request)
    text = given.get("text", "").strip()[:80]
    if given.get("do") == "stray":
        _keep_stray(request, place, found)
        return {"said": _("Kept apart: %(text)s") % {"text": text}, "sound": "hint"}
    item = item_scanned(text)
    sku = item.sku if item else text
    try:
        receive_return(
            request_id=found.id,
            counts={sku: whole(given.get("quantity", "1"))},
            warehouse_id=place.id,
            key=uuid_in(given.get("key", "")) or uuid4(),
            parcel=given.get("parcel", "")[:80],
            by=By(viewer.actor),
            at=clock.now(),
        )
    except _REFUSED as refusal:
        return {"said": f"{text}: {said(refusal)}", "sound": "wrong", "alien": text}
    return {"said": _("Here: %(item)s") % {"item": str(item) if item else sku}, "sound": "right"}


def _keep_stray(request: HttpRequest, place: Warehouse, found: ReturnRequest | None = None) -> None:
    given = request.POST
    try:
        keep_stray(
            text=given.get("text", ""),
            warehouse_id=place.id,
            key=uuid_in(given.get("key", "")) or uuid4(),
            request_id=found.id if found else None,
            quantity=whole(given.get("quantity", "1")),
            by=By(viewer_of(request).actor),
            at=clock.now(),
        )
    except _REFUSED as refusal:
        messages.error(request, said(refusal))
        return
    messages.success(request, _("Kept apart, for somebody to find out whose it is."))


def _findings(request: HttpRequest) -> list[Finding]:
    given = request.POST
    rows = [name.removeprefix("sku-") for name in given if name.startswith("sku-")]
    return [
        Finding(
            sku=given[f"sku-{row}"],
            count=whole(given.get(f"count-{row}", "")),
            condition=given.get(f"condition-{row}", ""),
            disposition=given.get(f"disposition-{row}", ""),
            lost_percent=whole(given.get(f"lost-{row}", "0") or "0"),
            batch=given.get(f"batch-{row}", "")[:200],
        )
        for row in rows
        if given.get(f"count-{row}", "") not in ("", "0")
    ]


def _shown(
    request: HttpRequest, found: ReturnRequest, place: Warehouse | None, heard: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    lines = expected_of(found)
    terms = terms_of(found)
    here, of = sum(line.here for line in lines), sum(line.expected for line in lines)
    if heard.get("sound") == "right" and here == of:
        heard["sound"] = "done"
    context = {
        "return": found,
        "place": place,
        "lines": lines,
        "here": here,
        "of": of,
        "to_inspect": [line for line in lines if line.to_inspect],
        "is_taking": found.needs_goods and found.state in ("approved", "sent", "received"),
        "conditions": Condition.choices,
        "dispositions": Disposition.choices,
        "label": found.tracking_number if found.is_labelled and found.fetched_minor is None else "",
        "is_label_seen": is_label_of(found, (request.POST or request.GET).get("parcel", "")),
        "postage": money(terms.postage_minor, found.order.currency) if terms.postage_minor else "",
        "key": uuid4(),
        **heard,
    }
    is_part = bool(getattr(request, "htmx", False))
    return render(
        request, "desk/aftersales/_station.html" if is_part else "desk/aftersales/station.html", context, status=status
    )
