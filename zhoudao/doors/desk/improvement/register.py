"""The register: a board of what goes on by stage, and the list of all."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.conduct.improvement.commands.holding import WRITE, people
from zhoudao.conduct.improvement.models import OPEN, Initiative, Stage
from zhoudao.conduct.improvement.queries.register import board as on_board
from zhoudao.conduct.improvement.queries.register import closed_lately, flow_names
from zhoudao.conduct.improvement.queries.register import page as page_of
from zhoudao.doors.desk.improvement.asking import asked_of, today
from zhoudao.doors.desk.improvement.words import Aim, aim_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in


@frozen
class Card:
    """An initiative on the board; `next` is the stage it may go to, empty where a decision is due."""

    one: Initiative
    aim: Aim | None
    is_late: bool
    before: str
    next: str


@require_GET
@permit("improvement:read")
def board(request: HttpRequest) -> HttpResponse:
    """What goes on, a column a stage."""
    asked, day = asked_of(request), today()
    found = on_board(asked, today=day)
    columns = [(stage.value, stage.label, [card_of(one, day) for one in found[stage]]) for stage in OPEN]
    closed = [card_of(one, day) for one in closed_lately(asked, today=day)]
    context = {"columns": columns, "closed": closed, "is_empty": not any(found.values()) and not closed}
    return render(request, "desk/improvement/board.html", context | _filters(request))


@require_GET
@permit("improvement:read")
def listed(request: HttpRequest) -> HttpResponse:
    """All of it as a list, page by page."""
    asked, day = asked_of(request), today()
    rows, after = page_of(asked, today=day, after=uuid_in(request.GET.get("after", "")))
    query = request.GET.copy()
    query["after"] = str(after or "")
    context: dict[str, Any] = {
        "rows": [card_of(one, day) for one in rows],
        "next": query.urlencode() if after else "",
        "stages": Stage.choices,
    }
    return render(request, "desk/improvement/list.html", context | _filters(request))


def card_of(one: Initiative, day: Any) -> Card:
    """An initiative as board and list show it."""
    order = [stage.value for stage in OPEN]
    place = order.index(one.stage) if one.stage in order else -1
    is_late = one.is_open and one.due_date < day
    before = order[place - 1] if place > 0 else ""
    return Card(one, aim_of(one), is_late, before, order[place + 1] if 0 <= place < len(order) - 1 else "")


def _filters(request: HttpRequest) -> dict[str, Any]:
    viewer, asked = viewer_of(request), asked_of(request)
    return {
        "asked": asked,
        "mine": request.GET.get("owner") == "me",
        "people": people(),
        "flows": flow_names(viewer.language).items(),
        "may_write": viewer.covers(WRITE),
        "query": request.GET.urlencode(),
        "today": today(),
    }
