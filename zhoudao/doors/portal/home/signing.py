"""Signing in without a password: an address, a code sent there, and whoever types it is in.

What we answer never depends on whether we know the address. The code's own page is bound to the browser that asked.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.portal.guests import device_of, for_guests, forget, guest_of, own_path, remember
from zhoudao.doors.portal.help.guard import form_id, issue
from zhoudao.doors.portal.home import reaching
from zhoudao.doors.portal.home.showing import home_page, language_of
from zhoudao.doors.portal.limits import Limit, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import tag
from zhoudao.rooms.entrances.commands.asking import ask_code
from zhoudao.rooms.entrances.commands.coming_in import prove_more, sign_in, sign_out
from zhoudao.rooms.entrances.models import Pass
from zhoudao.rooms.entrances.refusals import AnotherHasIt, CodeRefused, CodeWorn

_ASKED = "zd_code"
_SALT = "portal.code"
_LASTS_SECONDS = 600
HOURLY = Limit("code", 5, 3600)
DAILY = Limit("code-day", 15, 24 * 3600)
ADDRESS = Limit("code-address", 30, 3600)  # a store's Wi-Fi is one address
TRIES = Limit("code-try", 60, 3600)


@permit(PUBLIC)
@csrf_exempt  # nobody is signed in; the form's own signed id and the code's cookie are what a forger lacks
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Where a code shall go. Signed in already: another address of one's own."""
    language = language_of(request)
    given, refusal = request.POST.get("reached_at", "")[:250], ""
    back = own_path(request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST":
        address = reaching.read(given)
        refusal = _stopped(request, address)
        if address is not None and not refusal:
            return _asked(request, address, back, language)
    context = {"ways": reaching.ways(), "given": given, "refusal": refusal, "next": back, "form_token": issue()}
    return home_page(request, "enter.html", context, status=422 if refusal else 200)


@permit(PUBLIC)
@csrf_exempt  # bound to the browser that asked, by a cookie other sites' posts do not carry
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Typing the code."""
    asked = _read(request)
    if asked is None:
        return redirect("portal:sign_in")
    language_of(request)
    challenge_id, back = UUID(asked["id"]), own_path(asked["next"])
    refusal = ""
    if request.method == "POST":
        answer, refusal = _typed(request, challenge_id, back)
        if answer is not None:
            answer.delete_cookie(_ASKED, path=reverse("portal:home"), samesite="Lax")
            return answer
    context = {"shown": asked["shown"], "refusal": refusal, "next": back} | reaching.seen(challenge_id)
    return home_page(request, "code.html", context, status=422 if refusal else 200)


@permit(PUBLIC)
@csrf_exempt  # posts need the guest's own act
@require_POST
@for_guests
def leave(request: HttpRequest, guest: Pass) -> HttpResponse:
    """Signing out here, of one other device, or everywhere."""
    which = request.POST.get("which", "")
    only = None if which == "all" else uuid_in(which) or guest.id
    sign_out(held=guest, only=only, at=clock.now(), real_now=datetime.now(UTC))
    if only is not None and only != guest.id:
        return redirect("portal:me")
    return forget(redirect("portal:home"))


def _stopped(request: HttpRequest, address: reaching.Address | None) -> str:
    """Why no code is sent; the same whoever has the address."""
    if form_id(request.POST.get("form_token", "")) is None:
        return _("This page was open too long. Please try once more.")
    if address is None:
        return _("This is neither a mail address nor a telephone number.")
    if address.kind not in reaching.ways():
        return reaching.not_by(address.kind)
    who = f"{address.kind}:{address.value}"
    if ADDRESS.knock(address_of(request)) or HOURLY.knock(who) or DAILY.knock(who):
        return _("Too many codes were asked for. Please try again in an hour.")
    return ""


def _asked(request: HttpRequest, address: reaching.Address, back: str, language: str) -> HttpResponse:
    guest = guest_of(request)
    challenge = ask_code(
        kind=address.kind,
        value=address.value,
        language=language,
        customer_id=guest.customer_id if guest else None,
        real_now=datetime.now(UTC),
    )
    kept = {"id": challenge.id.hex, "shown": address.masked, "next": back}
    answer = redirect("portal:code")
    answer.set_cookie(
        _ASKED,
        signing.dumps(kept, salt=_SALT),
        max_age=_LASTS_SECONDS,
        path=reverse("portal:home"),
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return answer


def _read(request: HttpRequest) -> dict[str, Any] | None:
    try:
        found = signing.loads(request.COOKIES.get(_ASKED, ""), salt=_SALT, max_age=_LASTS_SECONDS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, dict) else None


def _typed(request: HttpRequest, challenge_id: UUID, back: str) -> tuple[HttpResponse | None, str]:
    """Where to go on, or why not."""
    if TRIES.knock(address_of(request)):
        return None, _("That was wrong too often. Please try again in an hour.")
    given, guest = request.POST.get("code", "")[:20], guest_of(request)
    moment = {"at": clock.now(), "real_now": datetime.now(UTC)}
    try:
        if guest is not None:
            token = prove_more(held=guest, challenge_id=challenge_id, code=given, **moment)
            return remember(request, redirect(back), token), ""
        spoken = tag(request.LANGUAGE_CODE)
        entered = sign_in(challenge_id=challenge_id, code=given, device=device_of(request), language=spoken, **moment)
    except CodeWorn:
        return None, _("This code was tried too often. Please ask for a new one.")
    except CodeRefused:
        return None, _("This code is wrong or too old. Look again, or ask for a new one.")
    except AnotherHasIt:
        return None, _("This number or address is another customer's. We look into it, and a colleague gets in touch.")
    return remember(request, redirect(back), entered), ""
