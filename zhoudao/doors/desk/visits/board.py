"""Everybody's day: engineers by time, and what is to be planned anew."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.visits.words import LACKING
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.queries.board import Board, Row, board_of

_EIGHT, _EIGHTEEN = 8, 18  # hours shown at least
WIDE = 1000  # of the drawing


@frozen
class Bar:
    """A visit as a bar of the drawing, by its left edge and width. Without one it is time somebody is not there, or
    (`is_taken`) with a customer of a store the viewer does not see.
    """

    visit: Visit | None
    x: float
    width: float
    is_taken: bool = False

    @property
    def left(self) -> float:
        """Its left edge in per cent of the drawing, for words that are not stretched with it."""
        return round(self.x / 10, 2)

    @property
    def share(self) -> float:
        """Its width in per cent of the drawing."""
        return round(self.width / 10, 2)


@frozen
class Lane:
    """An engineer's line of the drawing."""

    row: Row
    bars: list[Bar]


@require_GET
@permit("visits:read")
def day(request: HttpRequest) -> HttpResponse:
    """A day of all engineers; on a phone a list."""
    at, zone = clock.now(), clock.zone()
    today = at.astimezone(zone).date()
    when = _date(request.GET.get("day", "")) or today
    board = board_of(viewer_of(request), when)
    first, last = _span(board, zone)
    context = {
        "board": board,
        "today": today,
        "before": when - timedelta(days=1),
        "after": when + timedelta(days=1),
        "hours": [(hour, (hour - first) * WIDE / (last - first)) for hour in range(first, last)],
        "lanes": [_lane(row, board, first, last) for row in board.rows],
        "anew": [(one, LACKING.get(one.lacking, "")) for one in board.anew],
        "planned": board.count("planned"),
        "out": board.count("on_the_way", "begun"),
        "done": board.count("done"),
        "missed": board.count("missed"),
        "has_taken": any(row.taken for row in board.rows),
        "hour_width": WIDE / (last - first),
    }
    return render(request, "desk/visits/board.html", context)


def _span(board: Board, zone: ZoneInfo) -> tuple[int, int]:
    spans = [span for row in board.rows for span in [*(one.time for one in row.visits), *row.taken]]
    times = [moment.astimezone(zone) for span in spans for moment in span]
    hours = [one.hour + (one.minute > 0) for one in times if one.date() == board.day]
    return min([_EIGHT, *(one.hour for one in times if one.date() == board.day)]), max([_EIGHTEEN, *hours])


def _lane(row: Row, board: Board, first: int, last: int) -> Lane:
    begins, ends = board.since + timedelta(hours=first), board.since + timedelta(hours=last)

    def bar(visit: Visit | None, since: datetime, until: datetime, *, is_taken: bool = False) -> Bar:
        whole = (ends - begins).total_seconds()
        x = (max(since, begins) - begins).total_seconds() / whole * WIDE
        width = (min(until, ends) - max(since, begins)).total_seconds() / whole * WIDE
        return Bar(visit, round(x, 1), round(width, 1), is_taken)

    def shown(since: datetime, until: datetime) -> bool:
        return since < ends and until > begins

    gone = [bar(None, *one) for one in row.away if shown(*one)]
    taken = [bar(None, *one, is_taken=True) for one in row.taken if shown(*one)]
    return Lane(row, gone + taken + [bar(one, *one.time) for one in row.visits if shown(*one.time)])


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
