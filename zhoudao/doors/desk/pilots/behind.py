"""The cases, orders or days behind a number of a pilot."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhoudao.conduct.pilots.measured import Seen
from zhoudao.conduct.pilots.models import Side
from zhoudao.conduct.pilots.outcomes import OUTCOMES, Outcome
from zhoudao.conduct.pilots.queries import after_of, before_of, pilot_shown, stores_compared
from zhoudao.doors.desk.pilots.words import amount
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now

MOST = 100
_PLACES = {"case": "desk_case", "order": "order"}


@require_GET
@permit("improvement:read")
def behind(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Of one outcome, one side (`pilot`, `control`), before or after (`phase` says which), the last hundred."""
    one, asked = pilot_shown(pilot_id), request.GET
    of, side, when = OUTCOMES.get(asked.get("of", "")), asked.get("side", ""), asked.get("when", "")
    if one is None or of is None or not of.is_measured or side not in Side.values or when not in ("before", "after"):
        raise Http404
    stores = stores_compared(one)[side]
    phase = next((each for each in one.phases.all() if str(each.number) == asked.get("phase", "1")), None)
    if when == "before":
        frame = before_of(one, stores, at=now())
    elif phase is not None:
        frame = after_of(one, phase, stores, at=now())
    else:
        raise Http404
    names = {store.id: str(store) for store in stores}
    rows = [_line(Seen(*row), of, names) for row in of.seen(frame)[: MOST + 1]]
    may = viewer_of(request).may("cases:read" if of.of == "case" else "orders:read")
    context: dict[str, Any] = {
        "pilot": one, "of": of, "side": Side(side).label, "is_before": when == "before", "phase": phase,
        "rows": rows[:MOST], "is_more": len(rows) > MOST, "may": may, "since": frame.since, "until": frame.until,
    }  # fmt: skip
    return render(request, "desk/pilots/behind.html", context)


def _line(seen: Seen, of: Outcome, names: dict[UUID, str]) -> dict[str, Any]:
    place = _PLACES.get(of.of)
    return {
        "number": seen.number,
        "address": reverse(place, args=[seen.number]) if place else "",
        "store": names[seen.store_id],
        "at": seen.began_at,
        "value": amount(of, seen.value),
        "is_open": seen.is_open,
    }
