"""What is stuck: runs that cannot go on by themselves, and events nobody could handle."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.commands import cancel_run, retry_incident
from zhoudao.conduct.flows.queries.incidents import incident_page
from zhoudao.conduct.flows.refusals import FlowRefusal
from zhoudao.doors.desk.flows.words import incident_word, said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.dispatch import replay_parked
from zhoudao.ground.eventlog.facts import sentence
from zhoudao.ground.eventlog.models import Parked
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case

_PAGE = 25


@require_GET
@permit("stuck:read")
def incidents(request: HttpRequest) -> HttpResponse:
    """Runs that are stuck, newest first."""
    try:
        page = incident_page(viewer_of(request), request.GET.get("cursor", ""))
    except (ValidationError, ValueError) as error:
        raise BadRequest("cursor") from error
    rows = [(row, incident_word(row.code)) for row in page.rows]
    return render(request, "desk/flows/incidents.html", {"rows": rows, "next": page.next})


@require_POST
@permit("stuck:write")
def retry(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """This will try again what got stuck."""
    try:
        is_free = retry_incident(incident_id=incident_id, at=now(), by=By(viewer_of(request).actor))
    except FlowRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        text = _("It goes on.") if is_free else _("It is still stuck.")
        messages.add_message(request, messages.SUCCESS if is_free else messages.ERROR, text)
    return redirect("stuck_runs")


@require_POST
@permit("stuck:write")
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This will end a run where it is."""
    try:
        cancel_run(run_id=run_id, why="by_hand", at=now(), by=By(viewer_of(request).actor))
    except FlowRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("The run was cancelled."))
    return redirect("stuck_runs")


@require_GET
@permit("stuck:read")
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Events a subscriber failed on six times, longest dead first: an error may repeat what somebody said, so whoever
    does not see everything sees those of their cases."""
    viewer, kept = viewer_of(request), Parked.objects.all()
    if not viewer.is_everywhere:
        kept = kept.filter(primary_id__in=Case.objects.filter(visible(viewer)).values("id"))
    rows = kept.exclude(dead_at=None).select_related("event").order_by("dead_at", "id")
    found = [(parked, sentence(parked.event.type, parked.event.attributes)) for parked in rows[: _PAGE + 1]]
    waiting = kept.filter(dead_at=None)[:1000].count()
    return render(
        request,
        "desk/flows/dead_letters.html",
        {"rows": found[:_PAGE], "has_more": len(found) > _PAGE, "waiting": waiting},
    )


@require_POST
@permit("stuck:write")
def replay(request: HttpRequest, parked_id: UUID) -> HttpResponse:
    """This will have the subscriber try again, in the order of the object's events."""
    replay_parked(parked_id, real_now=datetime.now(UTC))
    messages.success(request, _("It is being tried again."))
    return redirect("dead_letters")
