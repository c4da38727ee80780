"""One visit: who, when, where; what is done with it; another time."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.visits.subjects import subjects_of
from zhoudao.doors.desk.visits.words import LACKING
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.fieldwork.commands.changing import cancel_visit, move_visit, reassign
from zhoudao.rooms.fieldwork.commands.going import begin_visit, end_visit, miss_visit, set_off
from zhoudao.rooms.fieldwork.commands.showing import show_place
from zhoudao.rooms.fieldwork.events import MISSES, OUTCOMES
from zhoudao.rooms.fieldwork.links import visit_path
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.queries.slots import Slot, slots_for
from zhoudao.rooms.fieldwork.reach import may_change, may_make, visit_for
from zhoudao.rooms.fieldwork.refusals import VisitRefused
from zhoudao.rooms.fieldwork.sealed import Told, told_of


@require_GET
@permit("visits:make")
def visit(request: HttpRequest, visit_number: str) -> HttpResponse:
    """One visit as it stands, with what can be done now."""
    viewer = viewer_of(request)
    return _shown(request, _or_404(viewer, visit_number), viewer)


@require_POST
@permit("visits:make")
def place(request: HttpRequest, visit_number: str) -> HttpResponse:
    """The address, name and phone in clear; that they were shown is noted."""
    viewer = viewer_of(request)
    found = _or_404(viewer, visit_number)
    try:
        told = show_place(visit_id=found.id, viewer=viewer, at=clock.now())
    except VisitRefused as refusal:
        return _shown(request, found, viewer, refusal=said(refusal))
    return _shown(request, found, viewer, told=told)


@require_POST
@permit("visits:make")
def act(request: HttpRequest, visit_number: str) -> HttpResponse:
    """One thing done with one visit; back on its page, or on the engineer's way."""
    viewer = viewer_of(request)
    found = _or_404(viewer, visit_number)
    work = _WORK.get(request.POST.get("do", ""))
    if work is None:
        return HttpResponseBadRequest()
    allowed, do = work
    if not allowed(viewer, found):
        raise Http404
    try:
        do(request, found, By(viewer.actor))
    except VisitRefused as refusal:
        messages.error(request, said(refusal))
    return redirect("visits") if request.POST.get("from") == "way" else redirect("field_visit", found.number)


@require_http_methods(["GET", "POST"])
@permit("visits:write")
def times(request: HttpRequest, visit_number: str) -> HttpResponse:
    """The times at which somebody able could come, by day; a POST moves the visit there."""
    viewer = viewer_of(request)
    found = _or_404(viewer, visit_number)
    if not may_change(viewer, found):
        raise Http404
    refusal = ""
    if request.method == "POST":
        starts_at, was_at = _moment(request.POST.get("start", "")), _moment(request.POST.get("was", ""))
        try:
            if starts_at is not None:
                by, at = By(viewer.actor), clock.now()
                move_visit(visit_id=found.id, starts_at=starts_at, was_at=was_at, by=by, at=at)
                messages.success(request, _("Saved."))
                return redirect("field_visit", found.number)
        except VisitRefused as error:
            refusal = said(error)
            found = _or_404(viewer, visit_number)
    was_at = found.starts_at  # slots are looked for on the row in hand
    offered = slots_for(found, at=clock.now())
    days = _by_day(offered.slots)
    day = next((one for one in days if f"{one}" == request.GET.get("day")), next(iter(days), None))
    context = {
        "visit": found,
        "was_at": was_at,
        "days": [(one, len(slots)) for one, slots in days.items()],
        "day": day,
        "slots": days.get(day, []) if day else [],
        "lacking": LACKING.get(offered.lacking, ""),
        "refusal": refusal,
    }
    return render(request, "desk/visits/times.html", context, status=422 if refusal else 200)


def _shown(
    request: HttpRequest, found: Visit, viewer: Viewer, *, told: Told | None = None, refusal: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "visit": found,
        "told": told or told_of(found).masked,
        "is_clear": told is not None,
        "about": subjects_of([found])[found.id],
        "may_change": may_change(viewer, found),
        "may_make": may_make(viewer, found),
        "may_show": viewer.user_id == found.engineer_id or viewer.may_wherever("customers:unmask"),
        "lacking": LACKING.get(found.lacking, ""),
        "outcomes": OUTCOMES.items(),
        "misses": MISSES.items(),
        "outcome_words": (OUTCOMES | MISSES).get(found.outcome, ""),
        "customers_page": visit_path(found),
        "lines": timeline([found.id])[::-1],
        "refusal": refusal,
    }
    return render(request, "desk/visits/visit.html", context, status=422 if refusal else 200)


def _or_404(viewer: Viewer, number: str) -> Visit:
    found = visit_for(viewer, number)
    if found is None:
        raise Http404
    return found


def _by_day(slots: tuple[Slot, ...]) -> dict[date, list[Slot]]:
    days: dict[date, list[Slot]] = {}
    for one in slots:
        days.setdefault(one.starts_at.astimezone(clock.zone()).date(), []).append(one)
    return days


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _take_proposal(_request: HttpRequest, found: Visit, by: By) -> None:
    if found.proposed_at is None:
        return
    who = found.proposed_engineer_id
    move_visit(visit_id=found.id, starts_at=found.proposed_at, was_at=None, engineer_id=who, by=by, at=clock.now())


def _give(request: HttpRequest, found: Visit, by: By) -> None:
    who = uuid_in(request.POST.get("engineer", ""))
    if who is not None:
        reassign(visit_id=found.id, engineer_id=who, by=by, at=clock.now())


_Do = Callable[[HttpRequest, Visit, By], object]
_WORK: dict[str, tuple[Callable[[Viewer, Visit], bool], _Do]] = {
    "off": (may_make, lambda _r, found, by: set_off(visit_id=found.id, by=by, at=clock.now())),
    "begin": (may_make, lambda _r, found, by: begin_visit(visit_id=found.id, by=by, at=clock.now())),
    "end": (
        may_make,
        lambda request, found, by: end_visit(
            visit_id=found.id, outcome=request.POST.get("outcome", ""), by=by, at=clock.now()
        ),
    ),
    "miss": (
        may_make,
        lambda request, found, by: miss_visit(
            visit_id=found.id, why=request.POST.get("why", ""), by=by, at=clock.now()
        ),
    ),
    "cancel": (may_change, lambda _r, found, by: cancel_visit(visit_id=found.id, by=by, at=clock.now())),
    "propose": (may_change, _take_proposal),
    "give": (may_change, _give),
}
