"""A team's line, its people and the rules that lead there, for whoever leads it."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.routing.scope import WRITE, leads
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.desk import rows_of
from zhoudao.rooms.cases.queries.lines import lines, people_now, waiting_now
from zhoudao.rooms.cases.queries.rules import rules_for
from zhoudao.rooms.staff.queries import teams_seen


@require_GET
@permit("team:read")
def first(request: HttpRequest) -> HttpResponse:
    """To the line in which somebody has waited longest."""
    found = lines(teams_seen(viewer_of(request)), at=now())
    if not found:
        return render(request, "desk/routing/team.html", {"lines": []})
    longest = max(found, key=lambda line: (line.waited is not None, line.waited or timedelta(0)))
    return redirect("routing_team", code=longest.team.code)


@require_GET
@permit("team:read")
def team(request: HttpRequest, code: str) -> HttpResponse:
    """One team: who waits and why, who works and how much, and the rules (at most twelve statements)."""
    viewer, at = viewer_of(request), now()
    found = lines(teams_seen(viewer), at=at)
    here = next((line for line in found if line.team.code == code), None)
    if here is None:
        raise Http404
    people = people_now(here.team.id, at=at)
    waiting = waiting_now(here.team.id, [one.person for one in people], pushes=here.pushes, at=at)
    rows = {row.id: row for row in rows_of([one.id for one in waiting], viewer, at=at)} if waiting else {}
    context = {
        "lines": found,
        "here": here,
        "people": people,
        "waiting": [(one, rows[one.id]) for one in waiting if one.id in rows],
        "rules": rules_for(code),
        "may_change": viewer.may(WRITE) and leads(viewer.within(WRITE), here.team.id),
    }
    inside = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "desk/routing/_team.html" if inside else "desk/routing/team.html", context)
