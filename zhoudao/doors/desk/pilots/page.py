"""The list of pilots, and one pilot: where it stands, what is to be done, where it is tried, what is known."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.conduct.improvement.commands.holding import READ
from zhoudao.conduct.improvement.queries.register import of_pilot
from zhoudao.conduct.pilots.models import RUNNING, STAGES, Decision, Finding, Pilot, Side, Stage, Why
from zhoudao.conduct.pilots.outcomes import outcome
from zhoudao.conduct.pilots.queries import (
    checklist,
    is_on_trial,
    pilot_shown,
    pilots_listed,
    trial_stores,
    versions_to_try,
)
from zhoudao.doors.desk.pilots.showing import balance_lines, sides_picture, stage_steps, store_lines, watch_lines
from zhoudao.doors.desk.pilots.words import amount, promise
from zhoudao.doors.desk.studio.words import names_of
from zhoudao.ground.accounts.permits import permit, viewer_of


@require_GET
@permit("improvement:read")
def pilots(request: HttpRequest) -> HttpResponse:
    """The last ones, newest first."""
    rows = [
        (row, [str(place.store) for place in row.places.all() if place.side == Side.PILOT], outcome(row.primary).title)
        for row in pilots_listed()
    ]
    may = viewer_of(request).may("improvement:write")
    return render(request, "desk/pilots/pilots.html", {"rows": rows, "may": may})


@require_GET
@permit("improvement:read")
def pilot(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """One, as its stage needs it."""
    viewer, one = viewer_of(request), pilot_shown(pilot_id)
    if one is None:
        raise Http404
    found = {row.of: row for row in one.findings.all()}
    who = names_of({one.planned_by, one.decided_by, *(item.ticked_by for item in one.items.all())} - {""})
    context: dict[str, Any] = {
        "pilot": one,
        "of": outcome(one.primary),
        "least": amount(outcome(one.primary), one.least),
        "also": [outcome(code) for code in one.outcomes[1:]],
        "steps": stage_steps(one),
        "lines": [(line, who.get(line.ticked_by, "")) for line in checklist(one.items.all(), one.stage)],
        "who": who,
        "may": viewer.may("improvement:write"),
        "plan": found.get(Finding.Of.PLAN),
        "comparison": found.get(Finding.Of.COMPARISON),
        "watch": watch_lines(one, found.get(Finding.Of.WATCH)),
        "alarms": [(alarm.at, outcome(alarm.outcome).title) for alarm in one.alarms.all()],
        "decisions": Decision.choices,
        "whys": Why.choices,
        "decided_by": who.get(one.decided_by, ""),
        "pilots": [place.store for place in one.places.all() if place.side == Side.PILOT],
        "controls": [place.store for place in one.places.all() if place.side == Side.CONTROL],
        "initiatives": of_pilot(one.id) if viewer.covers(READ) else [],
        "has_items": one.stage in STAGES and not one.is_everywhere,
    }
    if one.stage == Stage.PREPARE:
        context |= _choosing(request, one, context["plan"])
    if one.stage == Stage.OPTIMISE and one.version:
        context["versions"] = versions_to_try(viewer.language, one.version.key)
    if one.stage in RUNNING and one.version and not one.is_everywhere:
        context["is_elsewhere"] = not is_on_trial(one)
    return render(request, "desk/pilots/pilot.html", context)


def _choosing(request: HttpRequest, one: Pilot, plan: Finding | None) -> dict[str, Any]:
    """All stores with what is known of them; `?take=proposal` fills in what is proposed."""
    body = plan.body if plan is not None else {}
    of = outcome(one.primary)
    is_taken = request.GET.get("take") == "proposal"
    sides = body.get("sides")
    return {
        "stores": store_lines(one, trial_stores(), body, is_taken=is_taken),
        "proposal": body.get("proposal"),
        "is_taken": is_taken,
        "is_of_proposal": bool(sides) and not one.places.all(),
        "promise": promise(of, one.least, one.weeks, sides, body["power"]) if sides and body.get("power") else [],
        "balance": balance_lines(body.get("balance")),
        "picture": sides_picture(of, body.get("weekly")),
    }
