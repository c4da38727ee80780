"""The queue's page, its inside when something moved, and the strip on the counter page."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.queue.place import Place, place_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.visits.models import Line
from zhoudao.rooms.visits.queries.line import Standing, standing, warm
from zhoudao.rooms.visits.queries.serving import own_turn, shown_told, steps_of, waiting_row

SHOWN = 25


@require_GET
@permit("counter:write")
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits and who is served in one store; only the inside when it is read anew."""
    viewer, at = viewer_of(request), clock.now()
    place = place_of(request, viewer)
    context = _context(place, viewer, at)
    if request.headers.get("HX-Request"):
        return render(request, "desk/queue/_queue.html", context)
    return render(request, "desk/queue/queue.html", context | {"asked_id": uuid4()})


@require_GET
@permit("counter:write")
def strip(request: HttpRequest) -> HttpResponse:
    """One line on the counter page: the number at this counter, or who would be next."""
    viewer, at = viewer_of(request), clock.now()
    return render(request, "desk/queue/_strip.html", _context(place_of(request, viewer), viewer, at))


def poster_address(code: str) -> str:
    """What a store's QR code leads to."""
    return settings.BASE_URL + reverse("portal:take", args=[code])


def _context(place: Place, viewer: Viewer, at: datetime) -> dict[str, Any]:
    context: dict[str, Any] = {"place": place, "at": at}
    if place.line is None:
        return context
    seen = standing(place.line, at=at)
    turn = own_turn(viewer)
    warm([*seen.waiting[:SHOWN], *([turn] if turn else [])])
    rows = [waiting_row(one, viewer, at) for one in seen.waiting[:SHOWN]]
    return context | {
        "seen": seen,
        "rows": rows,
        "more": len(seen.waiting) - len(rows),
        "longest": max((at - one.waits_since for one in seen.waiting), default=None),
        "own": turn,
        "told": shown_told(turn.visit, viewer) if turn else None,
        "steps": steps_of(turn, at) if turn else [],
        "own_since": at - (turn.began_at or turn.called_at or at) if turn else None,
        "others": [one for one in seen.busy if turn is None or one.id != turn.id],
        "next": _next(seen, place),
        "is_shut": not seen.is_open,
        "address": _address(place.line),
    }


def _next(seen: Standing, place: Place) -> int:
    """How many wait for what this counter serves."""
    return sum(place.need_ids is None or one.need_id in place.need_ids for one in seen.waiting)


def _address(line: Line) -> str:
    return poster_address(line.store.code)
