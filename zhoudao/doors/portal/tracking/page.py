"""`/t/<link>/`: where an order is; `/t/`: the way there by number and telephone."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.limits import Limit, address_of
from zhoudao.doors.portal.tracking.showing import context_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sealed import phone_index
from zhoudao.rooms.parcels.links import LOOK, order_behind, tracking_path

LOOKS = Limit("track", 12, 600)  # of one address
LOOKS_AT_ORDER = Limit("track-order", 6, 1800)  # for one number, whoever asks
_NUMBER = re.compile(r"O(\d{4})-?(\d{1,9})", re.IGNORECASE | re.ASCII)


@permit(PUBLIC)
@require_safe
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Where it is, when it comes, what is next."""
    if (stop := barred(request)) is not None:
        return stop
    found = order_behind(token)
    if found is None:
        return wrong(request)
    order, is_own = found
    language = speak(request, order.language)
    return shown(request, order, token, language, is_own=is_own)


@permit(PUBLIC)
@csrf_exempt  # no session counts here: who knows number and telephone may look
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By the order's number and the recipient's telephone: a link that only looks."""
    language = speak(request, "")
    if request.method != "POST":
        return _form(request, language)
    number, phone = request.POST.get("number", "").strip()[:80], request.POST.get("phone", "").strip()[:40]
    if max(LOOKS.knock(address_of(request)), LOOKS_AT_ORDER.knock(number.upper())):
        words = _("That was a lot at once. Please wait a few minutes; everything is still here.")
        return _form(request, language, refusal=words, status=429)
    order = _found(number, phone)
    if order is None:
        words = _("We find no order of this number with this telephone number. Look at both again.")
        return _form(request, language, refusal=words, status=422)
    return discreet(redirect(f"{tracking_path(order.id, LOOK)}?language={language}"))


def shown(
    request: HttpRequest,
    order: Order,
    token: str,
    language: str,
    *,
    is_own: bool,
    refusals: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as it stands, with what was typed and is not right."""
    context = context_of(order, clock.now(), is_own=is_own)
    context |= {
        "token": token,
        "language": language,
        "languages": NAMES,
        "said": request.GET.get("said", ""),
        "form_token": guard.issue(),
        "given": request.POST,
        "refusals": refusals or {},
    }
    return discreet(render(request, "tracking/page.html", context, status=status))


def _found(number: str, phone: str) -> Order | None:
    match = _NUMBER.fullmatch(number)
    whole = f"O{match[1]}-{match[2].zfill(6)}" if match else ""
    if not phone or not number:
        return None
    rows = Order.objects.filter(phone_index=phone_index(phone), customer__erased_at=None).order_by("-placed_at", "-id")
    return rows.filter(number=whole).first() if whole else rows.filter(external_number=number).first()


def _form(request: HttpRequest, language: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"language": language, "languages": NAMES, "refusal": refusal, "given": request.POST}
    return discreet(render(request, "tracking/find.html", context, status=status))
