"""A team's people and ways, changed by whoever leads it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.routing.scope import team_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.staff.commands import (
    LANGUAGES,
    NoSuchMember,
    TeamWithoutHours,
    Terms,
    TermsUnsound,
    join_team,
    leave_team,
    set_availability,
    set_hurrying,
    set_pushing,
    set_terms,
)
from zhoudao.rooms.staff.models import Calendar, Member
from zhoudao.rooms.staff.queries import who_could_join


@require_http_methods(["GET", "POST"])
@permit("routing:write")
def terms(request: HttpRequest, code: str, user_id: UUID) -> HttpResponse:
    """GET asks how somebody takes cases; POST keeps it."""
    viewer, at = viewer_of(request), now()
    team = team_or_404(viewer, code)
    member = Member.objects.filter(user_id=user_id, teams=team).select_related("user").first()
    if member is None:
        raise Http404
    if request.method == "GET":
        return _sheet(request, team, member)
    by, here = By(viewer.actor), "is_available" in request.POST
    try:
        set_terms(user_id=user_id, terms=_terms(request), by=by, at=at)
        set_availability(user_id=user_id, is_available=here, by=by, at=at)
    except TermsUnsound as refusal:
        return _sheet(request, team, member, said(refusal))
    return _kept(team, request)


@require_http_methods(["GET", "POST"])
@permit("routing:write")
def join(request: HttpRequest, code: str) -> HttpResponse:
    """GET asks whom to add to the team; POST adds them."""
    viewer = viewer_of(request)
    team, refusal = team_or_404(viewer, code), ""
    if request.method == "POST":
        try:
            join_team(user_id=_id(request.POST.get("user", "")), team=team, by=By(viewer.actor), at=now())
        except NoSuchMember:
            refusal = _("Choose a colleague.")
        else:
            return _kept(team, request)
    context = {"team": team, "users": who_could_join(team.id), "refusal": refusal}
    return render(request, "desk/routing/join.html", context, status=422 if refusal else 200)


@require_POST
@permit("routing:write")
def leave(request: HttpRequest, code: str, user_id: UUID) -> HttpResponse:
    """Takes somebody out of the team; what they hold they keep."""
    viewer = viewer_of(request)
    team = team_or_404(viewer, code)
    try:
        leave_team(user_id=user_id, team=team, by=By(viewer.actor), at=now())
    except NoSuchMember:
        raise Http404 from None
    return _kept(team, request)


@require_POST
@permit("routing:write")
def pushing(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the team is given cases unasked."""
    return _switched(request, code, partial(set_pushing, pushes=request.POST.get("pushes") == "yes"))


@require_POST
@permit("routing:write")
def hurrying(request: HttpRequest, code: str) -> HttpResponse:
    """Whether cases likely to miss a promise go before others in the team's line."""
    return _switched(request, code, partial(set_hurrying, hurries=request.POST.get("hurries") == "yes"))


def _switched(request: HttpRequest, code: str, switch: Callable[..., None]) -> HttpResponse:
    """One of a team's switches, turned."""
    viewer = viewer_of(request)
    try:
        switch(team=team_or_404(viewer, code), by=By(viewer.actor), at=now())
    except TeamWithoutHours as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("routing_team", code=code)


def _kept(team: Team, request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("routing_team", args=[team.code])
    return response


def _sheet(request: HttpRequest, team: Team, member: Member, refusal: str = "") -> HttpResponse:
    asked = request.POST
    context: dict[str, Any] = {
        "team": team,
        "member": member,
        "languages": LANGUAGES,
        "spoken": asked.getlist("languages") if refusal else member.languages,
        "skills": asked.get("skills", "") if refusal else "、".join(member.skills),
        "capacity": asked.get("capacity", "") if refusal else member.capacity,
        "calendars": Calendar.objects.order_by("code"),
        "refusal": refusal,
    }
    return render(request, "desk/routing/person.html", context, status=422 if refusal else 200)


def _terms(request: HttpRequest) -> Terms:
    asked = request.POST
    capacity = asked.get("capacity", "")
    skills = asked.get("skills", "").replace("，", ",").replace("、", ",").split(",")
    calendar = asked.get("calendar", "")
    return Terms(
        capacity=int(capacity) if capacity.isdecimal() and len(capacity) < 5 else -1,
        languages=tuple(asked.getlist("languages")),
        skills=tuple(skills),
        calendar_id=_id(calendar) if calendar else None,
    )


def _id(text: str) -> UUID:
    """The id somebody said; rubbish finds nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
