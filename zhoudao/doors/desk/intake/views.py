"""The intake page: what came in, what became of it, and how to save what failed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.intake.beginning import beginning
from zhoudao.doors.desk.intake.listing import WITH_CASE, channels, deliveries, health, page, row_of
from zhoudao.doors.desk.intake.words import STATUSES, why
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import replay_delivery
from zhoudao.rooms.conversations.commands.dismissing import NoteMissing, NothingToDismiss, dismiss_delivery
from zhoudao.rooms.conversations.models import Delivery
from zhoudao.rooms.conversations.refusals import ChannelUnknown, Kept, NothingToReplay, StillInFlight


@require_GET
@permit("intake:read")
def intake(request: HttpRequest) -> HttpResponse:
    """What arrived, newest first."""
    viewer, asked = viewer_of(request), request.GET
    chosen = {"status": asked.get("status", ""), "channel": asked.get("channel", "")}
    try:
        rows, next_ = page(viewer, **chosen, cursor=asked.get("cursor", ""))
    except ValueError as error:
        raise BadRequest("cursor") from error
    found: dict[str, Any] = {"rows": rows, "next": next_, "statuses": STATUSES, "channels": _codes(request)}
    return render(request, "desk/intake/intake.html", found | chosen | {"troubles": health(viewer)})


@require_GET
@permit("intake:read")
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """One delivery, with the beginning of what arrived."""
    found = _found(request, delivery_id)
    may_replay = found.message_id is None and found.raw_sealed is not None and found.status != "received"
    return render(
        request,
        "desk/intake/delivery.html",
        {"row": row_of(found), "beginning": beginning(found), "may_replay": may_replay},
    )


@require_POST
@permit("intake:write")
def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """This will try a delivery again; one that was set aside is taken as a message."""
    try:
        replay_delivery(_found(request, delivery_id), viewer=viewer_of(request), at=clock.now())
    except NothingToReplay:
        messages.error(request, _("There is nothing to try again: it was taken, or its content is no longer kept."))
    except Kept as refusal:
        reason = why(refusal.reason)
        messages.error(request, str(reason.what if reason else refusal))
    except (StillInFlight, ChannelUnknown):
        messages.error(request, _("That did not work just now; try again in a moment."))
    else:
        messages.success(request, _("It is being tried again."))
    return redirect("intake_delivery", delivery_id)


@require_POST
@permit("intake:write")
def dismiss(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """This will set a failed delivery aside with a note."""
    try:
        dismiss_delivery(
            _found(request, delivery_id),
            note=request.POST.get("note", ""),
            viewer=viewer_of(request),
            at=clock.now(),
        )
    except NoteMissing:
        messages.error(request, _("Say in a few words what became of it."))
    except NothingToDismiss:
        messages.error(request, _("It was taken or set aside already."))
    else:
        messages.success(request, _("It was set aside."))
        return redirect("intake")
    return redirect("intake_delivery", delivery_id)


def _found(request: HttpRequest, delivery_id: UUID) -> Delivery:
    rows = deliveries(viewer_of(request)).select_related(*WITH_CASE)
    found = rows.filter(id=delivery_id).first()
    if found is None:
        raise Http404
    return found


def _codes(request: HttpRequest) -> list[str]:
    return list(channels(viewer_of(request)).values_list("code", flat=True)[:200])
