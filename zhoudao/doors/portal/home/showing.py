"""What every page of the front door has around it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from zhoudao.doors.portal.guests import act_of, guest_of
from zhoudao.doors.portal.languages import NAMES, known, speak
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick


def language_of(request: HttpRequest) -> str:
    """This will speak what the address asks for, else what was chosen here before, else what the customer prefers."""
    guest = guest_of(request)
    chosen = known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    return speak(request, chosen or (guest.customer.language if guest else ""))


def home_page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the front door: one's own, kept by nobody, in the language chosen."""
    language = language_of(request)
    guest = guest_of(request)
    around = {
        "language": language,
        "languages": NAMES,
        "guest": guest,
        "act": act_of(guest),
        "company": pick(clock.company(), get_language()),
    }
    path = template if "/" in template else f"home/{template}"
    answer = render(request, path, around | context, status=status)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "same-origin"
    if known(request.GET.get("language", "")):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SECURE)
    return answer
