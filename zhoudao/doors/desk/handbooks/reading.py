"""Reading a handbook, saying so, and seeing who has."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.models import Task
from zhoudao.conduct.flows.queries import task_view
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.handbooks.commands import (
    confirm_edition,
    may_make,
    open_edition,
    remind_readers,
)
from zhoudao.conduct.handbooks.models import Edition, Print, State
from zhoudao.conduct.handbooks.queries import (
    edition_for_step,
    flow_name,
    handbooks_for,
    readers,
    unread_count,
)
from zhoudao.conduct.handbooks.refusals import HandbookRefusal
from zhoudao.doors.desk.handbooks.showing import edition_or_404, seen_by, shown
from zhoudao.doors.desk.handbooks.words import FAULTS, said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.receipts import MOST_REMINDERS, REST, may_remind
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.kit.languages import pick


@require_GET
@permit(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """The approved handbooks of my teams, unread ones first."""
    viewer = viewer_of(request)
    rows = [(one, note, flow_name(one.version, viewer.language)) for one, note in handbooks_for(viewer)]
    return render(request, "desk/handbooks/mine.html", {"rows": rows})


@require_GET
@permit(SIGNED_IN)
def count(request: HttpRequest) -> HttpResponse:
    """A quiet mark: how many I have not read yet."""
    return render(request, "desk/handbooks/_count.html", {"unread": unread_count(viewer_of(request))})


@require_GET
@permit(SIGNED_IN)
def handbook(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The handbook, to read and to print; that a reader has it open is noted."""
    viewer = viewer_of(request)
    edition = _theirs(edition_id, viewer)
    reading = open_edition(edition_id=edition.id, viewer=viewer, at=now())
    context = shown(edition, viewer.language) | {
        "is_reader": reading is not None,
        "reading": reading,
        "may_approve": edition.state == State.DRAFT and may_make(viewer, edition.team),
        "may_see_readers": viewer.may("team:read"),
    }
    return render(request, "desk/handbooks/handbook.html", context | print_context(edition, viewer))


@require_POST
@permit(SIGNED_IN)
def confirm(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Read and understood."""
    viewer = viewer_of(request)
    _theirs(edition_id, viewer)
    try:
        confirm_edition(edition_id=edition_id, viewer=viewer, at=now())
    except HandbookRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Noted: you have read it."))
    return redirect("handbook", edition_id)


@require_GET
@permit("team:read")
def who(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Who has read it and who has not."""
    viewer = viewer_of(request)
    edition = _theirs(edition_id, viewer)
    rows = readers(edition)
    done = sum(row.read_at is not None for row in rows)
    context = {
        "edition": edition,
        "flow_name": pick(version_of(edition.version_id).names, viewer.language),
        "rows": rows,
        "done": done,
        "share": done / len(rows) if rows else None,
        "may_remind": edition.state == State.APPROVED and done < len(rows),
        "can_remind": may_remind(reminders=edition.reminders, reminded_at=edition.reminded_at, at=now()),
        "next_at": edition.reminded_at + REST if edition.reminded_at else None,
        "is_spent": edition.reminders >= MOST_REMINDERS,
        "most": MOST_REMINDERS,
    }
    return render(request, "desk/handbooks/readers.html", context)


@require_POST
@permit("team:read")
def remind(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Those who have not read it are asked again."""
    viewer = viewer_of(request)
    _theirs(edition_id, viewer)
    try:
        told = remind_readers(edition_id=edition_id, viewer=viewer, at=now())
    except HandbookRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Reminded: %(count)s") % {"count": told})
    return redirect("handbook_readers", edition_id)


@require_GET
@permit("tasks:read")
def for_task(request: HttpRequest, task_id: UUID) -> HttpResponseBase:
    """From a step to do to its page in the handbook; without a handbook, to the step itself."""
    found = task_view(task_id, viewer_of(request), at=now())
    if found is None:
        raise Http404
    version_id = Task.objects.values_list("run__version", flat=True).get(id=task_id)
    edition_id = edition_for_step(version_id, found.team_id)
    if edition_id is None:
        messages.info(request, _("There is no approved handbook for this step yet."))
        return redirect("desk_task", task_id)
    return redirect(f"{reverse('handbook', args=[edition_id])}#step-{found.element}")


def print_context(edition: Edition, viewer: Viewer) -> dict[str, Any]:
    """How far the print of this edition is, in the reader's language."""
    rows = Print.objects.filter(edition=edition, language=viewer.language, as_approved=edition.state != State.DRAFT)
    one = rows.first()
    return {"edition": edition, "print": one, "fault": FAULTS.get(one.fault, "") if one else ""}


def _theirs(edition_id: UUID, viewer: Viewer) -> Edition:
    edition = edition_or_404(edition_id)
    if not seen_by(edition, viewer):
        raise Http404
    return edition
