"""The panel beside the thread: who, what is next in the flow, what was before."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.approvals.granting import goodwill_context
from zhoudao.doors.desk.errands.asking import errands_context
from zhoudao.doors.desk.flows.panel import panel_context
from zhoudao.doors.desk.inbox.opening import case_or_404, opened_or_404
from zhoudao.doors.desk.notices.watching import watchers_context
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.queries.desk import CaseView, ViewFilter, narrowed
from zhoudao.rooms.complaints.queries import answers_of
from zhoudao.rooms.conversations.commands import unmask_message
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.commands.unmasking import MayNotUnmask, NothingToShow, unmask
from zhoudao.rooms.customers.queries import card

_LINES = 40


@require_GET
@permit("cases:read")
def side(request: HttpRequest, number: str) -> HttpResponse:
    """The panel, fetched beside the case so that neither waits for the other."""
    opened = opened_or_404(viewer_of(request), number)
    return render(request, "desk/inbox/_side.html", side_context(viewer_of(request), opened))


@require_http_methods(["GET", "POST"])
@permit("customers:unmask")
def unmasked(request: HttpRequest, number: str, field: str) -> HttpResponse:
    """GET asks why; POST shows a name, phone or address in clear and records who looked."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    reason = request.POST.get("reason", "").strip()
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            context["value"] = unmask(customer_id=case.customer_id, field=field, viewer=viewer, reason=reason, at=now())
        except (MayNotUnmask, NothingToShow) as refusal:
            context["refusal"] = said(refusal)
    return render(request, "desk/parts/unmask.html", context)


@require_http_methods(["GET", "POST"])
@permit("customers:unmask")
def unmasked_message(request: HttpRequest, number: str, message_id: UUID) -> HttpResponse:
    """As `unmasked`, for the numbers starred in a message."""
    viewer = viewer_of(request)
    opened = opened_or_404(viewer, number)
    if not Message.objects.filter(id=message_id, conversation_id__in=opened.conversation_ids).exists():
        raise Http404
    context: dict[str, Any] = {}
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        context["value"] = unmask_message(message_id=message_id, viewer=viewer, reason=reason, at=now())
    return render(request, "desk/parts/unmask.html", context)


def side_context(viewer: Viewer, opened: CaseView) -> dict[str, Any]:
    """Who the customer is, their other cases, the case's own history."""
    who = card(opened.row.customer_id, viewer)
    if who is None:
        raise Http404
    rows = narrowed(viewer, ViewFilter(view="all"), at=now()).filter(customer_id__in=who.group)
    past = list(rows.exclude(id=opened.row.id).order_by("-opened_at", "-id")[:12])
    lines = timeline([opened.row.id, *(other.id for other in opened.merged)], limit=_LINES)
    ids = [opened.row.id, *(other.id for other in opened.merged)]
    flow = panel_context(viewer, opened.row.id, opened.row.number, at=now())
    store = Store.objects.get(id=opened.row.store_id)
    shown = {"opened": opened, "row": opened.row, "store": store, "who": who, "past": past, "lines": lines[::-1]}
    beside = watchers_context(viewer, opened.row.id) | errands_context(ids) | goodwill_context(ids)
    return shown | flow | beside | _answers(opened.row.kind, ids)


def _answers(kind: str, case_ids: list[UUID]) -> dict[str, Any]:
    """The recorded answers of a complaint; of other kinds there are none to look up."""
    return {"answers": answers_of(case_ids) if kind == Kind.COMPLAINT else []}
