"""The gateway for text messages: where it is, its secret (shown once), and a test with a visible result."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.text import NotAPhone, normalise_phone
from zhoudao.rooms.entrances.commands.asking import ask_code
from zhoudao.rooms.entrances.commands.gateway import gateway, renew_gateway_secret, set_gateway
from zhoudao.rooms.entrances.models import Challenge
from zhoudao.rooms.entrances.refusals import GatewayUnsound

_HERE = "settings_texts"


class GatewayForm(forms.Form):
    """Where text messages are posted."""

    url = forms.CharField(label=gettext_lazy("Address of the gateway"), max_length=300)
    is_active = forms.BooleanField(label=gettext_lazy("Customers may sign in by phone"), required=False)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def texts(request: HttpRequest) -> HttpResponse:
    """The gateway, and what became of the last test."""
    row, secret, by = gateway(), "", By(viewer_of(request).actor)
    form = GatewayForm(
        request.POST if "url" in request.POST else None,
        initial={"url": row.url if row else "", "is_active": row.is_active if row else True},
    )
    if "renew" in request.POST and row is not None:
        secret = renew_gateway_secret(at=now(), by=by)
    elif request.method == "POST" and form.is_valid():
        try:
            secret = set_gateway(**form.cleaned_data, at=now(), by=by)
        except GatewayUnsound as refusal:
            form.add_error("url", said(refusal))
        else:
            messages.success(request, _("Saved."))
            if not secret:
                return redirect(_HERE)
    context = {"form": form, "row": gateway(), "secret": secret} | _tested(request)
    return settings_page(request, "desk/frontdoor/texts.html", context, here=_HERE, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def attempt(request: HttpRequest) -> HttpResponse:
    """POST sends a code to a number by the worker, GET says what became of it."""
    if request.method == "GET":
        if not request.headers.get("HX-Request"):
            return redirect(_HERE)
        return render(request, "desk/frontdoor/_tested.html", _tested(request))
    try:
        number = normalise_phone(request.POST.get("number", "")[:40])
    except NotAPhone:
        messages.error(request, _("This is no telephone number."))
        return redirect(_HERE)
    language = request.LANGUAGE_CODE or "zh-hans"
    challenge = ask_code(kind="phone", value=number, language=language, real_now=datetime.now(UTC))
    return redirect(f"{reverse(_HERE)}?test={challenge.id}")


def _tested(request: HttpRequest) -> dict[str, object]:
    id_ = uuid_in(request.GET.get("test", ""))
    test = Challenge.objects.filter(id=id_).first() if id_ else None
    is_over = test is not None and bool(test.sent_at or test.failure)
    return {
        "test": test,
        "is_under_way": test is not None and not is_over,
        "failure": _(test.failure) if test and test.failure else "",
    }
