"""One figure: its history, what is usual, its target and how one is set."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.figures.asking import Days, Place, cases_address, figure_or_404, place_of
from zhoudao.doors.desk.figures.drawing import history
from zhoudao.doors.desk.figures.page import row_of
from zhoudao.doors.desk.figures.words import gap_of, said, typed, unit_word, untyped, worded
from zhoudao.engines.targets import FEWEST_DAYS, Baseline, Day, misses
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import Metric
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.targets.commands import Wanted, end_target, may_set, set_target
from zhoudao.rooms.targets.history import PROPOSAL_DAYS, days_of, line_of, page_of_days, proposal_of, whole_days
from zhoudao.rooms.targets.models import Shortfall, Target
from zhoudao.rooms.targets.queries import past_targets, shortfalls_of
from zhoudao.rooms.targets.refusals import ReasonMissing, TargetRefusal, TargetUnsound


@require_GET
@permit("metrics:read")
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """Ninety days as a drawing, all of them as a table."""
    return _page(request, figure_or_404(name), _theirs(viewer_of(request), request.GET))


@require_POST
@permit("metrics:target")
def target(request: HttpRequest, name: str) -> HttpResponse:
    """Sets what it is to reach, or takes that away."""
    viewer, about = viewer_of(request), figure_or_404(name)
    place = _theirs(viewer.within("metrics:read"), request.POST)
    seen, refusal = uuid_in(request.POST.get("seen", "")), ""
    try:
        _decide(request, about, place.store_id, seen, viewer)
    except TargetRefusal as error:
        refusal = said(error)
    else:
        messages.success(request, _("The target is kept.") if "set" in request.POST else _("The target is gone."))
        return redirect(f"{reverse('figure', args=[about.code])}?{place.query}")
    return _page(request, about, place, refusal)


def _theirs(viewer: Viewer, query: QueryDict) -> Place:
    """Who sees no place's figures has no page of one either."""
    place = place_of(viewer, query)
    if not place.is_any:
        raise Http404
    return place


def _decide(request: HttpRequest, about: Metric, store_id: UUID | None, seen: UUID | None, viewer: Viewer) -> None:
    which: dict[str, Any] = {"code": about.code, "store_id": store_id, "seen": seen, "viewer": viewer}
    if "set" not in request.POST:
        end_target(**which, at=clock.now())
        return
    value = untyped(about, request.POST.get("value", ""))
    if value is None:
        raise TargetUnsound
    if not request.POST.get("reason", "").strip():
        raise ReasonMissing
    needed, of = (_number(request.POST.get(field, "")) for field in ("needed", "of"))
    wanted = Wanted(value, needed, of, "is_sudden" in request.POST, request.POST["reason"])
    set_target(**which, wanted=wanted, at=clock.now())


def _page(request: HttpRequest, about: Metric, place: Place, refusal: str = "") -> HttpResponse:
    viewer, at = viewer_of(request), clock.now()
    today = whole_days(place.store_id, at)
    line = line_of(about, place.store_id, today=today)
    since = today - timedelta(days=PROPOSAL_DAYS)
    days = days_of(place.store_id, {about.code}, since=since, until=today - timedelta(days=1)).get(about.code, ())
    goal, measured = proposal_of(about, days), sum(one.value is not None for one in days)
    found, older = page_of_days(about.code, place.store_id, before=_day(request.GET.get("before", "")))
    context: dict[str, Any] = {
        "about": about,
        "place": place,
        "row": row_of(line, place),
        "target": line.target,
        **_drawn(line.target, about, days, line.usual),
        "days": [_told(about, place, line.target, one, today) for one in found],
        "older": older,
        "is_first": "before" not in request.GET,
        "proposal": worded(about, goal) if goal is not None else "",
        "proposed_of": measured,
        "fewest": FEWEST_DAYS,
        "benchmark": worded(about, about.benchmark.value) if about.benchmark else "",
        "unit": unit_word(about),
        "typed": request.POST if refusal else _typed(about, line.target, goal),
        "is_sudden": "is_sudden" in request.POST if refusal else line.target is None or line.target.is_sudden,
        "past": [(one, worded(about, one.value)) for one in past_targets(about.code, place.store_id)],
        "shortfalls": [_missed(row) for row in shortfalls_of(about.code, place.store_id)],
        "may_set": bool(about.better) and may_set(viewer, place.store_id),
        "refusal": refusal,
    }
    return render(request, "desk/figures/figure.html", context, status=422 if refusal else 200)


def _drawn(target: Target | None, about: Metric, days: tuple[Day, ...], usual: Baseline | None) -> dict[str, Any]:
    missed = {one.day for one in days if target and one.value is not None and misses(target.rule, one.value)}
    chart = history(days, usual, target.value if target else None, frozenset(missed))
    if chart is None:
        return {"chart": None}
    return {
        "chart": chart,
        "marks": [(y, worded(about, value)) for y, value in chart.marks],
        "dots": [(dot, worded(about, dot.day.value)) for dot in chart.dots],
    }


def _missed(row: Shortfall) -> dict[str, Any]:
    about = row.target.about
    return {"row": row, "value": worded(about, row.value), "target": worded(about, row.target.value)}


def _told(about: Metric, place: Place, target: Target | None, day: Day, today: date) -> dict[str, Any]:
    level, gap = gap_of(target, day.value)
    address = cases_address(about, place, Days(day.day, day.day, day.day >= today)) if day.cases else ""
    return {
        "day": day.day,
        "value": worded(about, day.value),
        "cases": day.cases,
        "level": level,
        "gap": gap,
        "address": address,
        "is_today": day.day == today,
    }


def _typed(about: Metric, target: Target | None, goal: float | None) -> dict[str, Any]:
    """What the form begins with: the target as it is, else what is proposed."""
    if target is None:
        return {"value": typed(about, goal), "needed": 3, "of": 5, "reason": ""}
    return {"value": typed(about, target.value), "needed": target.needed, "of": target.of, "reason": target.reason}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadRequest("before") from error
