"""One case: its page and its fragments."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.inbox.actions import ACTIONS
from zhoudao.doors.desk.inbox.thread import items_of
from zhoudao.doors.desk.inbox.workspace import list_context
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import CaseView, find_case, open_case
from zhoudao.rooms.cases.queries.orders import WRITE as ORDER
from zhoudao.rooms.cases.queries.promises import PromiseView
from zhoudao.rooms.conversations.queries import draft_of
from zhoudao.rooms.incidents.queries import banner_of


@require_GET
@permit("cases:read")
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """A case: only its pane when the page asks for it, else the whole workspace around it."""
    opened = opened_or_404(viewer_of(request), number)
    context = case_context(request, opened)
    if request.htmx and not request.htmx.history_restore_request:  # type: ignore[attr-defined]  # put there by django-htmx
        return render(request, "desk/inbox/_case_swap.html", context)
    return render(request, "desk/inbox/workspace.html", list_context(request) | context)


@require_GET
@permit("cases:read")
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """Head, thread and row anew: something happened in the open case."""
    return parts_of(request, opened_or_404(viewer_of(request), number))


def case_context(request: HttpRequest, opened: CaseView) -> dict[str, Any]:
    """What the open case's own templates need."""
    viewer = viewer_of(request)
    case_ids = [opened.row.id, *(other.id for other in opened.merged)]
    draft = draft_of(opened.conversation_ids, viewer.user_id) if opened.conversation_ids and viewer.user_id else None
    may_change = may(viewer, "cases:write", opened.row)
    return {
        "opened": opened,
        "row": opened.row,
        "clocks": clocks_of(opened),
        "items": items_of(opened.conversation_ids, case_ids),
        "draft": draft,
        "incident": banner_of(opened.incident_id) if opened.incident_id else None,
        "actions": [action for action in ACTIONS.values() if may_change and action.fits(opened, viewer)],
        "may_order": may(viewer, ORDER, opened.row) and opened.row.status not in ("closed", "merged"),
        "may_write": may(viewer, "messages:write", opened.row) and opened.row.status not in ("closed", "merged"),
    }


def clocks_of(opened: CaseView) -> list[PromiseView]:
    """The clocks worth a place in the head: those that run, soonest first, and how the first answer went."""
    alive = [promise for promise in opened.promises if promise.state in ("running", "paused", "broken")]
    first = [p for p in opened.promises if p.kind == "first_contact" and p.state in ("kept", "late")]
    return first[:1] + sorted(alive, key=lambda promise: (promise.due_at is None, promise.due_at))[:3]


def parts_of(request: HttpRequest, opened: CaseView, **more: Any) -> HttpResponse:
    """The answer to whatever changed a case: every fragment of it that may look different now."""
    return render(request, "desk/inbox/_parts.html", case_context(request, opened) | more)


def opened_or_404(viewer: Viewer, number: str) -> CaseView:
    """The case with all that is shown of it. One the viewer may not see does not exist."""
    opened = open_case(viewer, number, at=now())
    if opened is None:
        raise Http404
    return opened


def case_or_404(viewer: Viewer, number: str) -> Case:
    """The bare case."""
    case = find_case(viewer, number)
    if case is None:
        raise Http404
    return case
