"""What the clock found: confirmed as an incident, or dismissed with a reason; and more of the same."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.incidents.pages import incident_context, incident_or_404
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.incidents.commands.surging import confirm_surge, dismiss_surge, join_alike
from zhoudao.rooms.incidents.refusals import IncidentRefusal, SurgeNotFound


@require_POST
@permit("incidents:write")
def confirm(request: HttpRequest, surge_id: UUID) -> HttpResponse:
    """An incident it is."""
    title = request.POST.get("title", "")
    try:
        row = confirm_surge(surge_id=surge_id, title=title, viewer=viewer_of(request), at=now())
    except SurgeNotFound:
        raise Http404 from None
    except IncidentRefusal as refusal:
        messages.error(request, said(refusal))
        return redirect("incidents")
    messages.success(request, _("The incident is open, and team leads are told."))
    return redirect("incident", row.number)


@require_POST
@permit("incidents:write")
def dismiss(request: HttpRequest, surge_id: UUID) -> HttpResponse:
    """No incident, and why."""
    reason = request.POST.get("reason", "")
    try:
        dismiss_surge(surge_id=surge_id, reason=reason, viewer=viewer_of(request), at=now())
    except SurgeNotFound:
        raise Http404 from None
    except IncidentRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Dismissed. It is not proposed again for a week, unless it doubles."))
    return redirect("incidents")


@require_POST
@permit("incidents:read")
def alike(request: HttpRequest, incident: str) -> HttpResponse:
    """Puts in what looks the same and came since."""
    viewer, row = viewer_of(request), incident_or_404(incident)
    try:
        count = join_alike(incident_id=row.id, viewer=viewer, at=now())
    except IncidentRefusal as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    text = ngettext("%(n)s case is part of %(number)s now.", "%(n)s cases are part of %(number)s now.", count)
    response = render(request, "desk/incidents/_incident.html", incident_context(incident_or_404(incident), viewer))
    return toast(response, text % {"n": count, "number": row.number})
