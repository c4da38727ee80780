"""Waves: what waits, built and looked at before, released, printed, given up."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.fulfilment.finding import place_chosen, wave_or_404
from zhoudao.doors.desk.stock.choosing import names_of, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.code128 import code128
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.fulfilment.commands.waves import (
    cancel_wave,
    make_wave,
    pause_wave,
    release_wave,
    resume_wave,
    take_wave,
)
from zhoudao.rooms.fulfilment.models import Method, Stage, Step, Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.building import MOST, MOST_TOTES, floor_in, preview
from zhoudao.rooms.fulfilment.queries.walking import Stop, stops_of
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import StockRefused

_PAGE, _SIZE, _CART = 25, 20, 8


@require_GET
@permit("picking:write")
def waves(request: HttpRequest) -> HttpResponse:
    """The newest waves of a place, with how far each is."""
    place, places = place_chosen(request)
    rows = Wave.objects.filter(warehouse=place).order_by("-id")
    if request.GET.get("only") != "all":
        rows = rows.filter(ended_at=None)
    after = uuid_in(request.GET.get("after", ""))
    found = list((rows.filter(id__lt=after) if after else rows)[: _PAGE + 1])
    shown = found[:_PAGE]
    totes: Counter[tuple[UUID, str]] = Counter(
        Tote.objects.filter(wave__in=[one.id for one in shown]).values_list("wave_id", "state")
    )
    context = {
        "place": place,
        "places": places,
        "rows": [(one, _far(one, totes)) for one in shown],
        "names": names_of({one.picker for one in shown}),
        "is_all": request.GET.get("only") == "all",
        "next": shown[-1].id if len(found) > _PAGE else None,
    }
    return render(request, "desk/fulfilment/waves.html", context)


@require_http_methods(["GET", "POST"])
@permit("picking:write")
def build(request: HttpRequest) -> HttpResponse:
    """What a wave would take: chosen, looked at, made."""
    place, places = place_chosen(request)
    given = request.POST if request.method == "POST" else request.GET
    method = given.get("method", "") if given.get("method") in Method.values else Method.CLUSTER.value
    most = MOST_TOTES if method == Method.CLUSTER else MOST
    size, until = _size(given, method, most), _until(given.get("until", ""))
    refusal = ""
    if request.method == "POST" and place is not None:
        by = By(viewer_of(request).actor)
        asked: dict[str, Any] = {"method": method, "size": size, "until": until or clock.now()}
        try:
            made = make_wave(warehouse_id=place.id, by=by, at=clock.now(), **asked)
            return redirect("wave", made.id)
        except (FulfilmentRefused, StockRefused) as error:
            refusal = said(error)
    context = {
        "place": place,
        "places": places,
        "methods": Method.choices,
        "method": method,
        "size": size,
        "most": most,
        "until": localtime(until).strftime("%Y-%m-%dT%H:%M") if until else "",
        "refusal": refusal,
        **(_seen(place, method, size, until or clock.now()) if place else {}),
    }
    return render(request, "desk/fulfilment/build.html", context, status=422 if refusal else 200)


@require_GET
@permit("picking:write")
def wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """One wave: its orders, how far each is, and what can be done with it."""
    found = wave_or_404(viewer_of(request), wave_id)
    totes = list(Tote.objects.filter(wave=found).select_related("order").order_by("rank"))
    sums: dict[UUID, list[int]] = {tote.id: [0, 0, 0] for tote in totes}
    for line in ToteLine.objects.filter(tote__wave=found):
        for place, count in enumerate((line.wanted, line.picked, line.short)):
            sums[line.tote_id][place] += count
    context = {
        "wave": found,
        "totes": [(tote, *sums[tote.id]) for tote in totes],
        "names": names_of({found.picker, found.made_by}),
        "may_walk": found.state in (Stage.RELEASED, Stage.PICKING),
        "may_label": any(tote.state in (Step.PICKED, Step.PACKED) for tote in totes),
        "may_cancel": found.state in (Stage.CREATED, Stage.RELEASED, Stage.PICKING, Stage.PICKED, Stage.HELD),
    }
    return render(request, "desk/fulfilment/wave.html", context)


@require_POST
@permit("picking:write")
def act(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Released, held, gone on with, taken over or given up."""
    viewer = viewer_of(request)
    found = wave_or_404(viewer, wave_id)
    does = {
        "release": (release_wave, _("Released.")),
        "pause": (pause_wave, _("Held: nobody picks it for now.")),
        "resume": (resume_wave, _("It goes on.")),
        "take": (take_wave, _("It is yours now.")),
        "cancel": (cancel_wave, _("Given up: its orders wait again.")),
    }.get(request.POST.get("do", ""))
    if does is None:
        return HttpResponseBadRequest()
    try:
        does[0](wave_id=found.id, by=By(viewer.actor), at=clock.now())
        messages.success(request, does[1])
    except FulfilmentRefused as refusal:
        messages.error(request, said(refusal))
    goes_on = request.POST.get("do") in ("take", "resume") and request.POST.get("walks")
    return redirect("wave_walk" if goes_on else "wave", found.id)


@require_GET
@permit("picking:write")
def pick_list(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The list to be printed: the way, and a slip with a barcode for each tote."""
    found = wave_or_404(viewer_of(request), wave_id)
    stops = stops_of(found, only_left=False)
    totes = Tote.objects.filter(wave=found).exclude(state="out").select_related("order").order_by("rank")
    context = {
        "wave": found,
        "stops": stops,
        "pieces": sum(stop.wanted for stop in stops),
        "metres": _metres(found, stops),
        "bars": code128(found.number),
        "totes": [(tote, code128(tote.code)) for tote in totes],
    }
    return render(request, "desk/fulfilment/list.html", context)


def _metres(wave: Wave, stops: list[Stop]) -> float:
    """How far the way is; one by one, each order begins and ends at the front."""
    floor = floor_in(wave.warehouse_id)
    if wave.method != Method.SINGLE:
        return floor.metres([stop.bin for stop in stops])
    ways: dict[UUID, list[str]] = {}
    for stop in stops:
        ways.setdefault(stop.lines[0].tote_id, []).append(stop.bin)
    return sum(floor.metres(way) for way in ways.values())


def _seen(place: Warehouse, method: str, size: int, until: datetime) -> dict[str, Any]:
    seen = preview(place.id, until=until, size=size)
    return {"seen": seen, "metres": seen.walk(method), "alone": seen.walk(Method.SINGLE)}


def _size(given: QueryDict, method: str, most: int) -> int:
    asked = whole(given.get("size", ""))
    usual = _CART if method == Method.CLUSTER else _SIZE
    return min(asked, most) if asked > 0 else usual


def _until(text: str) -> datetime | None:
    """The cut-off, in the reader's zone; None: now."""
    try:
        said_at = datetime.fromisoformat(text)
        return make_aware(said_at) if said_at.tzinfo is None else said_at
    except (ValueError, OverflowError):
        return None


def _far(one: Wave, totes: Counter[tuple[UUID, str]]) -> dict[str, int]:
    """How many of its totes stand where."""
    of_wave = {state: count for (id_, state), count in totes.items() if id_ == one.id}
    is_done = ("picked", "packed", "shipped")
    total = sum(count for state, count in of_wave.items() if state != "out")
    done = sum(of_wave.get(state, 0) for state in is_done)
    return {"total": total, "done": done, "back": of_wave.get("put_back", 0)}
