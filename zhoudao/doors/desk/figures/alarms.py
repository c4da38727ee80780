"""Targets that are missed: which, since when, what moved the figure, and who does what about it."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.figures.asking import Days, Place, cases_address
from zhoudao.doors.desk.figures.words import distance, said, worded
from zhoudao.doors.desk.tags import channel_word, percent
from zhoudao.engines.targets import Part
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.targets.causes import Analysis, analysis_of
from zhoudao.rooms.targets.commands import may_set
from zhoudao.rooms.targets.improving import give_improvement, people, tick_improvement
from zhoudao.rooms.targets.models import Shortfall
from zhoudao.rooms.targets.queries import open_shortfalls, page_of_shortfalls, shortfall_of
from zhoudao.rooms.targets.refusals import ImprovementUnsound, ShortfallNotFound, TargetRefusal

_SPLITS: dict[str, LazyText] = {
    "store": gettext_lazy("Stores"),
    "team": gettext_lazy("Teams"),
    "channel": gettext_lazy("Channels"),
    "kind": gettext_lazy("Kinds of case"),
}
_MOST_PARTS = 8


@frozen
class Line:
    """A shortfall in a list."""

    row: Shortfall
    value: str
    target: str


@frozen
class Moved:
    """A part in words. `width` is its share of the largest change in per cent, `is_bad` to which side it moved."""

    name: str
    now: str
    before: str
    cases: int
    change: str
    width: int
    is_bad: bool
    address: str


@frozen
class Apart:
    """One way a shortfall's figure is taken apart; `most` is the largest change of a part."""

    found: Analysis
    row: Shortfall
    place: Place
    split: str
    most: float


@require_GET
@permit("metrics:read")
def alarms(request: HttpRequest) -> HttpResponse:
    """Those that are open, and those that are over, page by page."""
    viewer = viewer_of(request)
    try:
        past, cursor = page_of_shortfalls(viewer, cursor=request.GET.get("cursor", ""))
    except ValueError as error:
        raise BadRequest("cursor") from error
    now = [] if request.GET.get("cursor") else open_shortfalls(viewer)
    context = {
        "now": [_line(row) for row in now],
        "past": [_line(row) for row in past],
        "next": cursor,
        "is_first": "cursor" not in request.GET,
    }
    return render(request, "desk/figures/alarms.html", context)


@require_GET
@permit("metrics:read")
def alarm(request: HttpRequest, shortfall_id: UUID) -> HttpResponse:
    """One, with what moved the figure."""
    return _page(request, _row_or_404(shortfall_id, viewer_of(request)))


@require_POST
@permit("metrics:target")
def improve(request: HttpRequest, shortfall_id: UUID) -> HttpResponse:
    """Somebody is to do something about it."""
    viewer, refusal = viewer_of(request), ""
    row = _row_or_404(shortfall_id, viewer.within("metrics:read"))
    try:
        give_improvement(
            shortfall_id=row.id,
            words=request.POST.get("words", ""),
            owner_id=uuid_in(request.POST.get("owner", "")) or UUID(int=0),
            due_date=_day(request.POST.get("due", "")),
            viewer=viewer,
            at=clock.now(),
        )
    except TargetRefusal as error:
        refusal = said(error)
    else:
        return redirect("figure_alarm", row.id)
    return _page(request, row, refusal)


@require_POST
@permit("metrics:read")
def tick(request: HttpRequest, shortfall_id: UUID, improvement_id: UUID) -> HttpResponse:
    """Done, or not after all."""
    viewer, is_done = viewer_of(request), request.POST.get("done") == "1"
    which = {"shortfall_id": shortfall_id, "improvement_id": improvement_id}
    try:
        tick_improvement(**which, is_done=is_done, viewer=viewer, at=clock.now())
    except ShortfallNotFound:
        raise Http404 from None
    except TargetRefusal as error:
        return _page(request, _row_or_404(shortfall_id, viewer), said(error))
    return redirect("figure_alarm", shortfall_id)


def _page(request: HttpRequest, row: Shortfall, refusal: str = "") -> HttpResponse:
    viewer, today = viewer_of(request), clock.now().astimezone(clock.zone()).date()
    about, place = row.target.about, Place(row.target.store, (), viewer.stores is None)
    found = analysis_of(row, viewer)
    gives = may_set(viewer, row.target.store_id)
    improvements = row.improvements.select_related("owner").order_by("due_date", "added_at")
    context: dict[str, Any] = {
        "row": row,
        "about": about,
        "place": place,
        "line": _line(row),
        "line_as_list": [_line(row)],
        "found": found,
        "causes": list(_causes(found, row, place)) if found else [],
        "cases": cases_address(about, place, Days(row.first_date, row.last_date)),
        "improvements": [
            (one, one.done_at is None and one.due_date < today, gives or one.owner_id == viewer.user_id)
            for one in improvements
        ],
        "people": people(row.target.store_id) if gives else [],
        "gives": gives,
        "today": today,
        "said": request.POST if refusal else {},
        "refusal": refusal,
    }
    return render(request, "desk/figures/alarm.html", context, status=422 if refusal else 200)


def _line(row: Shortfall) -> Line:
    about = row.target.about
    return Line(row, worded(about, row.value), worded(about, row.target.value))


def _causes(found: Analysis, row: Shortfall, place: Place) -> Iterator[dict[str, Any]]:
    names = {
        "store": {str(one.id): str(one) for one in Store.objects.all()},
        "team": {str(one.id): str(one) for one in Team.objects.all()},
        "kind": dict(Kind.choices),
    }
    for cause in found.causes:
        if cause.share is None:
            continue
        named = names.get(cause.split)
        most = max((abs(one.change) for one in cause.share.parts), default=0.0) or 1.0
        parts, how = cause.share.parts[:_MOST_PARTS], Apart(found, row, place, cause.split, most)
        yield {
            "words": _SPLITS[cause.split],
            "whole": _moved_words(found, row, cause.share.now - cause.share.before),
            "is_better": _is_better(found, row, cause.share.now - cause.share.before),
            "now": _part_words(found, row, cause.share.now),
            "before": _part_words(found, row, cause.share.before),
            "lines": [_moved(one, _name(cause.split, one.key, named), how) for one in parts],
            "more": len(cause.share.parts) - len(parts),
        }


def _moved(part: Part, name: str, how: Apart) -> Moved:
    row, found, shown = how.row, how.found, Place(None, (), True) if how.split == "store" else how.place
    asked = {how.split: part.key} if part.key != "none" else {}
    address = cases_address(row.target.about, shown, Days(found.first, found.last), asked)
    return Moved(
        name=name,
        now=_part_words(found, row, part.now),
        before=_part_words(found, row, part.before),
        cases=round(part.cases),
        change=_moved_words(found, row, part.change),
        width=round(abs(part.change) / how.most * 100),
        is_bad=part.change != 0 and not _is_better(found, row, part.change),
        address=address if asked and part.cases else "",
    )


def _is_better(found: Analysis, row: Shortfall, change: float) -> bool:
    """Whether a change goes the good way: fewer slow cases are better whatever the figure."""
    return change < 0 if found.is_slow or row.target.rule.lower_is_better else change > 0


def _name(split: str, key: str, named: Any) -> str:
    if key == "none":
        return _("none")
    return channel_word(key) if split == "channel" else str(named.get(key, key))


def _part_words(found: Analysis, row: Shortfall, value: float | None) -> str:
    return percent(value) if found.is_slow else worded(row.target.about, value)


def _moved_words(found: Analysis, row: Shortfall, change: float) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    if found.is_slow:
        return sign + _("{n} points").format(n=f"{abs(change) * 100:.1f}".removesuffix(".0"))
    return sign + distance(row.target.about, abs(change))


def _row_or_404(shortfall_id: UUID, viewer: Viewer) -> Shortfall:
    row = shortfall_of(shortfall_id, viewer)
    if row is None:
        raise Http404
    return row


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ImprovementUnsound from None
