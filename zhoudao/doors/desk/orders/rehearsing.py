"""The what-if board: what other rules would have done with the orders of a while, beside what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.contrib.django import app

from zhoudao.doors.desk.orders.allocation_words import CRITERIA, amount, criteria_words
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands.rehearsing import MOST, begin_rehearsal
from zhoudao.rooms.orders.models import Rehearsal
from zhoudao.rooms.orders.refusals import OrderRefused
from zhoudao.rooms.orders.tables import ALLOCATION
from zhoudao.rooms.stock.models import Warehouse

_RECENT, _VERSIONS = 12, 20
_OFFERED = ("parcels, distance:100", "distance", "parcels, cost", "parcels, load:10, distance:100", "parcels, priority")


@dataclass(frozen=True)
class Figure:
    """One figure, as it was and as it would have been; shares of the longer bar in percent."""

    name: str
    then: str
    would: str
    then_share: int
    would_share: int
    change: str
    is_better: bool


@require_http_methods(["GET", "POST"])
@permit("flows:read")
def rehearsals(request: HttpRequest) -> HttpResponse:
    """The last ones, and the form for another. POST begins one: the company's figures, they name nobody."""
    viewer, refusal = viewer_of(request), ""
    since, until = _span(request, clock.now(), clock.zone())
    if request.method == "POST" and viewer.user_id is not None:
        version = request.POST.get("version", "")
        try:
            row = begin_rehearsal(
                criteria=request.POST.get("criteria", "").strip()[:120],
                version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None,
                since=since,
                until=until,
                user_id=viewer.user_id,
                at=clock.now(),
            )
        except OrderRefused as wrong:
            refusal = said(wrong)
        else:
            app.configure_task("orders.rehearse", queue="analyst").defer(rehearsal_id=str(row.id))
            return redirect("order_rehearsal", row.id)
    rows = Rehearsal.objects.select_related("asked_by").order_by("-asked_at", "-id")[:_RECENT]
    versions = DecisionVersion.objects.filter(key=ALLOCATION).order_by("-version").only("version", "is_live", "note")
    context = {
        "rows": [(row, _named(row)) for row in rows],
        "versions": versions[:_VERSIONS],
        "offered": [(text, criteria_words(text)) for text in _OFFERED],
        "criteria": [(name, words) for name, words in CRITERIA.items() if name != "equal"],
        "given": request.POST,
        "since": since.astimezone(clock.zone()).date(),
        "until": (until - timedelta(days=1)).astimezone(clock.zone()).date(),
        "most": MOST,
        "refusal": refusal,
    }
    return render(request, "desk/orders/rehearsals.html", context, status=422 if refusal else 200)


@require_GET
@permit("flows:read")
def rehearsal(request: HttpRequest, rehearsal_id: UUID) -> HttpResponse:
    """One: how far it is, or both sides beside each other."""
    row = _row(rehearsal_id)
    context: dict[str, Any] = {"row": row, "named": _named(row), "zone": clock.zone()}
    if row.ended_at is not None and row.result["orders"]:
        context |= {"figures": _figures(row.result), "places": _places(row.result)}
    return render(request, "desk/orders/rehearsal.html", context)


@require_GET
@permit("flows:read")
def progress(request: HttpRequest, rehearsal_id: UUID) -> HttpResponse:
    """How far it is; asked again each second, and the whole page once it is through."""
    row = _row(rehearsal_id)
    response = render(request, "desk/orders/_rehearsal_progress.html", {"row": row})
    if row.ended_at is not None:
        response["HX-Redirect"] = reverse("order_rehearsal", args=[row.id])
    return response


def _row(rehearsal_id: UUID) -> Rehearsal:
    row = Rehearsal.objects.select_related("asked_by").filter(id=rehearsal_id).first()
    if row is None:
        raise Http404
    return row


def _named(row: Rehearsal) -> str:
    if row.version is not None:
        return _("Version %(version)s of the table") % {"version": row.version}
    return criteria_words(row.criteria)


def _span(request: HttpRequest, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The days that were asked for, whole; the last thirty when none were."""
    until = at.astimezone(zone).date()
    first = until - timedelta(days=29)
    if request.method == "POST":
        first, until = _day(request, "since", first), _day(request, "until", until)
    begins, ends = (datetime.combine(day, time(), tzinfo=zone) for day in (first, until + timedelta(days=1)))
    return begins, ends


def _day(request: HttpRequest, name: str, usual: date) -> date:
    try:
        day = date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return usual
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else usual


def _figures(result: Mapping[str, Any]) -> list[Figure]:
    then, would = result["then"], result["would"]
    return [
        _figure(_("Parcels"), then["parcels"], would["parcels"], str),
        _figure(_("Cost of sending"), then["cost"], would["cost"], amount),
        _figure(_("Kilometres"), then["km"], would["km"], lambda n: f"{n:,} km"),
        _figure(_("Most parcels of a place on a day"), then["busiest"], would["busiest"], str),
    ]


def _places(result: Mapping[str, Any]) -> list[Figure]:
    """Parcels of each place, the busiest first."""
    then, would = result["then"]["of_place"], result["would"]["of_place"]
    names = {place.code: str(place) for place in Warehouse.objects.filter(code__in={*then, *would})}
    codes = sorted({*then, *would}, key=lambda code: (-then.get(code, 0), -would.get(code, 0), code))
    longest = max([*then.values(), *would.values()], default=1)
    return [_figure(names.get(one, one), then.get(one, 0), would.get(one, 0), str, longest) for one in codes]


def _figure(name: str, then: int, would: int, write: Any, longest: int | None = None) -> Figure:
    most = longest or max(then, would) or 1
    change = f"{(would - then) / then:+.0%}".replace("-", "−").replace("+0%", "0%") if then else "—"
    return Figure(
        name, write(then), write(would), round(100 * then / most), round(100 * would / most), change, would <= then
    )
