"""A store's waiting, service and no-shows by need and day, each figure with exactly the numbers behind it."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS
from zhoudao.doors.desk.queue.place import Place, place_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import metric
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.visits import figures as meant
from zhoudao.rooms.visits.models import Need, Turn
from zhoudao.rooms.visits.queries.figures import PAGE, Asked, Row, behind, counted, steps
from zhoudao.rooms.visits.reach import SEE

OUTCOMES: dict[str, LazyText] = {
    "done": pgettext_lazy("visit", "Done"),
    "handed_over": pgettext_lazy("visit", "Handed over"),
    "left": pgettext_lazy("visit", "Left"),
    "no_show": pgettext_lazy("visit", "Did not come"),
    "day_over": pgettext_lazy("visit", "Ended with the day"),
    "": pgettext_lazy("visit", "In the queue"),
}


@frozen
class Line:
    """One row of a table: its name, its figures, and the address behind each of them by the figure's code."""

    name: str
    row: Row
    taken: str
    waiting: str
    service: str
    no_show: str
    gone: str


@require_GET
@permit("metrics:read")
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a store."""
    place = place_of(request, viewer_of(request), permission=SEE)
    context: dict[str, Any] = {
        "place": place,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "metrics": meant.ALL,
    }
    if place.store is not None:
        context |= _counted(request, place, clock.now())
    return render(request, "desk/queue/figures.html", context)


@require_GET
@permit("metrics:read")
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers behind a figure, the latest first."""
    viewer = viewer_of(request)
    place = place_of(request, viewer, permission=SEE)
    figure, need_id = request.GET.get("figure", ""), uuid_in(request.GET.get("need", ""))
    if place.store is None:
        raise Http404
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("first", "last"))
        rows = behind(Asked(place.store.id, first, last), figure, need_id)
    except (ValueError, KeyError) as error:
        raise Http404 from error
    if (cursor := uuid_in(request.GET.get("cursor", ""))) is not None:
        rows = rows.filter(id__lt=cursor)
    found = list(rows[: PAGE + 1])
    query = request.GET.copy()
    query["cursor"] = str(found[PAGE - 1].id) if len(found) > PAGE else ""
    context = {
        "place": place,
        "metric": metric(figure),
        "first": first,
        "last": last,
        "need": Need.objects.filter(id=need_id, store=place.store).first() if need_id else None,
        "rows": [_shown(turn, viewer) for turn in found[:PAGE]],
        "next": query.urlencode() if query["cursor"] else "",
    }
    return render(request, "desk/queue/numbers.html", context)


def _counted(request: HttpRequest, place: Place, at: datetime) -> dict[str, Any]:
    assert place.store is not None
    period = request.GET.get("period", "week")
    period = period if period in PERIODS else "week"
    last = at.astimezone(ZoneInfo(place.store.zone)).date()
    asked = Asked(place.store.id, last - timedelta(days=PERIODS[period][0] - 1), last)
    found = counted(asked)
    needs = {need.id: need for need in Need.objects.filter(store=place.store).order_by("letter")}
    names = {(need.id, step["code"]): step["names"] for need in needs.values() for step in need.steps}
    timed = [(needs[step.need_id], names.get((step.need_id, step.code)), step) for step in steps(asked)]
    by_need = [(need, found.by_need[need.id]) for need in needs.values() if need.id in found.by_need]
    return {
        "period": period,
        "total": _line("", found.total, place.store.code, asked),
        "by_need": [_line(need, row, place.store.code, asked, need=need.id) for need, row in by_need],
        "by_day": [
            _line(row.day, row, place.store.code, Asked(asked.store_id, row.day or last, row.day or last))
            for row in found.by_day
        ],
        "timed": sorted(
            ((need, name, step) for need, name, step in timed if name), key=lambda one: _place(one[0], one[2].code)
        ),
    }


def _place(need: Need, code: str) -> tuple[str, int]:
    """Steps in the order in which they are worked."""
    return need.letter, [step["code"] for step in need.steps].index(code)


def _line(name: Any, row: Row, store: str, asked: Asked, *, need: UUID | None = None) -> Line:
    query = {"store": store, "first": asked.first.isoformat(), "last": asked.last.isoformat()}
    query |= {"need": str(need)} if need else {}
    path = reverse("queue_numbers")
    return Line(name, row, *(f"{path}?{urlencode(query | {'figure': one.code})}" for one in meant.ALL))


@frozen
class Shown:
    """One number behind a figure; `case` only when the viewer may open it."""

    turn: Turn
    waited: timedelta | None
    took: timedelta | None
    outcome: str
    case: Case | None


def _shown(turn: Turn, viewer: Viewer) -> Shown:
    case: Case | None = getattr(turn.visit.conversation, "case", None) if turn.visit.conversation else None
    return Shown(
        turn=turn,
        waited=turn.called_at - turn.waits_since if turn.called_at else None,
        took=turn.ended_at - turn.began_at if turn.ended_at and turn.began_at else None,
        outcome=str(OUTCOMES[turn.outcome]),
        case=case if case and may(viewer, "cases:read", case) else None,
    )
