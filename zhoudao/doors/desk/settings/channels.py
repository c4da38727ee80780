"""The channels customers reach us by: setting them up, their addresses and secrets, trying whether they work."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from procrastinate.contrib.django import app

from zhoudao.doors.desk.settings.channel_forms import ChannelForm
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.conversations.commands.channels import (
    ChannelTaken,
    change_channel,
    note_channel,
    replace_secret,
    set_up_channel,
)
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.setups import Setup, offered, setup_of

_HERE = "settings_channels"
_PATIENCE = timedelta(minutes=1)


@require_GET
@permit("settings:read")
def channels(request: HttpRequest) -> HttpResponse:
    """All channel instances, with what last went wrong on each, and the kinds to add."""
    rows = Channel.objects.select_related("store").defer("secrets_sealed").order_by("kind", "code")
    context = {"channels": rows, "kinds": [setup.kind for setup in offered()], "base_url": settings.BASE_URL}
    return settings_page(request, "channels.html", context, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new channel; the secrets we make for it are shown on the next page, once."""
    setup = _setup(kind)
    form = ChannelForm(setup, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at = By(viewer_of(request).actor), now()
        try:
            made_now = set_up_channel(code=form.cleaned_data["code"], kind=kind, change=form.change(), at=at, by=by)
        except ChannelTaken:
            form.add_error("code", _("There is a channel with this code already."))
        else:
            made = {name: _replace(request, made_now, name) for name, _words in setup.made}
            return _page(request, _found(made_now.code), made=made)
    context = {"form": form, "setup": setup}
    return settings_page(request, "channel_form.html", context, here=_HERE, status=422 if form.errors else 200)


@require_GET
@permit("settings:read")
def channel(request: HttpRequest, code: str) -> HttpResponse:
    """One channel: where it is reached, its secrets (never shown again), and the test button."""
    return _page(request, _found(code))


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Changing a channel."""
    found = _found(code)
    setup = _setup(found.kind)
    form = ChannelForm(setup, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_channel(found.id, change=form.change(), at=now(), by=By(viewer_of(request).actor))
        messages.success(request, _("Saved."))
        return redirect("settings_channel", code)
    context = {"form": form, "setup": setup, "channel": found}
    return settings_page(request, "channel_form.html", context, here=_HERE, status=422 if form.errors else 200)


@require_POST
@permit("settings:write")
def renew(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A new signing secret, shown once; the one before counts for a week longer."""
    found = _found(code)
    if name not in dict(_setup(found.kind).made):
        raise Http404
    secret = _replace(request, found, name)
    return _page(request, _found(code), made={name: secret})


@require_POST
@permit("settings:write")
def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """This will have the channel tried; the answer asks again until the result is there."""
    found = _found(code)
    if not _setup(found.kind).can_be_tried:
        raise Http404
    note_channel(found.id, try_asked_at=datetime.now(UTC).isoformat())
    app.configure_task("channels.try_channel").defer(channel_id=str(found.id))
    return _tried(request, _found(code))


@require_GET
@permit("settings:read")
def tried(request: HttpRequest, code: str) -> HttpResponse:
    """What was seen when the channel was tried."""
    return _tried(request, _found(code))


def _tried(request: HttpRequest, found: Channel) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("settings_channel", found.code)
    return render(request, "desk/settings/_tried.html", {"channel": found, **_seen(found)})


def _page(request: HttpRequest, found: Channel, *, made: dict[str, str] | None = None) -> HttpResponse:
    setup = setup_of(found.kind)
    context = {
        "channel": found,
        "setup": setup,
        "made": [(words, made[name]) for name, words in setup.made if name in made] if setup and made else [],
        "address": f"{settings.BASE_URL}{reverse('channel_hook', args=[found.code])}",
        "base_url": settings.BASE_URL,
        **_seen(found),
    }
    return settings_page(request, "channel.html", context, here=_HERE)


def _seen(found: Channel) -> dict[str, Any]:
    """The last test: its steps in words, when, and whether a newer one is under way or lost."""
    state = found.state
    at, asked = _moment(state.get("tried_at")), _moment(state.get("try_asked_at"))
    awaits = asked is not None and (at is None or at < asked)
    is_lost = asked is not None and awaits and asked + _PATIENCE < datetime.now(UTC)
    steps = [(*step, "")[:4] for step in state.get("tried", [])]
    return {
        "steps": [(name, good, _(seen) if seen else "", detail) for name, good, seen, detail in steps],
        "tried_at": at,
        "is_under_way": awaits and not is_lost,
        "is_lost": is_lost,
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _replace(request: HttpRequest, found: Channel, name: str) -> str:
    by = By(viewer_of(request).actor)
    return replace_secret(found.id, name=name, at=now(), real_now=datetime.now(UTC), by=by)


def _found(code: str) -> Channel:
    found = Channel.objects.select_related("store").defer("secrets_sealed").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _setup(kind: str) -> Setup:
    setup = setup_of(kind)
    if setup is None:
        raise Http404
    return setup
