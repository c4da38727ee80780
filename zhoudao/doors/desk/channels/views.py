"""How channels fare; what failed on one, why, and trying it again."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.channels.listing import DAYS, rows
from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.doors.desk.intake.listing import row_of
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.queries.of_threads import case_of
from zhoudao.rooms.conversations.channel_figures import TROUBLES, VOLUME, failed_deliveries, failed_messages
from zhoudao.rooms.conversations.commands import retry_reply
from zhoudao.rooms.conversations.commands.late_files import ask_for_file
from zhoudao.rooms.conversations.models import UNCONFIRMED, Channel, Message
from zhoudao.rooms.conversations.refusals import NotFailed
from zhoudao.rooms.voice.board import SATISFACTION

_SHOWN = 25
_AT_ONCE = 200
_METRICS = {
    "volume": VOLUME,
    "waiting": figures.WAITING,
    "first_reply": figures.FIRST_REPLY,
    "satisfaction": SATISFACTION,
    "troubles": TROUBLES,
}


@require_GET
@permit("intake:read")
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel with its health and figures."""
    found = rows(viewer_of(request), at=clock.now())
    return render(request, "desk/channels/channels.html", {"rows": found, "metrics": _METRICS, "days": DAYS})


@require_GET
@permit("intake:read")
def channel(request: HttpRequest, code: str) -> HttpResponse:
    """One channel, and what went wrong on it."""
    found = _found(request, code)
    (row,) = rows(viewer_of(request), at=clock.now(), only=[found])
    wrong = failed_messages([found]).select_related("conversation__case", "conversation__main__case")[:_SHOWN]
    refused = failed_deliveries([found]).select_related(
        "channel", "message__conversation__case", "message__conversation__main__case"
    )[:_SHOWN]
    context = {
        "row": row,
        "metrics": _METRICS,
        "days": DAYS,
        "wrong": [(message, _case_number(message)) for message in wrong],
        "refused": [row_of(delivery) for delivery in refused],
    }
    return render(request, "desk/channels/channel.html", context)


@require_POST
@permit("intake:write")
def again(request: HttpRequest, code: str, message_id: UUID) -> HttpResponse:
    """Tries one failure again: an answer that did not leave, or a file that did not load."""
    found = _found(request, code)
    message = failed_messages([found]).filter(id=message_id).first()
    if message is None:
        raise Http404
    try:
        _try(message)
    except NotFailed as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("It is being tried again."))
    return redirect("channel", code)


@require_POST
@permit("intake:write")
def all_again(request: HttpRequest, code: str) -> HttpResponse:
    """Tries every answer again that was given up: for when its cause was mended. What may have arrived is left out."""
    found = _found(request, code)
    failed = failed_messages([found]).filter(status="failed", direction="out")
    given_up = list(failed.exclude(failure__startswith=UNCONFIRMED)[:_AT_ONCE])
    for message in reversed(given_up):
        retry_reply(message_id=message.id, real_now=datetime.now(UTC))
    count = len(given_up)
    text = ngettext("%(n)d answer is being sent again.", "%(n)d answers are being sent again.", count) % {"n": count}
    messages.success(request, text)
    return redirect("channel", code)


def _try(message: Message) -> None:
    if message.direction == "in":
        ask_for_file(message_id=message.id)
    else:
        retry_reply(message_id=message.id, real_now=datetime.now(UTC))


def _case_number(message: Message) -> str:
    case = case_of(message.conversation)
    return case.number if case else ""


def _found(request: HttpRequest, code: str) -> Channel:
    found = visible_channels(viewer_of(request)).select_related("store").filter(code=code).first()
    if found is None:
        raise Http404
    return found
