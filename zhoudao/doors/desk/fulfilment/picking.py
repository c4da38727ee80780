"""The station of whoever picks: one thing at a time, large, by scanner, on a phone."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.fulfilment.finding import SOUNDS, in_words, wave_or_404
from zhoudao.doors.desk.stock.choosing import names_of, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.fulfilment.commands.picking import scan_pick
from zhoudao.rooms.fulfilment.commands.scanning import Read
from zhoudao.rooms.fulfilment.commands.shorts import note_short
from zhoudao.rooms.fulfilment.models import Method, Stage, Step, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.walking import stops_of, unsorted_of
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused
from zhoudao.rooms.stock.refusals import StockRefused


@require_http_methods(["GET", "POST"])
@permit("picking:write")
def walk(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Where to go and what to take; what was scanned is said at once, and heard."""
    viewer = viewer_of(request)
    found = wave_or_404(viewer, wave_id)
    heard: dict[str, Any] = {}
    if request.method == "POST":
        given = request.POST
        read = Read(given.get("text", ""), whole(given.get("quantity", "1")), uuid_in(given.get("key", "")))
        try:
            scanned = scan_pick(wave_id=found.id, read=read, by=By(viewer.actor), at=clock.now())
            heard = {"said": in_words(scanned), "sound": SOUNDS.get(scanned.outcome, "wrong"), "scanned": scanned}
        except (FulfilmentRefused, StockRefused) as refusal:
            heard = {"said": said(refusal), "sound": "wrong"}
        found.refresh_from_db()
    return _shown(request, found, heard)


@require_POST
@permit("picking:write")
def short(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The rest of it is not there."""
    viewer = viewer_of(request)
    found = wave_or_404(viewer, wave_id)
    sku, is_empty = request.POST.get("sku", ""), request.POST.get("is_empty") == "yes"
    try:
        count = note_short(wave_id=found.id, sku=sku, is_empty=is_empty, by=By(viewer.actor), at=clock.now())
        words = ngettext("%(n)s is missing; go on.", "%(n)s are missing; go on.", count) % {"n": count}
        heard = {"said": words, "sound": "hint"}
    except (FulfilmentRefused, StockRefused) as refusal:
        heard = {"said": said(refusal), "sound": "wrong"}
    found.refresh_from_db()
    return _shown(request, found, heard)


def _shown(request: HttpRequest, found: Wave, heard: dict[str, Any]) -> HttpResponse:
    if found.state == Stage.CREATED:
        return redirect("wave", found.id)
    viewer = viewer_of(request)
    stops = stops_of(found) if found.state in (Stage.RELEASED, Stage.PICKING) else []
    loose = unsorted_of(found) if not stops and found.method == Method.BATCH else []
    picked, wanted = _pieces(found)
    hand = found.hand
    stop = stops[0] if stops else None
    context = {
        "wave": found,
        "stop": stop,
        "following": stops[1] if len(stops) > 1 else None,
        "loose": sum(line.picked - line.sorted for line in loose),
        "picked": picked,
        "wanted": wanted,
        "is_at_bin": stop is not None and (not stop.bin or hand.get("bin") == stop.bin),
        "in_hand": hand.get("quantity", 0) if stop and hand.get("sku") == stop.item.sku else 0,
        "is_cluster": found.method == Method.CLUSTER,
        "is_mine": not found.picker or found.picker == viewer.actor,
        "picker": names_of([found.picker]).get(found.picker, _("A colleague")),
        "key": uuid4(),
        **heard,
    }
    if heard and not stop and not loose and heard["sound"] == "right":
        context["sound"] = "done"
    is_part = bool(getattr(request, "htmx", False))
    return render(request, "desk/fulfilment/_stop.html" if is_part else "desk/fulfilment/walk.html", context)


def _pieces(found: Wave) -> tuple[int, int]:
    """How many are fetched, of how many (what is not there is not wanted any more)."""
    rows = ToteLine.objects.filter(tote__wave=found).exclude(tote__state__in=(Step.OUT, Step.PUT_BACK))
    counts = list(rows.values_list("picked", "wanted", "short"))
    return sum(one[0] for one in counts), sum(one[1] - one[2] for one in counts)
