"""Which screen asks: known by a token of its own in a cookie that no script and no other site gets hold of."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from zhoudao.ground.installation import clock
from zhoudao.kit.ids import url_token
from zhoudao.rooms.visits.commands.devices import device_of
from zhoudao.rooms.visits.models import Device

COOKIE = "zd_device"
TURN = "zd_turn"  # one customer's stay at the screen: the start begins another, and nothing of an earlier one goes on
_YEAR_SECONDS = 365 * 24 * 3600


def device_in(request: HttpRequest) -> Device | None:
    """The paired screen that asks; None for any other browser, and for one that was revoked."""
    return device_of(request.COOKIES.get(COOKIE, ""), at=clock.now())


def remember(answer: HttpResponse, token: str) -> HttpResponse:
    """This will let the screen be known from now on."""
    return _keep(answer, COOKIE, token)


def turn_at(request: HttpRequest) -> str:
    """Whose turn it is; empty before the first start."""
    return request.COOKIES.get(TURN, "")


def begin_turn(answer: HttpResponse) -> HttpResponse:
    """This will end the turn of who was here: the browser's history leads back to none of it."""
    return _keep(answer, TURN, url_token())


def on_device(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """This will hand the screen to a view. Whoever is none, and a form of an earlier turn, is sent to the start."""

    @wraps(view)
    def asked(request: HttpRequest, **named: str) -> HttpResponse:
        device = device_in(request)
        if device is None or (request.method == "POST" and not _is_of_this_turn(request)):
            return redirect("portal:kiosk")
        return view(request, device, **named)

    return asked


def _is_of_this_turn(request: HttpRequest) -> bool:
    turn = turn_at(request)
    return bool(turn) and constant_time_compare(request.POST.get("turn", ""), turn)


def _keep(answer: HttpResponse, name: str, token: str) -> HttpResponse:
    answer.set_cookie(
        name, token, max_age=_YEAR_SECONDS, path="/kiosk/", httponly=True, samesite="Strict", secure=settings.SECURE
    )
    return answer
