"""Before and after, pilot beside control: what is known, what is not, in words first."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.insight import verdict_words
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.models import Finding, Pilot
from zhoudao.conduct.pilots.outcomes import OUTCOMES
from zhoudao.conduct.pilots.queries import pilot_shown
from zhoudao.doors.desk.pilots.measures import Measure, measures_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now


@require_GET
@permit("improvement:read")
def comparison(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """One page: each outcome in words, with its picture and its cases; methods folded away."""
    one = pilot_shown(pilot_id)
    if one is None:
        raise Http404
    found = next((row for row in one.findings.all() if row.of == Finding.Of.COMPARISON), None)
    context: dict[str, Any] = {"pilot": one, "finding": found, "may": viewer_of(request).may("improvement:write")}
    if found is not None and found.body:
        context |= _phase_chosen(one, found, request.GET.get("phase", ""))
    context["unmeasured"] = [each for each in OUTCOMES.values() if not each.is_measured]
    return render(request, "desk/pilots/comparison.html", context)


def _phase_chosen(one: Pilot, found: Finding, asked: str) -> dict[str, Any]:
    """The phase that was asked for, else the last one."""
    phases = {str(phase["number"]): phase for phase in found.body["phases"]}
    number = asked if asked in phases else max(phases, key=int)
    measures = measures_of(phases[number]["found"])
    return {
        "phases": [(phase, str(phase.number) == number) for phase in one.phases.all() if str(phase.number) in phases],
        "number": number,
        "measures": measures,
        "overall": _overall(measures),
    }


def _overall(measures: list[Measure]) -> Any:
    """All effects in one picture, where there is more than one."""
    judged = [(each.title, each.found) for each in measures if each.found.effect is not None]
    return verdict_words.forest_picture(judged) if len(judged) > 1 else ""


@require_POST
@permit("improvement:write")
def again(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Made anew with what has happened since: the comparison, or before the start the plan."""
    one = Pilot.objects.filter(id=pilot_id).first()
    if one is None:
        raise Http404
    is_begun = one.started_at is not None
    ask_finding(one, Finding.Of.COMPARISON if is_begun else Finding.Of.PLAN, at=now())
    return redirect("pilot_comparison" if is_begun else "pilot", pilot_id)
