"""What every page of booking has around it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.home.showing import language_of
from zhoudao.doors.portal.languages import NAMES

HOLD = "zd_hold"  # the browser's last kept time: whoever chooses another lets it go


def book_page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of booking, in the language chosen; links hold what opens a booking, so nothing passes them on."""
    around = {"language": language_of(request), "languages": NAMES}
    return discreet(render(request, f"bookings/{template}", around | context, status=status))
