"""All figures of a place with what is usual, what they are to reach and how far they are from it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.figures.asking import Days, Place, cases_address, place_of
from zhoudao.doors.desk.figures.drawing import Chart, spark
from zhoudao.doors.desk.figures.words import distance, gap_of, worded
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import Metric
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.targets.commands import may_set
from zhoudao.rooms.targets.history import Line, lines_of, whole_days


@frozen
class Row:
    """One figure in words. `level` is good, bad or none."""

    about: Metric
    today: str
    last: str
    last_address: str
    week: str
    usual: str
    spread: str
    target: str
    level: str
    gap: str
    missed: str
    drawing: Chart | None


@require_GET
@permit("metrics:read")
def figures(request: HttpRequest) -> HttpResponse:
    """Those with a target first, and among them those that miss it."""
    viewer, at = viewer_of(request), clock.now()
    place = place_of(viewer, request.GET)
    today = whole_days(place.store_id, at)
    lines = lines_of(place.store_id, today=today) if place.is_any else []
    rows = [row_of(one, place) for one in lines]
    order = {"bad": 0, "good": 1, "none": 2}
    context: dict[str, Any] = {
        "place": place,
        "rows": sorted(rows, key=lambda row: (order[row.level] if row.target else 3, str(row.about.title))),
        "at": at,
        "may_set": may_set(viewer, place.store_id),
    }
    return render(request, "desk/figures/figures.html", context)


def row_of(line: Line, place: Place) -> Row:
    """A figure as the list shows it."""
    about, last, usual, verdict = line.about, line.last, line.usual, line.verdict
    level, gap = gap_of(line.target, last.value if last else None)
    return Row(
        about=about,
        today=worded(about, line.today.value if line.today else None),
        last=worded(about, last.value if last else None),
        last_address=cases_address(about, place, Days(last.day, last.day)) if last else "",
        week=worded(about, line.week),
        usual=worded(about, usual.middle if usual else None),
        spread=f"± {distance(about, usual.spread)}" if usual else "",
        target=worded(about, line.target.value) if line.target else "",
        level=level,
        gap=gap,
        missed=f"{len(verdict.missed)}/{verdict.looked_at}" if verdict and verdict.looked_at else "",
        drawing=spark(line.days, line.target.value if line.target else None),
    )
