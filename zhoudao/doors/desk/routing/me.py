"""Whoever works here themselves: there or away, and the next case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.commands.taking import take_next
from zhoudao.rooms.cases.queries.lines import person_now
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.staff.commands import NoSuchMember, set_availability


@require_POST
@permit("cases:write")
def take(request: HttpRequest) -> HttpResponse:
    """The next waiting case that this colleague can do."""
    try:
        case = take_next(viewer=viewer_of(request), at=now())
    except CaseRefusal as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    if case is None:
        return toast(HttpResponse(status=204), _("Nothing waits that you can take. Well done."))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = f"{reverse('desk_case', args=[case.number])}?view=mine"
    return response


@require_http_methods(["GET", "POST"])
@permit("cases:read")
def presence(request: HttpRequest) -> HttpResponse:
    """Whether one is there, and what one holds; POST comes or goes. Empty for who takes no cases."""
    viewer, at = viewer_of(request), now()
    if viewer.user_id is None:
        return HttpResponse(status=204)
    if request.method == "POST":
        is_here, by = request.POST.get("here") == "yes", By(viewer.actor)
        try:
            set_availability(user_id=viewer.user_id, is_available=is_here, by=by, at=at)
        except NoSuchMember as refusal:
            return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    return render(request, "desk/routing/_me.html", {"me": person_now(viewer.user_id, at=at)})
