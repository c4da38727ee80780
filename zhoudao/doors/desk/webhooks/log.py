"""One webhook's page: its test, its deliveries, one of them opened, and sending again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.webhooks import showing
from zhoudao.doors.desk.webhooks.missing import or_missing
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.ground.webhooks import queries
from zhoudao.ground.webhooks.catalogue import words_of
from zhoudao.ground.webhooks.commands.replaying import ask_ping, replay_dead, replay_one
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.refusals import StillBeingSent, TooHasty

_HERE = "settings_webhooks"


@require_GET
@permit("webhooks:read")
@or_missing
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """How it fares, and what it was told."""
    return webhook_page(request, webhook_id)


def webhook_page(request: HttpRequest, webhook_id: UUID, *, secret: str = "") -> HttpResponse:
    """The page of one webhook, with its secret when it was just made."""
    found = queries.find(viewer_of(request), webhook_id)
    asked = {"state": request.GET.get("state", ""), "type": request.GET.get("type", "")}
    page = queries.sendings(found, state=asked["state"], type_=asked["type"], before=_cursor(request))
    context = asked | {
        "webhook": found,
        "place": showing.place_of(found),
        "health": showing.health_of(found),
        "secret": secret,
        "rows": [showing.row_of(row) for row in page.rows],
        "next": page.next,
        "states": showing.STATES,
        "types": [(type_, words_of(type_)) for type_ in found.types],
        "counts": _counts(found),
        "missed_since": None if found.is_active else queries.unread_since(found.id),
        **_progress(found),
    }
    return settings_page(request, "desk/webhooks/webhook.html", context, here=_HERE)


@require_POST
@permit("webhooks:write")
@or_missing
def ping(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Asks the worker for a test; the answer asks again until the result is there."""
    at = {"at": now(), "real_now": datetime.now(UTC)}
    try:
        made = ask_ping(webhook_id=webhook_id, viewer=viewer_of(request), **at)
    except TooHasty as refusal:
        return render(request, "desk/webhooks/_ping.html", {"refusal": said(refusal)})
    app.configure_task("webhooks.ping", queue="webhooks").defer(sending_id=str(made.id))
    return _pinged(request, made)


@require_GET
@permit("webhooks:read")
@or_missing
def pinged(request: HttpRequest, webhook_id: UUID, sending_id: UUID) -> HttpResponse:
    """What was seen when it was tested."""
    return _pinged(request, queries.find_sending(viewer_of(request), webhook_id, sending_id))


@require_GET
@permit("webhooks:read")
@or_missing
def sending(request: HttpRequest, webhook_id: UUID, sending_id: UUID) -> HttpResponse:
    """One delivery: what was posted, what was answered."""
    found = queries.find_sending(viewer_of(request), webhook_id, sending_id)
    headers, body = showing.request_of(found)
    context = {
        "webhook": found.webhook,
        "place": showing.place_of(found.webhook),
        "row": showing.row_of(found),
        "headers": headers,
        "body": body,
    }
    return settings_page(request, "desk/webhooks/sending.html", context, here=_HERE)


@require_POST
@permit("webhooks:write")
@or_missing
def again(request: HttpRequest, webhook_id: UUID, sending_id: UUID) -> HttpResponse:
    """Sends one again."""
    viewer, real_now = viewer_of(request), datetime.now(UTC)
    try:
        replay_one(webhook_id=webhook_id, sending_id=sending_id, viewer=viewer, at=now(), real_now=real_now)
    except StillBeingSent as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("It is being sent again."))
    return redirect("settings_webhook_sending", webhook_id, sending_id)


@require_GET
@permit("webhooks:write")
@or_missing
def preview(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """How many would be sent again, before they are."""
    found = queries.find(viewer_of(request), webhook_id)
    since = request.GET.get("since", "")
    dead = queries.dead_since(found, showing.since_of(since)).order_by()[: queries.CAP + 1].count()
    context = {"webhook": found, "since": since, "count": dead, "shown": _shown(dead)}
    return render(request, "desk/webhooks/_replay.html", context)


@require_POST
@permit("webhooks:write")
@or_missing
def replay(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Sends again all that was given up on since a moment."""
    since, viewer = showing.since_of(request.POST.get("since", "")), viewer_of(request)
    count = replay_dead(webhook_id=webhook_id, since=since, viewer=viewer, at=now(), real_now=datetime.now(UTC))
    text = ngettext("%(n)d delivery is being sent again.", "%(n)d deliveries are being sent again.", count)
    messages.success(request, text % {"n": count})
    return redirect("settings_webhook", webhook_id)


@require_GET
@permit("webhooks:read")
@or_missing
def progress(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """How the last replay gets on."""
    found = queries.find(viewer_of(request), webhook_id)
    return render(request, "desk/webhooks/_progress.html", {"webhook": found, **_progress(found)})


def _progress(found: Webhook) -> dict[str, Any]:
    if found.replayed_at is None or not found.replayed_count:
        return {"replay": None}
    fares = queries.replayed(found)
    done = max(0, found.replayed_count - fares["waiting"])
    return {"replay": {"done": done, "of": found.replayed_count, "dead": fares["dead"], "waiting": fares["waiting"]}}


def _counts(found: Webhook) -> dict[str, str]:
    return {state: _shown(count) if count else "" for state, count in queries.counts(found).items()}


def _shown(count: int) -> str:
    return f"{queries.CAP:,}+" if count > queries.CAP else f"{count:,}"


def _pinged(request: HttpRequest, made: Sending) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("settings_webhook", made.webhook_id)
    context = {"ping": made, "row": showing.row_of(made), "is_lost": showing.is_lost(made)}
    return render(request, "desk/webhooks/_ping.html", context)


def _cursor(request: HttpRequest) -> UUID | None:
    text = request.GET.get("cursor", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise BadRequest("cursor") from error
