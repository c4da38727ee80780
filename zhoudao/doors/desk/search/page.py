"""The page of the search, its following pages, and the counts that come a moment later."""

from dataclasses import replace
from typing import Any

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.search.asking import (
    PERIODS,
    Chosen,
    chosen,
    only_words,
    read_place,
    with_kind,
    write_place,
)
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Kind, Status, Tier
from zhoudao.rooms.cases.queries.finding import COUNTED, count, is_indexed_to
from zhoudao.rooms.cases.queries.searching import LONGEST, Results, WordsTooLong, asked_for, may_find, search
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

KIND_WORDS: dict[str, tuple[LazyText, str]] = {
    "": (_("Everything"), "search"),
    "case": (_("Cases"), "ticket"),
    "message": (_("Messages"), "message-square"),
    "note": (_("Notes"), "sticky-note"),
    "customer": (_("Customers"), "user"),
}


@require_GET
@permit("cases:read")
def page(request: HttpRequest) -> HttpResponse:
    """The box, the filters and the first results; only the results when the page asks for them."""
    viewer, at = viewer_of(request), clock.now()
    asked = chosen(request.GET, at=at)
    context = _found(viewer, asked, request) | {"tabs": _tabs(viewer, asked)}
    if request.htmx and not request.htmx.history_restore_request:  # type: ignore[attr-defined]  # put there by django-htmx
        return render(request, "desk/search/_results.html", context)
    context |= {
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "case_kinds": Kind.choices,
        "tiers": Tier.choices,
        "statuses": Status.choices,
        **_places(),
        "longest": LONGEST,
    }
    return render(request, "desk/search/search.html", context)


@require_GET
@permit("cases:read")
def more(request: HttpRequest) -> HttpResponse:
    """Older results."""
    viewer = viewer_of(request)
    return render(request, "desk/search/_more.html", _found(viewer, chosen(request.GET, at=clock.now()), request))


@require_GET
@permit("cases:read")
def counts(request: HttpRequest) -> HttpResponse:
    """The tabs, with how much there is of each kind that words are found in."""
    viewer, at = viewer_of(request), clock.now()
    asked = chosen(request.GET, at=at)
    try:
        words = asked_for(viewer, replace(asked.wanted, kinds=frozenset()))
    except WordsTooLong:
        return render(request, "desk/search/_tabs.html", {"tabs": _tabs(viewer, asked)})
    known, is_all = count(viewer, words, at=at)
    return render(
        request, "desk/search/_tabs.html", {"tabs": _tabs(viewer, asked, known, is_all), "indexed_to": is_indexed_to()}
    )


def _found(viewer: Viewer, asked: Chosen, request: HttpRequest) -> dict[str, Any]:
    place = read_place(request.GET.get("cursor", ""))
    is_too_long = False
    try:
        results = search(viewer, asked.wanted, at=clock.now(), after=place)
    except WordsTooLong:
        results, is_too_long = Results([], [], [], None, None), True
    return {
        "asked": asked,
        "results": results,
        "next": write_place(results.next),
        "is_too_long": is_too_long,
        "times": _times(request),
        "everything": only_words(asked.words),
    }


def _tabs(
    viewer: Viewer, asked: Chosen, known: dict[str, int] | None = None, is_all: bool = True
) -> list[dict[str, Any]]:
    may = may_find(viewer, frozenset())
    total = {"": sum(known.values())} | known if known else {}
    return [
        {
            "code": code,
            "words": words,
            "drawing": drawing,
            "query": with_kind(asked.query, code),
            "is_here": asked.kind == code,
            "count": _said(total.get(code), is_all),
        }
        for code, (words, drawing) in KIND_WORDS.items()
        if not code or code in may
    ]


def _places() -> dict[str, list[Store | Team]]:
    """Teams and stores to choose from (one statement)."""
    teams = Team.objects.order_by().values_list("id", "code", "names", Value("team"))
    rows = teams.union(Store.objects.order_by().values_list("id", "code", "names", Value("store")), all=True)
    known = sorted(rows, key=lambda row: str(row[1]))
    return {
        "teams": [Team(id=id_, code=code, names=names) for id_, code, names, what in known if what == "team"],
        "stores": [Store(id=id_, code=code, names=names) for id_, code, names, what in known if what == "store"],
    }


def _times(request: HttpRequest) -> int:
    """How often the page went on by itself: after a dozen empty looks somebody has to want it."""
    times = request.GET.get("times", "0")
    return int(times[:4]) + 1 if times.isascii() and times.isdigit() else 1


def _said(count: int | None, is_all: bool) -> str:
    """Exact, or how many there are at least."""
    if count is None:
        return ""
    return str(count) if is_all else f"{COUNTED:,}+" if count >= COUNTED else f"{count:,}+"
