"""`/portal/embed?token=…`: the company's own app or mini-program opens the portal with its user known already.

Anybody can send somebody else a link with a token for themselves. Whoever follows it would write under a stranger's
name, who reads it all. So a token counts at once only where no link leads: in a frame, by a cookie of that frame alone,
and in the app's own window, which says so. Any other window shows who it is for, and asks.
"""

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.framing import let_frame
from zhoudao.doors.portal.guessing import barred, discreet
from zhoudao.doors.portal.guests import device_of, guest_of, is_framed, own_path, remember
from zhoudao.doors.portal.home.showing import home_page
from zhoudao.doors.portal.limits import GUESSES, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.app_tokens import LONGEST, NotTrusted
from zhoudao.kit.text import mask_name, mask_phone
from zhoudao.rooms.entrances.commands.by_app import Vouched, enter_by_app, is_theirs, key_named, vouched

BY_APP = "X-Zhoudao-App"  # what the app's own window sends along, and no link can
_MINI_PROGRAM = "miniprogram"  # WeChat's and Alipay's windows say so themselves, and open only what their program says
_ASKED, _SALT = "zd_embed", "portal.embed"


@permit(PUBLIC)
@csrf_exempt  # the answer is bound to the browser we asked, by a cookie other sites' posts do not carry
@require_http_methods(["GET", "POST"])
def embed(request: HttpRequest) -> HttpResponse:
    """A token is good once; where it leads is one of our own pages, and the token is in no address after that."""
    if (stop := barred(request)) is not None:
        return stop
    given = request.POST if request.method == "POST" else request.GET
    token, to = given.get("token", ""), own_path(given.get("to", ""))
    try:
        one = vouched(token=token, audience=settings.BASE_URL, real_now=datetime.now(UTC))
        if request.method == "POST":
            return _enter(request, one, to) if _was_asked(request, token) else _ask(request, one, token, to)
        return _enter(request, one, to) if _is_sure(request, one) else _ask(request, one, token, to)
    except NotTrusted:
        GUESSES.knock(address_of(request))
        key = key_named(token)
        origins = key.origins if key else []
        context = {"guest": None, "act": "", "origins": " ".join(origins)}
        return let_frame(home_page(request, "not_in.html", context, status=403), origins)


def _is_sure(request: HttpRequest, one: Vouched) -> bool:
    """Whether nobody can have been led here by a stranger, or it makes no difference."""
    if is_framed(request) or BY_APP in request.headers:
        return True
    if _MINI_PROGRAM in request.headers.get("User-Agent", "").lower():
        return True
    guest = guest_of(request)
    return guest is not None and is_theirs(one, guest.customer_id)


def _enter(request: HttpRequest, one: Vouched, to: str) -> HttpResponse:
    entered = enter_by_app(one=one, device=device_of(request), at=clock.now(), real_now=datetime.now(UTC))
    answer = discreet(remember(request, redirect(to), entered))
    if not is_framed(request):
        answer.delete_cookie(_ASKED, path=reverse("portal:embed"), samesite="Strict")
    return answer


def _ask(request: HttpRequest, one: Vouched, token: str, to: str) -> HttpResponse:
    """Who it is for, and whether that is who sits here."""
    said = one.said
    context = {
        "token": token,
        "to": to,
        "by": one.key.name,
        "name": mask_name(said.name),
        "reached": mask_phone(said.phone.removeprefix("+86")),
        "is_other": guest_of(request) is not None,
    }
    answer = discreet(home_page(request, "by_app.html", context))
    answer.set_cookie(
        _ASKED,
        signing.dumps(_digest(token), salt=_SALT),
        max_age=int(LONGEST.total_seconds()),
        path=reverse("portal:embed"),
        httponly=True,
        samesite="Strict",
        secure=settings.SECURE,
    )
    return answer


def _was_asked(request: HttpRequest, token: str) -> bool:
    """Whether this browser was shown the question about this token."""
    try:
        asked = signing.loads(request.COOKIES.get(_ASKED, ""), salt=_SALT, max_age=LONGEST)
    except signing.BadSignature:
        return False
    return isinstance(asked, str) and constant_time_compare(asked, _digest(token))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
