"""Doing the same to one or many cases: choose, look ahead, do, watch, take back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app

from zhoudao.doors.desk.inbox.views import filter_of
from zhoudao.doors.desk.macros.forms import StepsForm, mended, words_of
from zhoudao.doors.desk.words import said, said_by_name
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.desk import narrowed
from zhoudao.rooms.teamwork.batches import (
    LOOKED_AT,
    MOST,
    RUNNING,
    ask_batch,
    batch_of,
    begin_batch,
    begin_undo,
    look_ahead,
    work_batch,
)
from zhoudao.rooms.teamwork.macros import macros
from zhoudao.rooms.teamwork.models import Batch, Macro
from zhoudao.rooms.teamwork.refusals import MacroBroken, TeamworkRefusal
from zhoudao.rooms.teamwork.steps import Moment, Steps

AT_ONCE = 20  # what one click does itself; more goes to a worker
_SHOWN = 30


@require_POST
@permit("cases:write")
def choose(request: HttpRequest) -> HttpResponse:
    """What shall be done to the chosen cases: a macro, or steps by hand."""
    return _choose(request, StepsForm(viewer=viewer_of(request)))


@require_POST
@permit("cases:write")
def preview(request: HttpRequest) -> HttpResponse:
    """How many it will be, what will not be possible, and why. Nothing is done yet."""
    viewer, form = viewer_of(request), StepsForm(request.POST, viewer=viewer_of(request))
    macro = _macro(viewer, request.POST.get("macro", ""))
    if macro is None and not form.is_valid():
        return _choose(request, form, status=422)
    try:
        steps = Steps.of(macro.steps) if macro else form.steps()
        batch = ask_batch(steps, chosen_ids(request.POST, viewer), viewer=viewer, at=now(), macro=macro)
    except MacroBroken as refusal:
        return _choose(request, form, refusal=mended(refusal), status=422, broken=macro)
    except TeamworkRefusal as refusal:
        return _choose(request, form, refusal=said(refusal), status=422)
    hindered = [(one.number, said_by_name(one.refusal, one.detail)) for one in look_ahead(batch, _moment(viewer))]
    context = {
        "batch": batch,
        "lines": words_of(steps),
        "hindered": hindered,
        "possible": batch.total - len(hindered),
        "unseen": max(0, batch.total - LOOKED_AT),
    }
    return render(request, "desk/macros/preview.html", context)


@require_POST
@permit("cases:write")
def run(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Does it: a few at once, many by a worker."""
    viewer = viewer_of(request)
    batch = begin_batch(batch_id=_own(viewer, batch_id).id, viewer=viewer, at=now())
    return _work(request, batch)


@require_POST
@permit("cases:write")
def undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Takes back what was done."""
    viewer = viewer_of(request)
    batch = begin_undo(batch_id=_own(viewer, batch_id).id, viewer=viewer, at=now())
    return _work(request, batch)


@require_GET
@permit("cases:write")
def progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far it is; asked again each second until it is done."""
    return _shown(request, _own(viewer_of(request), batch_id))


def _work(request: HttpRequest, batch: Batch) -> HttpResponse:
    if batch.state in RUNNING and batch.total <= AT_ONCE:
        work_batch(batch.id, _moment(viewer_of(request)))
    elif batch.state in RUNNING:
        app.configure_task("desk.work_batch").defer(batch_id=str(batch.id))
    return _shown(request, _own(viewer_of(request), batch.id))


def _shown(request: HttpRequest, batch: Batch) -> HttpResponse:
    states = list(batch.items.values_list("state", flat=True))
    left = sum(state in ("waiting", "back") for state in states)
    refused = batch.items.filter(state__in=["refused", "kept"]).select_related("case").order_by("place")[:_SHOWN]
    context = {
        "batch": batch,
        "lines": words_of(Steps.of(batch.steps)),
        "is_running": batch.state in RUNNING,
        "through": batch.total - left,
        "done": states.count("done"),
        "undone": states.count("undone"),
        "refused": [(item.case.number, said_by_name(item.refusal, item.detail)) for item in refused],
        "refused_count": sum(state in ("refused", "kept") for state in states),
    }
    return render(request, "desk/macros/progress.html", context)


def _choose(
    request: HttpRequest, form: StepsForm, *, refusal: str = "", status: int = 200, broken: Macro | None = None
) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "form": form,
        "macros": [(row, words_of(Steps.of(row.steps))) for row in macros(viewer).filter(retired_at=None)[:50]],
        "numbers": request.POST.get("numbers", ""),
        "query": request.POST.get("query", ""),
        "count": len(chosen_ids(request.POST, viewer)),
        "macro": request.POST.get("macro", ""),
        "refusal": refusal,
        "broken": broken,
    }
    return render(request, "desk/macros/choose.html", context, status=status)


def chosen_ids(asked: QueryDict, viewer: Viewer) -> Sequence[UUID]:
    """The cases meant: those named, or all of a view; only what the viewer may see, at most a thousand."""
    if query := asked.get("query", ""):
        rows = narrowed(viewer, filter_of(QueryDict(query)), at=now()).order_by("-updated_at", "-id")
    else:
        numbers = [number for number in asked.get("numbers", "").split(",") if number][:MOST]
        rows = narrowed(viewer, filter_of(QueryDict("view=all")), at=now()).filter(number__in=numbers)
    return list(rows.values_list("id", flat=True)[:MOST])


def _macro(viewer: Viewer, key: str) -> Macro | None:
    try:
        return macros(viewer).filter(id=UUID(key), retired_at=None).first()
    except ValueError:
        return None


def _own(viewer: Viewer, batch_id: UUID) -> Batch:
    batch = batch_of(viewer, batch_id)
    if batch is None:
        raise Http404
    return batch


def _moment(viewer: Viewer) -> Moment:
    return Moment(viewer, now(), datetime.now(UTC))
