"""Who is behind a customer's browser: known by a token of its own, apart from every colleague's session."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from zhoudao.ground.vault import box
from zhoudao.rooms.entrances.commands.coming_in import LASTS, Entered, seen
from zhoudao.rooms.entrances.models import Pass
from zhoudao.rooms.entrances.queries import pass_of

COOKIE = "zd_guest"
APP_COOKIE = "zd_app"  # a cookie of its own for frames in other pages, kept apart for each of them (CHIPS)
_ASKED = "_zd_guest"
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_FRAMES = ("iframe", "frame", "embed", "object")
_OWN_PATH = re.compile(r"/(?:portal|help|p)/[\w./?=&%-]*", re.ASCII)


def guest_of(request: HttpRequest) -> Pass | None:
    """The customer who is signed in here, read once a request (one statement; none without a cookie)."""
    if not hasattr(request, _ASKED):
        real_now = datetime.now(UTC)
        tokens = (request.COOKIES.get(name, "") for name in _counting(request))
        found = next((one for token in tokens if (one := pass_of(token, real_now=real_now)) is not None), None)
        if found is not None:
            seen(found, real_now=real_now)
        setattr(request, _ASKED, found)
    guest: Pass | None = getattr(request, _ASKED)
    return guest


def is_framed(request: HttpRequest) -> bool:
    """Whether the browser says that this page goes into another's; no page can make it say so."""
    return request.headers.get("Sec-Fetch-Dest", "") in _FRAMES


def _counting(request: HttpRequest) -> tuple[str, ...]:
    """Which cookies say who is here. A window of its own is nobody's frame: what an old browser kept there from some
    page's frame signs nobody in."""
    if is_framed(request):
        return APP_COOKIE, COOKIE
    return (COOKIE,) if request.headers.get("Sec-Fetch-Dest") == "document" else (COOKIE, APP_COOKIE)


def act_of(guest: Pass | None) -> str:
    """What a form of this guest's carries, and nobody else can know: a post without it is not theirs."""
    return box.blind_index("portal.act", guest.id.hex).hex() if guest else ""


def is_own_act(request: HttpRequest, guest: Pass) -> bool:
    """Whether a post comes from a page we made for this guest."""
    return constant_time_compare(request.POST.get("act", ""), act_of(guest))


def for_guests(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Only who is signed in; everybody else signs in first and comes back. Posts need the guest's own act."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        guest = guest_of(request)
        if guest is None:
            return redirect(f"{reverse('portal:sign_in')}?next={quote(own_path(request.get_full_path()))}")
        if request.method == "POST" and not is_own_act(request, guest):
            return redirect("portal:home")
        return view(request, guest, *args, **named)

    return asked


def remember(request: HttpRequest, answer: HttpResponse, entered: Entered | str) -> HttpResponse:
    """This will let the browser be known from now on, by a token that was never anybody's before: in another's frame
    by a cookie of that frame alone. Python's cookies know no `Partitioned` before 3.14."""
    token, age = (entered, LASTS) if isinstance(entered, str) else (entered.token, entered.lasts)
    seconds = int(age.total_seconds())
    if is_framed(request):
        kept = f"HttpOnly; Max-Age={seconds}; Partitioned; Path=/; SameSite=None; Secure"
        answer["Set-Cookie"] = f"{APP_COOKIE}={token}; {kept}"
    else:
        answer.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SECURE)
    return answer


def forget(answer: HttpResponse) -> HttpResponse:
    """This will take the token out of the browser."""
    answer.delete_cookie(COOKIE, samesite="Lax")
    answer["Set-Cookie"] = f"{APP_COOKIE}=; HttpOnly; Max-Age=0; Partitioned; Path=/; SameSite=None; Secure"
    answer["Clear-Site-Data"] = '"storage"'  # what was written and not sent must not wait here for the next one
    return answer


def device_of(request: HttpRequest) -> str:
    """A browser's and a system's name, as a person would say it."""
    agent = request.headers.get("User-Agent", "")
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)


def own_path(asked: str) -> str:
    """A page of ours that may be come back to, else the front door."""
    is_ours = _OWN_PATH.fullmatch(asked) and "//" not in asked and ".." not in asked and len(asked) < 300
    return asked if is_ours else reverse("portal:home")
