"""What waits for one's decision, and deciding it."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.approvals.granting import money
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.teamwork.approvers import deputy_of, set_deputy
from zhoudao.rooms.teamwork.approving import decide_approval
from zhoudao.rooms.teamwork.models import Goodwill
from zhoudao.rooms.teamwork.refusals import ApprovalNotFound, TeamworkRefusal
from zhoudao.rooms.teamwork.spending import PAGE, approval_for, asked_by, waiting_for


@require_GET
@permit("cases:read")
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, and what I wait for."""
    return _page(request)


@require_GET
@permit("cases:read")
def count(request: HttpRequest) -> HttpResponse:
    """How many wait for me and since when, for the workspace."""
    waiting = waiting_for(viewer_of(request), at=now())
    oldest = min((step.asked_at for step in waiting), default=None)
    shown = f"{PAGE}+" if len(waiting) > PAGE else str(len(waiting))
    context = {"shown": shown, "oldest": oldest, "is_late": any(step.due_at < now() for step in waiting)}
    return render(request, "desk/approvals/_count.html", context)


@require_http_methods(["GET", "POST"])
@permit("cases:read")
def approval(request: HttpRequest, approval_id: UUID) -> HttpResponseBase:
    """One question; POST decides it."""
    viewer, refusal = viewer_of(request), ""
    found = approval_for(viewer, approval_id, at=now())
    if found is None:
        raise Http404
    step, can_decide = found
    if request.method == "POST":
        is_approved = request.POST.get("decision") == "approve"
        try:
            one = decide_approval(
                approval_id=approval_id,
                is_approved=is_approved,
                reason=request.POST.get("reason", ""),
                viewer=viewer,
                at=now(),
            )
        except ApprovalNotFound:
            raise Http404 from None
        except TeamworkRefusal as refused:
            refusal = said(refused)
        else:
            messages.success(request, _outcome(one))
            return redirect("approvals")
    context: dict[str, Any] = {"step": step, "can_decide": can_decide, "amount": money(step.goodwill), "now": now()}
    context |= {"chain": list(step.goodwill.approvals.select_related("decided_by").order_by("asked_at", "id"))}
    context |= {"refusal": refusal, "written": request.POST.get("reason", "")}
    return render(request, "desk/approvals/approval.html", context, status=422 if refusal else 200)


@require_POST
@permit("cases:read")
def deputy(request: HttpRequest) -> HttpResponseBase:
    """Who decides for me while I am away; nobody: I am back."""
    viewer = viewer_of(request)
    if viewer.user_id is None:
        raise Http404
    try:
        row = set_deputy(
            user_id=viewer.user_id,
            deputy_id=_id(request.POST.get("deputy", "")),
            until=_evening(request.POST.get("until", "")),
            at=now(),
        )
    except TeamworkRefusal as refusal:
        return _page(request, said(refusal))
    messages.success(request, _("Your deputy decides from now on.") if row else _("You decide yourself again."))
    return redirect("approvals")


def _page(request: HttpRequest, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    waiting = waiting_for(viewer, at=now())
    context = {
        "rows": [(step, money(step.goodwill)) for step in waiting[:PAGE]],
        "mine": [(one, money(one)) for one in asked_by(viewer)],
        "deputy": deputy_of(viewer.user_id, at=now()) if viewer.user_id else None,
        "people": User.objects.filter(is_active=True).exclude(email=request.user.get_username()).order_by("name"),
        "refusal": refusal,
        "now": now(),
    }
    return render(request, "desk/approvals/approvals.html", context, status=422 if refusal else 200)


def _outcome(one: Goodwill) -> str:
    if one.state == Goodwill.State.GRANTED:
        return _("Approved and granted.")
    if one.state == Goodwill.State.REFUSED:
        return _("Refused. Who asked is told.")
    return _("Approved. It is above your limits, so the next role is asked.")


def _evening(day: str) -> datetime | None:
    """The end of a day at head office."""
    try:
        return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), time(23, 59, 59), tzinfo=clock.zone())
    except ValueError:
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)  # nobody's: refused by name
