"""Which screen asks: known by a token of its own in a cookie that no script and no other site gets hold of."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhoudao.ground.installation import clock
from zhoudao.rooms.visits.commands.devices import device_of
from zhoudao.rooms.visits.models import Device

COOKIE = "zd_device"
_YEAR_SECONDS = 365 * 24 * 3600


def device_in(request: HttpRequest) -> Device | None:
    """The paired screen that asks; None for any other browser, and for one that was revoked."""
    return device_of(request.COOKIES.get(COOKIE, ""), at=clock.now())


def remember(answer: HttpResponse, token: str) -> HttpResponse:
    """This will let the screen be known from now on."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=_YEAR_SECONDS,
        path="/kiosk/",
        httponly=True,
        samesite="Strict",
        secure=settings.SECURE,
    )
    return answer


def on_device(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """This will hand the screen to a view; whoever is none is sent to the start, where screens are paired."""

    @wraps(view)
    def asked(request: HttpRequest, **named: str) -> HttpResponse:
        device = device_in(request)
        return view(request, device, **named) if device is not None else redirect("portal:kiosk")

    return asked
