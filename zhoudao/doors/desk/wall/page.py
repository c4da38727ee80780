"""The wall display's page, and its inside when something changed or the next stop is shown."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import Chosen, chosen
from zhoudao.doors.desk.board.tiles import tiles_of
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.queries.crew import LONGEST, crew
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS
from zhoudao.rooms.tallies.queries import Board, read_board

TURNS: dict[str, LazyText] = {
    "": gettext_lazy("Stay"),
    "team": gettext_lazy("Teams in turn"),
    "store": gettext_lazy("Stores in turn"),
    "channel": gettext_lazy("Channels in turn"),
}
_SECONDS = (10, 20, 30, 60)
_LONG_WAIT = timedelta(minutes=30)


@frozen
class Queue:
    """A team's waiting cases; `level` is calm, soon or over."""

    name: str
    waiting: int
    longest: timedelta | None
    address: str
    level: str


@require_GET
@permit("metrics:read")
def wall(request: HttpRequest) -> HttpResponse:
    """Everything at once in big type; only the inside when it is renewed."""
    viewer, at = viewer_of(request), clock.now()
    asked = chosen(request.GET, at=at)
    board = read_board(viewer, asked.asked, at=at, zone=clock.zone(), by_day=False)
    teams = list(Team.objects.order_by("code"))
    context = {
        "at": at,
        "chosen": asked,
        "where": _where(asked, teams),
        "tiles": tiles_of(board, asked),
        "queues": _queues(board, asked, teams, at),
        "people": crew(viewer, team_id=asked.asked.team_id, at=at),
        "most_people": LONGEST,
        "waiting": figures.WAITING,
        "longest": figures.LONGEST_WAIT,
        "is_dark": request.GET.get("theme") != "light",
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/wall/_wall.html", context)
    _keep_alive(request, at)
    return render(request, "desk/wall/wall.html", context | _turning(request, viewer, teams))


def _keep_alive(request: HttpRequest, at: datetime) -> None:
    """A screen nobody touches stays signed in: its page comes again every few hours and lengthens the session."""
    request.session["wall_shown"] = at.isoformat()


def _turning(request: HttpRequest, viewer: Viewer, teams: list[Team]) -> dict[str, Any]:
    turn = request.GET.get("turn", "") if request.GET.get("turn") in TURNS else ""
    every = request.GET.get("every", "")
    stops = {
        "team": [str(team.id) for team in teams if _may_see(viewer.teams, team.id)],
        "channel": list(CHANNEL_KINDS),
    }
    if turn == "store":
        stops["store"] = [str(one) for one in Store.objects.order_by("code").values_list("id", flat=True)]
    fixed = {"theme": "light"} if request.GET.get("theme") == "light" else {}
    path = reverse("wall")
    whole = request.GET.copy()
    for name in ("turn", "every"):
        whole.pop(name, None)
    addresses = [f"{path}?{whole.urlencode()}"]
    addresses += [f"{path}?{urlencode({turn: stop} | fixed)}" for stop in stops.get(turn, [])]
    seconds = int(every) if every.isdigit() and int(every) in _SECONDS else _SECONDS[1]
    return {"stops": addresses, "seconds": seconds, "turn": turn, "turns": TURNS.items(), "pauses": _SECONDS}


def _may_see(teams: frozenset[UUID] | None, team_id: UUID) -> bool:
    return teams is None or team_id in teams


def _where(asked: Chosen, teams: list[Team]) -> str:
    from zhoudao.doors.desk.tags import channel_word

    parts = [str(team) for team in teams if team.id == asked.asked.team_id]
    if asked.asked.store_id:
        parts += [str(store) for store in Store.objects.filter(id=asked.asked.store_id)]
    parts += [channel_word(asked.asked.channel)] if asked.asked.channel else []
    return " · ".join(parts) or _("All of us")


def _queues(board: Board, asked: Chosen, teams: list[Team], at: datetime) -> list[Queue]:
    names: list[tuple[UUID | None, str]] = [(team.id, str(team)) for team in teams]
    rows = []
    for team_id, name in [*names, (None, _("No team"))]:
        count, since = board.waiting_by_team.get(team_id, 0), board.waits_since.get(team_id)
        if count:
            longest = at - since if since else None
            level = (
                "over"
                if longest and longest >= 2 * _LONG_WAIT
                else "soon"
                if longest and longest >= _LONG_WAIT
                else "calm"
            )
            query = {"figure": figures.WAITING.code, "team": str(team_id or "")}
            query |= {"store": str(asked.asked.store_id)} if asked.asked.store_id else {}
            query |= {"channel": asked.asked.channel} if asked.asked.channel else {}
            rows.append(Queue(name, count, longest, f"{reverse('desk')}?{urlencode(query)}", level))
    return sorted(rows, key=lambda row: row.longest or timedelta(0), reverse=True)
