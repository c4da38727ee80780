"""Keys of the company's own apps: made, changed, given a new secret (shown once), revoked."""

from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.entrances.commands.app_keys import (
    KeySaid,
    add_app_key,
    change_app_key,
    renew_app_secret,
    revoke_app_key,
)
from zhoudao.rooms.entrances.models import AppKey
from zhoudao.rooms.entrances.refusals import AppKeyNotFound, AppKeyUnsound, OriginUnsound

_HERE = "settings_apps"


class KeyForm(forms.Form):
    """A key's terms."""

    name = forms.CharField(label=gettext_lazy("Which app"), max_length=80)
    realm = forms.SlugField(
        label=gettext_lazy("Whose user numbers"),
        max_length=30,
        initial="app",
        help_text=gettext_lazy("Apps that share their users share this word."),
    )
    origins = forms.CharField(
        label=gettext_lazy("Pages that may frame the portal"),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://shop.example", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line. None for an app that opens it in a window of its own."),
    )

    def key(self) -> KeySaid:
        """What it becomes."""
        given = self.cleaned_data
        return KeySaid(given["name"], given["origins"].split(), given["realm"])


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def apps(request: HttpRequest) -> HttpResponse:
    """All keys, and a new one."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = add_app_key(said=form.key(), by=_by(request), **_moment())
        except (AppKeyUnsound, OriginUnsound) as refusal:
            form.add_error("origins" if isinstance(refusal, OriginUnsound) else None, said(refusal))
        else:
            return _page(request, key, KeyForm(initial=_initial(key)), secret)
    context = {"form": form, "keys": AppKey.objects.order_by("-made_at", "-id")[:200]}
    return settings_page(request, "desk/frontdoor/apps.html", context, here=_HERE, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def app(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: its terms, a new secret, its end."""
    key = AppKey.objects.filter(id=key_id, revoked_at=None).first()
    if key is None:
        raise Http404
    form = KeyForm(request.POST if "name" in request.POST else None, initial=_initial(key))
    if request.method == "POST":
        try:
            answer = _act(request, key, form)
        except AppKeyNotFound as gone:
            raise Http404 from gone
        if answer is not None:
            return answer
    return _page(request, key, form)


def _act(request: HttpRequest, key: AppKey, form: KeyForm) -> HttpResponse | None:
    if "renew" in request.POST:
        return _page(request, key, form, renew_app_secret(key_id=key.id, by=_by(request), **_moment()))
    if "revoke" in request.POST:
        revoke_app_key(key_id=key.id, by=_by(request), **_moment())
        messages.success(request, _("Revoked."))
        return redirect(_HERE)
    if not form.is_valid():
        return None
    try:
        change_app_key(key_id=key.id, said=form.key(), at=now(), by=_by(request))
    except (AppKeyUnsound, OriginUnsound) as refusal:
        form.add_error("origins" if isinstance(refusal, OriginUnsound) else None, said(refusal))
        return None
    messages.success(request, _("Saved."))
    return redirect("settings_app", key.id)


def _page(request: HttpRequest, key: AppKey, form: KeyForm, secret: str = "") -> HttpResponse:
    context = {"key": key, "form": form, "secret": secret, "base_url": settings.BASE_URL}
    status = 422 if form.errors else 200
    return settings_page(request, "desk/frontdoor/app.html", context, here=_HERE, status=status)


def _initial(key: AppKey) -> dict[str, str]:
    return {"name": key.name, "realm": key.realm, "origins": "\n".join(key.origins)}


def _by(request: HttpRequest) -> By:
    return By(viewer_of(request).actor)


def _moment() -> dict[str, datetime]:
    return {"at": now(), "real_now": datetime.now(UTC)}
