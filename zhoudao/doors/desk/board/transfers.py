"""How often cases change hands: figures with their meaning, who passes to whom and why, and the way to the cases."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, Chosen, chosen
from zhoudao.doors.desk.board.tiles import Tile
from zhoudao.doors.desk.tags import percent
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.queries import transfers
from zhoudao.rooms.cases.queries.transfers import NOBODY, Passed, Totals, Way
from zhoudao.rooms.cases.transfers import REASONS
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

PEOPLE = "team:read"  # who passes to whom by name is for whoever leads them
_DEFAULT = "week"
_SIDES = {"team": gettext_lazy("Teams"), "person": gettext_lazy("People")}


@frozen
class Line:
    """One way in the table, with the addresses of its cases and of those that went back."""

    passed: Passed
    address: str
    back: str


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """A week, unless something else is asked for."""
    viewer, at = viewer_of(request).within("metrics:read"), clock.now()
    query = request.GET.copy()
    query.setdefault("period", _DEFAULT)
    asked = chosen(query, at=at)
    teams = {team.id: str(team) for team in Team.objects.order_by("code")}
    sides = _SIDES if viewer.may(PEOPLE) else {"team": _SIDES["team"]}
    by = query.get("by", "") if query.get("by") in sides else "team"
    if by == "team":
        ways = transfers.between_teams(viewer, asked.asked, teams)
    else:
        ways = transfers.between_people(viewer.within(PEOPLE), asked.asked, teams)
    why = transfers.by_reason(viewer, asked.asked)
    context: dict[str, Any] = {
        "chosen": asked,
        "tiles": _tiles(asked, transfers.totals(viewer, asked.asked, at=at)),
        "by": by,
        "sides": sides.items(),
        "lines": [_line(asked, one) for one in ways],
        "reasons": [(words, n, _address(asked, Way(reason=code))) for code, words, n in why],
        "metric": figures.TRANSFERS,
        "bounces": figures.BOUNCES,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": teams.items(),
        "stores": Store.objects.order_by("code"),
    }
    return render(request, "desk/board/transfers.html", context)


def way_of(query: QueryDict) -> Way:
    """The way an address asks for; anything unknown is left out."""
    sides = {name: query.get(name, "") for name in ("from_owner", "from_team", "to_owner", "to_team")}
    named = {name: said for name, said in sides.items() if said == NOBODY or uuid_in(said)}
    return Way(**named, reason=query.get("reason", "") if query.get("reason") in REASONS else "")


def _tiles(asked: Chosen, found: Totals) -> list[Tile]:
    each = f"{found.per_case:.2f}" if found.per_case is not None else "—"
    share = percent(found.bounces / found.count if found.count else None)
    rows = [
        (figures.TRANSFERS_PER_CASE, each, _("{n} of {all} resolved cases changed hands"), "calm"),
        (figures.TRANSFERS, str(found.count), _("of {cases} cases"), "calm"),
        (figures.BOUNCES, str(found.bounces), _("{share} of the hand-overs"), "soon" if found.bounces else "calm"),
    ]
    said = {"n": found.touched, "all": found.resolved, "cases": found.cases, "share": share}
    return [
        Tile(one, figure, under.format(**said), _address(asked, Way(), one.code), level)
        for one, figure, under, level in rows
    ]


def _line(asked: Chosen, passed: Passed) -> Line:
    back = _address(asked, passed.way, figures.BOUNCES.code) if passed.bounces else ""
    return Line(passed, _address(asked, passed.way), back)


def _address(asked: Chosen, way: Way, code: str = figures.TRANSFERS.code) -> str:
    return f"{reverse('desk')}?{urlencode({'figure': code} | way.asked())}&{asked.query}"
