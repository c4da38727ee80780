"""The effort of a period: figures with their meaning, how it is spread, where it is high, and the way to the cases."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, Chosen, chosen
from zhoudao.doors.desk.board.tiles import Tile
from zhoudao.doors.desk.tags import channel_word, lasting
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.queries import effort
from zhoudao.rooms.cases.queries.effort import MANY, NONE, Total
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

_DEFAULT = "month"
_SPLITS: dict[str, LazyText] = {
    "kind": gettext_lazy("Kind"),
    "channel": gettext_lazy("Channel"),
    "team": gettext_lazy("Team"),
    "store": gettext_lazy("Store"),
}


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Four weeks, unless something else is asked for."""
    viewer, query = viewer_of(request), request.GET.copy()
    query.setdefault("period", _DEFAULT)
    asked = chosen(query, at=clock.now())
    split = query.get("by", "") if query.get("by") in _SPLITS else "kind"
    teams = {str(team.id): str(team) for team in Team.objects.order_by("code")}
    stores = {str(store.id): str(store) for store in Store.objects.order_by("code")}
    names: dict[str, Mapping[str, Any]] = {
        "kind": dict(Kind.choices),
        "channel": {one: channel_word(one) for one in CHANNEL_KINDS},
    }
    found = effort.total(viewer, asked.asked)
    context: dict[str, Any] = {
        "chosen": asked,
        "found": found,
        "tiles": _tiles(asked, found),
        "bars": _bars(asked, effort.spread(viewer, asked.asked)),
        "by": split,
        "splits": _SPLITS.items(),
        "lines": _lines(
            asked, split, effort.by(viewer, asked.asked, split), (names | {"team": teams, "store": stores})[split]
        ),
        "metric": figures.EFFORT_CONTACTS,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": teams.items(),
        "stores": stores.items(),
    }
    return render(request, "desk/effort/figures.html", context)


def _tiles(asked: Chosen, found: Total) -> list[Tile]:
    contacts, repeats, waited = found.more[figures.EFFORT_CONTACTS.code], found.more[figures.EFFORT_REPEATS.code], None
    if found.cases:
        waited = found.sums["waited_seconds"] / found.cases / 60
    told, again = found.sums["told_again"], found.sums["asked_again"]
    more_than_one = _("{n} of {all} cases took more than one")
    rows = [
        (figures.EFFORT_CONTACTS, _each(found, "contacts"), more_than_one.format(n=contacts, all=found.cases)),
        (
            figures.EFFORT_REPEATS,
            str(found.repeats),
            _("{told} told again, {asked} asked again").format(told=told, asked=again),
        ),
        (
            figures.EFFORT_CHANNELS,
            _each(found, "channels"),
            more_than_one.format(n=found.more[figures.EFFORT_CHANNELS.code], all=found.cases),
        ),
        (
            figures.EFFORT_PEOPLE,
            _each(found, "people"),
            more_than_one.format(n=found.more[figures.EFFORT_PEOPLE.code], all=found.cases),
        ),
        (figures.EFFORT_WAITING, lasting(waited), _("all waits of a case together")),
        (figures.EFFORT, str(found.cases), _("solved in the period")),
    ]
    level = "soon" if repeats else "calm"
    return [
        Tile(one, figure, under, _address(asked, one.code), level if one is figures.EFFORT_REPEATS else "calm")
        for one, figure, under in rows
    ]


def _each(found: Total, name: str) -> str:
    each = found.each(name)
    return f"{each:.1f}" if each is not None else "—"


def _bars(asked: Chosen, spread: Mapping[int, int]) -> list[tuple[str, int, str]]:
    """How often customers came: words, cases, the way to them."""
    return [
        (
            _("{n} or more").format(n=contacts) if contacts == MANY else str(contacts),
            cases,
            _address(asked, figures.EFFORT.code, contacts=contacts) if cases else "",
        )
        for contacts, cases in spread.items()
    ]


def _lines(asked: Chosen, split: str, found: list[tuple[str, Total]], names: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": names.get(key, "—" if key == NONE else key),
            "cases": one.cases,
            "contacts": _each(one, "contacts"),
            "repeats": one.repeats,
            "channels": _each(one, "channels"),
            "people": _each(one, "people"),
            "waiting": lasting(one.sums["waited_seconds"] / one.cases / 60),
            "address": _address(asked, figures.EFFORT.code, by=split, part=key),
            "again": _address(asked, figures.EFFORT_REPEATS.code, by=split, part=key) if one.repeats else "",
        }
        for key, one in found
    ]


def _address(asked: Chosen, code: str, **part: str | int) -> str:
    return f"{reverse('desk')}?{urlencode({'figure': code} | part)}&{asked.query}"
