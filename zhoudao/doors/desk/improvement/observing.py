"""An observation sheet, made to be filled in on a phone."""

from datetime import date, time
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhoudao.conduct.improvement.commands.holding import may_work
from zhoudao.conduct.improvement.commands.observing import MOST_ROWS, Row, forget_observation, observe
from zhoudao.conduct.improvement.models import How
from zhoudao.conduct.improvement.queries.register import initiative_of
from zhoudao.conduct.improvement.refusals import ImprovementRefusal, SheetUnsound
from zhoudao.doors.desk.improvement.asking import today
from zhoudao.doors.desk.improvement.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in

_ROWS = 8


@require_http_methods(["GET", "POST"])
@permit("suggestions:write")
def sheet(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """GET: an empty sheet; POST keeps it, or takes one away."""
    viewer, given, refusal = viewer_of(request), request.POST, ""
    one = initiative_of(initiative_id)
    if one is None or not may_work(viewer, one):
        raise Http404
    if request.method == "POST":
        who: dict[str, Any] = {"initiative_id": one.id, "viewer": viewer}
        try:
            if given.get("do") == "forget":
                forget_observation(observation_id=uuid_in(given.get("row", "")) or UUID(int=0), **who)
            else:
                observe(**_sheet(given), at=clock.now(), **who)
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            return redirect("initiative", one.id)
    shown = max(_ROWS, len(given.getlist("start")))
    context = {
        "one": one,
        "ways": How.choices,
        "rows": [_typed(given, n) for n in range(shown)],
        "given": given if refusal else {"how": How.WATCHED, "day": today().isoformat(), "step": one.steps},
        "refusal": refusal,
    }
    return render(request, "desk/improvement/sheet.html", context, status=422 if refusal else 200)


def _typed(given: QueryDict, n: int) -> dict[str, str]:
    """A row as it was typed."""
    found = {name: given.getlist(name)[n : n + 1] for name in ("start", "end", "what", "waits")}
    return {name: values[0] if values else "" for name, values in found.items()}


def _sheet(given: QueryDict) -> dict[str, Any]:
    count = len(given.getlist("start"))
    if count > MOST_ROWS:
        raise SheetUnsound
    typed = [_typed(given, n) for n in range(count)]
    try:
        rows = [
            Row(time.fromisoformat(row["start"]), time.fromisoformat(row["end"]), row["what"], row["waits"] == "1")
            for row in typed
            if row["start"] or row["end"] or row["what"]
        ]
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise SheetUnsound from None
    words = {name: given.get(name, "") for name in ("how", "step", "note")}
    return {**words, "day": day, "rows": rows}
