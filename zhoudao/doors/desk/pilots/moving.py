"""A pilot goes on: items ticked, stages ended, the next version, the decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.conduct.flows.refusals import FlowRefusal
from zhoudao.conduct.pilots import commands
from zhoudao.conduct.pilots.refusals import PilotNotFound, PilotRefusal
from zhoudao.doors.desk.pilots.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in


@require_POST
@permit("improvement:write")
def tick(request: HttpRequest, pilot_id: UUID, item_id: UUID) -> HttpResponse:
    """Done, or not after all."""
    is_done = request.POST.get("done") == "1"
    return _do(request, pilot_id, commands.tick_item, item_id=item_id, is_done=is_done)


@require_POST
@permit("improvement:write")
def add(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Something of one's own on the list of a stage."""
    given = request.POST
    return _do(request, pilot_id, commands.add_item, stage=given.get("stage", ""), words=given.get("words", ""))


@require_POST
@permit("improvement:write")
def start(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Its stores work by it from now on."""
    done = _("It runs: new cases of the pilot stores go by it.")
    return _do(request, pilot_id, commands.start_pilot, done=done, reason=request.POST.get("reason", ""))


@require_POST
@permit("improvement:write")
def optimise(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """The first run is over."""
    done = _("Now it can be made better, or decided.")
    return _do(request, pilot_id, commands.optimise_pilot, done=done, reason=request.POST.get("reason", ""))


@require_POST
@permit("improvement:write")
def phase(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """The same stores go on with the next version."""
    given = request.POST
    next_: dict[str, Any] = {"version_id": uuid_in(given.get("version", "")), "change": given.get("change", "")}
    return _do(request, pilot_id, commands.begin_phase, done=_("The next phase has begun."), **next_)


@require_POST
@permit("improvement:write")
def decide(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Rolled out, kept, or taken back."""
    given = {name: request.POST.get(name, "") for name in ("decision", "why", "words")}
    return _do(request, pilot_id, commands.decide_pilot, done=_("Decided, and done."), **given)


@require_POST
@permit("improvement:write")
def give_up(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Deleted before it began."""
    try:
        commands.give_up_pilot(pilot_id=pilot_id, viewer=viewer_of(request), at=now())
    except PilotNotFound:
        raise Http404 from None
    except PilotRefusal as refusal:
        messages.error(request, said(refusal))
        return redirect("pilot", pilot_id)
    messages.success(request, _("Given up, and gone from the list."))
    return redirect("pilots")


def _do(
    request: HttpRequest, pilot_id: UUID, command: Callable[..., Any], *, done: str = "", **given: Any
) -> HttpResponse:
    try:
        command(pilot_id=pilot_id, viewer=viewer_of(request), at=now(), **given)
    except PilotNotFound:
        raise Http404 from None
    except (PilotRefusal, FlowRefusal) as refusal:
        messages.error(request, said(refusal))
    else:
        if done:
            messages.success(request, done)
    return redirect("pilot", pilot_id)
