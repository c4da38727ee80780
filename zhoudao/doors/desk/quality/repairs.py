"""What breaks, and what comes back repaired: faults by product."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.tiles import Tile
from zhoudao.doors.desk.quality.asking import PERIODS, chosen
from zhoudao.doors.desk.quality.batches import exact, spanned
from zhoudao.doors.desk.tags import lasting
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.quality.queries.causes import RIPE, Share
from zhoudao.rooms.repairs import figures
from zhoudao.rooms.repairs.kinds import Fault
from zhoudao.rooms.repairs.queries.causes import Broken, altogether, broken

MOST = 50


@frozen
class Part:
    """One fault's stretch of a bar, `x` and `width` in per cent of the longest."""

    fault: str
    label: str
    count: int
    x: float
    width: float


@frozen
class Line:
    """One product: its bar, and its figures in words."""

    broken: Broken
    parts: Sequence[Part]
    again: str
    span: str
    taken: str


@require_GET
@permit("quality:read")
def repairs(request: HttpRequest) -> HttpResponse:
    """All of it (at most twelve statements)."""
    asked = chosen(request.GET, viewer_of(request), at=clock.now())
    found = broken(asked.cohort.start, asked.cohort.end, asked.cohort.stores)
    whole = altogether(found)
    longest = max((one.repairs for one in found), default=0)
    context = {
        "chosen": asked,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "ripe_days": RIPE.days,
        "whole": whole,
        "tiles": _tiles(whole),
        "lines": [_line(one, longest) for one in found[:MOST]],
        "legend": [(code, words, whole.faults[code]) for code, words in _words(whole.faults).items()],
        "left_out": len(found) - MOST,
        "of_again": figures.AGAIN,
        "of_taken": figures.TAKEN,
        "of_covered": figures.COVERED,
    }
    return render(request, "desk/quality/repairs.html", context)


def _tiles(whole: Broken) -> list[Tile]:
    there = reverse("repairs")
    again, covered = Share(whole.again, whole.judged), Share(whole.covered, whole.repairs)
    of = _("{hits} of {n}").format
    rows = [
        (figures.REPAIRS, str(whole.repairs), ""),
        (figures.AGAIN, exact(again.value), of(hits=again.hits, n=again.of)),
        (figures.TAKEN, _taken(whole), of(hits=whole.done, n=whole.repairs)),
        (figures.COVERED, exact(covered.value), of(hits=covered.hits, n=covered.of)),
    ]
    return [Tile(metric, figure, under, there) for metric, figure, under in rows]


def _line(one: Broken, longest: int) -> Line:
    again, parts, before = Share(one.again, one.judged), [], 0
    for code, words in _words(one.faults).items():
        count = one.faults[code]
        parts.append(Part(code, words, count, round(100 * before / longest, 2), round(100 * count / longest, 2)))
        before += count
    return Line(one, parts, exact(again.value), spanned(again), _taken(one))


def _words(faults: Mapping[str, int]) -> dict[str, str]:
    """What was found, in words and always in the same order; what nobody has judged last."""
    words = {fault.value: str(fault.label) for fault in Fault if fault.value in faults}
    return words | ({"": _("Not judged yet")} if "" in faults else {})


def _taken(one: Broken) -> str:
    return "—" if one.mean is None else lasting(one.mean)
