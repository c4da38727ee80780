"""The list of webhooks, adding and changing one, its secret, pausing and deleting it."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.webhooks.forms import WebhookForm
from zhoudao.doors.desk.webhooks.log import webhook_page
from zhoudao.doors.desk.webhooks.missing import or_missing
from zhoudao.doors.desk.webhooks.showing import health_of, place_of
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.ground.webhooks import queries
from zhoudao.ground.webhooks.catalogue import catalogue
from zhoudao.ground.webhooks.commands.managing import (
    add_webhook,
    change_webhook,
    delete_webhook,
    pause_webhook,
    renew_secret,
    resume_webhook,
)
from zhoudao.ground.webhooks.models import Webhook
from zhoudao.ground.webhooks.refusals import AddressUnsound, WebhookRefusal

HERE = "settings_webhooks"


@require_GET
@permit("webhooks:read")
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every webhook and how it fares."""
    rows = [(one, health_of(one), place_of(one)) for one in queries.webhooks(viewer_of(request))]
    return settings_page(request, "desk/webhooks/webhooks.html", {"rows": rows}, here=HERE)


@require_http_methods(["GET", "POST"])
@permit("webhooks:write")
def add(request: HttpRequest) -> HttpResponse:
    """A new one; its secret is shown on the next page, once."""
    viewer = viewer_of(request)
    form = WebhookForm(viewer, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = add_webhook(terms=form.terms(), viewer=viewer, at=now(), real_now=datetime.now(UTC))
        except WebhookRefusal as refusal:
            _blame(form, refusal)
        else:
            return webhook_page(request, made.id, secret=secret)
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@permit("webhooks:write")
@or_missing
def edit(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Changing one."""
    viewer = viewer_of(request)
    found = queries.find(viewer, webhook_id)
    form = WebhookForm(viewer, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        terms, real_now = form.terms(), datetime.now(UTC)
        try:
            change_webhook(webhook_id=webhook_id, terms=terms, viewer=viewer, at=now(), real_now=real_now)
        except WebhookRefusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_webhook", webhook_id)
    return _form(request, form, found)


@require_POST
@permit("webhooks:write")
@or_missing
def renew(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """A new secret, shown once."""
    real_now = datetime.now(UTC)
    secret = renew_secret(webhook_id=webhook_id, viewer=viewer_of(request), at=now(), real_now=real_now)
    return webhook_page(request, webhook_id, secret=secret)


@require_POST
@permit("webhooks:write")
@or_missing
def pause(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Nothing is told for now."""
    pause_webhook(webhook_id=webhook_id, viewer=viewer_of(request), at=now())
    return redirect("settings_webhook", webhook_id)


@require_POST
@permit("webhooks:write")
@or_missing
def resume(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """It goes on, with or without what happened meanwhile."""
    skips = request.POST.get("missed") == "skip"
    moment = {"at": now(), "real_now": datetime.now(UTC)}
    resume_webhook(webhook_id=webhook_id, viewer=viewer_of(request), skips=skips, **moment)
    messages.success(request, _("Events are sent again."))
    return redirect("settings_webhook", webhook_id)


@require_http_methods(["GET", "POST"])
@permit("webhooks:write")
@or_missing
def delete(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Asks once, then deletes."""
    found = queries.find(viewer_of(request), webhook_id)
    if request.method == "GET":
        context = {"webhook": found, "place": place_of(found)}
        return settings_page(request, "desk/webhooks/delete.html", context, here=HERE)
    delete_webhook(webhook_id=webhook_id, viewer=viewer_of(request), at=now())
    messages.success(request, _("Deleted."))
    return redirect(HERE)


def _form(request: HttpRequest, form: WebhookForm, webhook: Webhook | None) -> HttpResponse:
    chosen = form.chosen
    groups = [(group, sum(kind.type in chosen for kind in group.kinds)) for group in catalogue()]
    context = {"form": form, "webhook": webhook, "groups": groups, "chosen": chosen}
    status = 422 if form.errors else 200
    return settings_page(request, "desk/webhooks/form.html", context, here=HERE, status=status)


def _blame(form: WebhookForm, refusal: WebhookRefusal) -> None:
    form.add_error("url" if isinstance(refusal, AddressUnsound) else None, said(refusal))
