"""Pages behind unguessable links: the same answer for every wrong one, and an end to trying."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.limits import GUESSES, address_of


def barred(request: HttpRequest) -> HttpResponse | None:
    """The answer for an address that guessed wrong too often, right or wrong this time; else None."""
    wait = GUESSES.wait(address_of(request))
    if not wait:
        return None
    answer = _page(request, "portal/slow_down.html", 429)
    answer["Retry-After"] = str(wait)
    return answer


def wrong(request: HttpRequest) -> HttpResponse:
    """The answer for a link that leads nowhere; it is counted."""
    GUESSES.knock(address_of(request))
    return _page(request, "portal/not_here.html", 404)


def discreet(answer: HttpResponse) -> HttpResponse:
    """This will keep the link to its holder: not indexed, not passed on, not cached."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    language = speak(request, "")
    return discreet(render(request, template, {"language": language, "languages": NAMES}, status=status))
