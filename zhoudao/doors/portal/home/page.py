"""`/portal/`: what customers come for, and what is theirs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.guests import for_guests, guest_of
from zhoudao.doors.portal.help_centre import page as answers
from zhoudao.doors.portal.home.lines import lines_of
from zhoudao.doors.portal.home.places import cursor_of, place_in
from zhoudao.doors.portal.home.sections import Mine, shown_to
from zhoudao.doors.portal.home.showing import home_page, language_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.contacts import cases_seen, sight_of
from zhoudao.rooms.entrances.models import Pass
from zhoudao.rooms.entrances.tiles import tiles_shown

AT_HOME = 5


@permit(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Services by need for everybody; for who is signed in, open cases and whatever else of theirs there is."""
    guest, language = guest_of(request), language_of(request)
    context: dict[str, Any] = {"tiles": tiles_shown(), "has_answers": answers.is_filled()}
    if guest is not None:
        now, sight = clock.now(), sight_of(guest.customer_id)
        found = cases_seen(sight, is_open=True, size=AT_HOME)
        context["lines"] = lines_of(found.cases, sight, now)
        context["has_more"] = found.next is not None
        context["sections"] = shown_to(Mine(sight.records, language, now))
    return home_page(request, "home.html", context)


@permit(PUBLIC)
@require_safe
@for_guests
def cases(request: HttpRequest, guest: Pass) -> HttpResponse:
    """All of somebody's cases, open or solved, their own or their organisation's, a page at a time."""
    now, sight = clock.now(), sight_of(guest.customer_id)
    is_open, only_own = request.GET.get("show") != "solved", request.GET.get("whose") == "mine"
    after = place_in(request.GET.get("after", ""))
    found = cases_seen(sight, is_open=is_open, only_own=only_own, after=after)
    context = {
        "lines": lines_of(found.cases, sight, now),
        "next": cursor_of(*found.next) if found.next else "",
        "show": "open" if is_open else "solved",
        "whose": "mine" if only_own else "all",
        "has_organisation": bool(sight.organisations),
        "is_first": after is None,
    }
    return home_page(request, "cases.html", context)
