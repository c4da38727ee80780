"""What becomes of cases: how many are solved, how many are complaints and how long those take, by value and place."""

from collections.abc import Mapping
from types import MappingProxyType
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
from zhoudao.doors.desk.tags import channel_word, grade_word, lasting, percent
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import Metric
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.queries.resolving import GRADES, NO_GRADE, Settled
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS
from zhoudao.rooms.tallies.resolving import settled

_DEFAULT = "month"
_WHOLE: Mapping[str, str] = MappingProxyType({})
_SPLITS: dict[str, LazyText] = {
    "grade": gettext_lazy("Value"),
    "store": gettext_lazy("Store"),
    "channel": gettext_lazy("Channel"),
    "team": gettext_lazy("Team"),
}


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Four weeks beside the four before, unless something else is asked for."""
    viewer, at, zone = viewer_of(request), clock.now(), clock.zone()
    query = request.GET.copy()
    query.setdefault("period", _DEFAULT)
    asked = chosen(query, at=at)
    split = query.get("by", "") if query.get("by") in _SPLITS else "grade"
    both = settled(viewer, asked.asked, split, at=at, zone=zone)
    rows = both.rows
    teams, stores = Team.objects.order_by("code"), Store.objects.order_by("code")
    names = {str(one.id): str(one) for one in teams} | {str(one.id): str(one) for one in stores}
    names |= {one: channel_word(one) for one in CHANNEL_KINDS} | {one: grade_word(one) for one in GRADES}
    names[NO_GRADE] = _("No grade")
    order = [*GRADES, NO_GRADE] if split == "grade" else sorted(rows, key=lambda key: (-rows[key].opened, key))
    context: dict[str, Any] = {
        "chosen": asked,
        "tiles": _tiles(asked, both.whole, both.whole_before),
        "by": split,
        "splits": _SPLITS.items(),
        "lines": [
            _line(asked, split, key, names.get(key, "—"), (rows[key], both.rows_before.get(key, Settled())))
            for key in order
            if key in rows
        ],
        "metric": figures.RESOLUTION_RATE,
        "has_times": split != "grade",
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": teams,
        "stores": stores,
    }
    return render(request, "desk/board/resolution.html", context)


def change(now: float | None, past: float | None) -> str:
    """By how many points of a hundred a share moved; empty where there is nothing to compare with."""
    if now is None or past is None:
        return ""
    points = round((now - past) * 100)
    return f"{points:+d}" if points else "±0"


def _tiles(asked: Chosen, found: Settled, past: Settled) -> list[Tile]:
    rows: list[tuple[Metric, str, str]] = [
        (figures.COHORT, str(found.opened), _("before: {n}").format(n=past.opened)),
        (figures.RESOLUTION_RATE, percent(found.solved_share), _then(percent(past.solved_share))),
        (figures.UNSOLVED, str(found.unsolved), _("before: {n}").format(n=past.unsolved)),
        (figures.COMPLAINT_RATE, percent(found.complaint_share), _then(percent(past.complaint_share))),
        (figures.COMPLAINT_REPLY, lasting(found.reply), _then(lasting(past.reply))),
        (figures.COMPLAINT_RESOLUTION, lasting(found.solution), _then(lasting(past.solution))),
    ]
    return [Tile(metric, figure, under, _address(asked, metric.code)) for metric, figure, under in rows]


def _then(figure: str) -> str:
    return _("before: {n}").format(n=figure)


def _line(asked: Chosen, split: str, key: str, name: str, both: tuple[Settled, Settled]) -> dict[str, Any]:
    found, past = both
    part = {split: key} if key else None
    return {
        "name": name,
        "found": found,
        "solved_change": change(found.solved_share, past.solved_share),
        "complaint_change": change(found.complaint_share, past.complaint_share),
        "opened": _address(asked, figures.COHORT.code, part),
        "solved": _address(asked, figures.RESOLUTION_RATE.code, part),
        "unsolved": _address(asked, figures.UNSOLVED.code, part),
        "complaints": _address(asked, figures.COMPLAINT_RATE.code, part),
    }


def _address(asked: Chosen, code: str, part: Mapping[str, str] | None = _WHOLE) -> str:
    """The cases behind a figure; nothing where an address cannot say which (no team)."""
    if part is None:
        return ""
    return f"{reverse('desk')}?{asked.query}&{urlencode({'figure': code, **part})}"
