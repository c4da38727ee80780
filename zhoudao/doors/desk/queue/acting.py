"""What is done in the queue: each a press, back on the page it was pressed on."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.counter.opening import open_for_visit
from zhoudao.doors.desk.queue.place import Place, place_of, stand_at
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.visits.commands.calling import LONGEST_COUNTER, call_next, call_number, note_left, note_no_show
from zhoudao.rooms.visits.commands.serving import begin_serving, begin_step, finish_visit, hand_over
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.queries.serving import visit_for
from zhoudao.rooms.visits.refusals import LineUnknown, VisitNotFound, VisitRefused
from zhoudao.rooms.visits.told import Told


@require_POST
@permit("counter:write")
def mine(request: HttpRequest) -> HttpResponse:
    """Where this colleague stands, and what they serve."""
    place = _place(request, viewer_of(request))
    counter = " ".join(request.POST.get("counter", "").split())[:LONGEST_COUNTER]
    ids = [one for one in (uuid_in(text) for text in request.POST.getlist("need")) if one]
    stand_at(request, place, counter=counter, need_ids=ids)
    return _back(request)


@require_POST
@permit("counter:write")
def call(request: HttpRequest) -> HttpResponse:
    """Whoever is next; what is at this counter is finished first when the button says so."""
    viewer = viewer_of(request)
    place = _place(request, viewer)
    assert place.store is not None
    try:
        if finished := uuid_in(request.POST.get("finish", "")):
            finish_visit(visit_id=finished, viewer=viewer, at=clock.now())
        call_next(
            store_id=place.store.id,
            counter=place.counter,
            need_ids=place.need_ids,
            viewer=viewer,
            at=clock.now(),
        )
    except VisitRefused as refusal:
        messages.error(request, said(refusal))
    return _back(request)


@require_POST
@permit("counter:write")
def take(request: HttpRequest) -> HttpResponse:
    """A number for somebody without a phone."""
    viewer = viewer_of(request)
    place = _place(request, viewer)
    assert place.store is not None
    asked_id, need_id = uuid_in(request.POST.get("asked_id", "")) or uuid4(), uuid_in(request.POST.get("need", ""))
    asked = Asked(place.store.id, need_id or UUID(int=0), asked_id, "desk", Told(name=request.POST.get("name", "")))
    try:
        visit = take_number(asked, at=clock.now(), by=By(viewer.actor))
        messages.success(request, _("The number is {number}.").format(number=visit.number))
    except VisitRefused as refusal:
        messages.error(request, said(refusal))
    return _back(request)


@require_POST
@permit("counter:write")
def act(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One thing done with one number."""
    viewer = viewer_of(request)
    visit = visit_for(viewer, visit_id)
    if visit is None:
        raise Http404
    do = request.POST.get("do", "")
    if do == "counter":
        return open_for_visit(visit, viewer, at=clock.now())
    work = _WORK.get(do)
    if work is None:
        return HttpResponseBadRequest()
    try:
        work(request, visit, viewer)
    except (VisitNotFound, LineUnknown) as error:
        raise Http404 from error
    except VisitRefused as refusal:
        messages.error(request, said(refusal))
    return _back(request)


def _call(request: HttpRequest, visit: Visit, viewer: Viewer) -> None:
    counter = place_of(request, viewer).counter
    call_number(visit_id=visit.id, counter=counter, viewer=viewer, at=clock.now())


def _step(request: HttpRequest, visit: Visit, viewer: Viewer) -> None:
    begin_step(visit_id=visit.id, step=request.POST.get("step", ""), viewer=viewer, at=clock.now())


def _hand_over(request: HttpRequest, visit: Visit, viewer: Viewer) -> None:
    need_id = uuid_in(request.POST.get("need", "")) or UUID(int=0)
    hand_over(visit_id=visit.id, need_id=need_id, viewer=viewer, at=clock.now())


def _plain(command: Callable[..., Visit]) -> Callable[[HttpRequest, Visit, Viewer], None]:
    def work(request: HttpRequest, visit: Visit, viewer: Viewer) -> None:
        command(visit_id=visit.id, viewer=viewer, at=clock.now())

    return work


_WORK: dict[str, Callable[[HttpRequest, Visit, Viewer], None]] = {
    "call": _call,
    "begin": _plain(begin_serving),
    "finish": _plain(finish_visit),
    "no_show": _plain(note_no_show),
    "left": _plain(note_left),
    "step": _step,
    "hand_over": _hand_over,
}


def _place(request: HttpRequest, viewer: Viewer) -> Place:
    place = place_of(request, viewer)
    if place.store is None or place.line is None:
        raise Http404
    return place


def _back(request: HttpRequest) -> HttpResponse:
    name = "counter" if request.POST.get("from") == "counter" else "queue"
    return redirect(reverse(name))
