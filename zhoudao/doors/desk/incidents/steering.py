"""Moving an incident on: its stage, who has which part, its plan."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.incidents.pages import incident_context, incident_or_404
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.incidents.commands.planning import add_step, tick_step
from zhoudao.rooms.incidents.commands.steering import contain_incident, give_part, reopen_incident, resolve_incident
from zhoudao.rooms.incidents.refusals import IncidentRefusal, StageOutOfOrder

_MOVES: dict[str, Callable[..., Any]] = {
    "contain": contain_incident,
    "resolve": resolve_incident,
    "reopen": reopen_incident,
}


@require_POST
@permit("incidents:read")
def stage(request: HttpRequest, incident: str) -> HttpResponse:
    """Contained, resolved, or open again."""

    def move(**named: Any) -> object:
        command = _MOVES.get(request.POST.get("move", ""))
        if command is None:
            raise StageOutOfOrder
        return command(**named)

    return _did(request, incident, move, _("Noted."))


@require_POST
@permit("incidents:read")
def part(request: HttpRequest, incident: str) -> HttpResponse:
    """Somebody gets a part, or nobody has it."""
    asked = request.POST.get("user", "")

    def give(**named: Any) -> object:
        user_id = uuid_in(asked) or (UUID(int=0) if asked else None)  # nonsense is nobody's id, and refused
        return give_part(part=request.POST.get("part", ""), user_id=user_id, **named)

    return _did(request, incident, give, _("Noted."))


@require_POST
@permit("incidents:read")
def add(request: HttpRequest, incident: str) -> HttpResponse:
    """One more step."""
    words = request.POST.get("words", "")
    return _did(request, incident, lambda **named: add_step(words=words, **named), _("Added to the plan."))


@require_POST
@permit("incidents:read")
def tick(request: HttpRequest, incident: str, step_id: UUID) -> HttpResponse:
    """Done, or not done after all."""
    is_done = request.POST.get("done") == "1"
    return _did(request, incident, lambda **named: tick_step(step_id=step_id, is_done=is_done, **named), "")


def _did(request: HttpRequest, number: str, act: Callable[..., object], done: str) -> HttpResponse:
    viewer, row = viewer_of(request), incident_or_404(number)
    try:
        act(incident_id=row.id, viewer=viewer, at=now())
    except IncidentRefusal as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    response = render(request, "desk/incidents/_incident.html", incident_context(incident_or_404(number), viewer))
    return toast(response, done) if done else response
