"""Suggestions: everybody's own, and for who writes the register all of them, to be answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.conduct.improvement.commands.holding import READ, WRITE
from zhoudao.conduct.improvement.commands.suggestions import decline_suggestion, merge_suggestion, suggest
from zhoudao.conduct.improvement.models import OPEN, Initiative
from zhoudao.conduct.improvement.queries.register import flow_names, open_ones
from zhoudao.conduct.improvement.queries.suggestions import all_suggestions, answering, suggestions_of
from zhoudao.conduct.improvement.refusals import ImprovementRefusal
from zhoudao.doors.desk.improvement.asking import today
from zhoudao.doors.desk.improvement.register import card_of
from zhoudao.doors.desk.improvement.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in


@require_http_methods(["GET", "POST"])
@permit("suggestions:write")
def mine(request: HttpRequest) -> HttpResponse:
    """GET: what one suggested and what became of it, with the initiatives one owns; POST suggests something."""
    viewer, given, refusal = viewer_of(request), request.POST, ""
    if request.method == "POST":
        written = {name: given.get(name, "") for name in ("words", "benefit", "step")}
        try:
            suggest(**written, flow_key=given.get("flow", ""), viewer=viewer, at=clock.now())
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("Thank you. You will read here, and be told, what becomes of it."))
            return redirect("suggestions")
    rows, after = suggestions_of(viewer.user_id, after=uuid_in(request.GET.get("after", "")))
    flows = flow_names(viewer.language)
    own = Initiative.objects.filter(owner=viewer.user_id, stage__in=OPEN).select_related("store")
    context: dict[str, Any] = {
        "rows": [(one, flows.get(one.flow_key, one.flow_key)) for one in rows],
        "next": after,
        "flows": flows.items(),
        "own": [card_of(one, today()) for one in own.order_by("due_date", "id")[:25]],
        "given": given if refusal else {},
        "refusal": refusal,
        "may_read": viewer.covers(READ),
        "user_id": viewer.user_id,
    }
    return render(request, "desk/improvement/suggestions.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("improvement:read")
def everybodys(request: HttpRequest) -> HttpResponse:
    """GET: everybody's, those that wait first; POST answers one: declined with a reason, or part of an initiative."""
    viewer, refusal = viewer_of(request), ""
    if request.method == "POST":
        try:
            _answer(request)
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("Answered. Who suggested it is thanked and told."))
            return redirect("suggestions_of_all")
    is_waiting = request.GET.get("show") != "all"
    rows, after = all_suggestions(is_waiting=is_waiting, after=uuid_in(request.GET.get("after", "")))
    flows = flow_names(viewer.language)
    context: dict[str, Any] = {
        "rows": [(one, flows.get(one.flow_key, one.flow_key)) for one in rows],
        "next": after,
        "is_waiting": is_waiting,
        "found": answering(clock.now()),
        "open_ones": open_ones(),
        "may_write": viewer.covers(WRITE),
        "refusal": refusal,
        "given": request.POST if refusal else {},
    }
    return render(request, "desk/improvement/answering.html", context, status=422 if refusal else 200)


def _answer(request: HttpRequest) -> None:
    viewer, given, at = viewer_of(request), request.POST, clock.now()
    who: dict[str, Any] = {"suggestion_id": uuid_in(given.get("suggestion", "")), "viewer": viewer, "at": at}
    if given.get("do") == "merge":
        merge_suggestion(initiative_id=uuid_in(given.get("initiative", "")), **who)
    else:
        decline_suggestion(reason=given.get("reason", ""), **who)
