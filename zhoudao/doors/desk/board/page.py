"""The board itself."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, Chosen, chosen
from zhoudao.doors.desk.board.tiles import tiles_of
from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.promise_rules import KIND_LABELS
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.cases.queries.paging import unreached
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS
from zhoudao.rooms.incidents.queries import under_way
from zhoudao.rooms.tallies.queries import Board, read_board
from zhoudao.rooms.targets.queries import open_shortfalls


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Every figure with its definition, charts, and the way to the cases; only the inside when refreshed."""
    viewer, at = viewer_of(request), clock.now()
    asked = chosen(request.GET, at=at)
    found = read_board(viewer, asked.asked, at=at, zone=clock.zone(), by_day=asked.by == "day")
    context = {
        "chosen": asked,
        "at": at,
        "tiles": tiles_of(found, asked),
        "kept": [(KIND_LABELS.get(one.kind, one.kind), one) for one in found.kept],
        "opened": figures.OPENED,
        "heard": figures.HEARD_UPSET,
        "charts": {"volume": _volume(viewer, asked, found), "teams": _teams(found), "moods": _moods(asked, found)},
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": Team.objects.order_by("code"),
        "stores": Store.objects.order_by("code"),
        "incidents": under_way(3) if viewer.may("incidents:read") else [],
        "silent": visible_channels(viewer).filter(is_active=True, state__silent__since__isnull=False),
        "unreached": unreached(viewer),
        "shortfalls": open_shortfalls(viewer)[:3],
    }
    inside = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "desk/board/_board.html" if inside else "desk/board/board.html", context)


def _volume(viewer: Viewer, asked: Chosen, found: Board) -> dict[str, Any]:
    if found.opened_by_day is None:
        counts = board.volume(viewer, asked.asked, zone=clock.zone(), by=asked.by)
    else:
        midnight = asked.asked.start.timetz()
        counts = {datetime.combine(day, midnight): n for day, n in found.opened_by_day.items()}
    moments = _moments(asked)
    return {
        "labels": _labels(asked, moments),
        "values": [counts.get(moment, 0) for moment in moments],
        "name": _("New cases"),
        "link": f"{reverse('desk')}?figure={figures.OPENED.code}&{asked.query}",
    }


def _moods(asked: Chosen, found: Board) -> dict[str, Any]:
    moments = _moments(asked)
    heard = [found.heard.get(moment, board.Heard(0, 0)) for moment in moments]
    return {
        "labels": _labels(asked, moments),
        "upset": [one.upset for one in heard],
        "others": [one.all - one.upset for one in heard],
        "names": [_("Upset"), _("Not upset")],
        "link": f"{reverse('desk')}?figure={figures.HEARD_UPSET.code}&{asked.query}",
    }


def _moments(asked: Chosen) -> list[datetime]:
    """The hours of the day, or the days of the period."""
    step = timedelta(hours=1) if asked.by == "hour" else timedelta(days=1)
    moments: list[datetime] = []
    moment = asked.asked.start
    while moment < asked.asked.end:
        moments.append(moment)
        moment += step
    return moments


def _labels(asked: Chosen, moments: list[datetime]) -> list[str]:
    form = "%H:00" if asked.by == "hour" else "%m-%d"
    return [moment.strftime(form) for moment in moments]


def _teams(found: Board) -> dict[str, Any]:
    names = {team.id: str(team) for team in Team.objects.filter(id__in=[one for one in found.waiting_by_team if one])}
    most = sorted(found.waiting_by_team.items(), key=lambda row: row[1], reverse=True)
    rows = [(names.get(team_id, "—") if team_id else "—", team_id, count) for team_id, count in most]
    code = figures.WAITING.code
    return {
        "labels": [name for name, _id, _count in rows],
        "values": [count for _name, _id, count in rows],
        "links": [f"{reverse('desk')}?figure={code}&team={team_id or ''}" for _name, team_id, _count in rows],
        "name": _("Waiting for us"),
    }
