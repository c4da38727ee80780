"""What is behind a figure of the order board: the orders, parcels or scans it counted, a page at a time."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.customers.finding import cursor_of, read_cursor
from zhoudao.doors.desk.order_board.asking import Chosen, chosen, place_ids, places_of
from zhoudao.doors.desk.stock.choosing import names_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.ground.keyset import beyond
from zhoudao.ground.metrics.definitions import metric
from zhoudao.rooms.fulfilment.figures import WRONG_PICKS
from zhoudao.rooms.fulfilment.queries.board import wrong_scans
from zhoudao.rooms.orders.queries.board import behind as orders_behind
from zhoudao.rooms.parcels.figures import FRESH, LATE
from zhoudao.rooms.parcels.queries.board import behind as parcels_behind

PAGE = 25
PEOPLE = "team:read"  # who scanned wrongly by name is for whoever leads them


@require_GET
@permit("metrics:read")
def numbers(request: HttpRequest) -> HttpResponse:
    """The orders, parcels or scans behind a figure."""
    viewer, at, figure = viewer_of(request), clock.now(), request.GET.get("figure", "")
    asked = chosen(request.GET, viewer, at=at)
    after = read_cursor(request.GET.get("cursor", ""))
    if figure == WRONG_PICKS.code:
        found = _scans(asked, viewer, after)
    elif figure in (FRESH.code, LATE.code):
        found = _parcels(asked, request.GET.get("carrier", "")[:30], after, is_late=figure == LATE.code, at=at)
    else:
        found = _orders(figure, asked, after)
    query = request.GET.copy()
    query["cursor"] = cursor_of(found.pop("last"))
    context = {
        "chosen": asked,
        "metric": metric(figure),
        "next": query.urlencode() if query["cursor"] else "",
        "may_open": viewer.may("orders:read"),
        **found,
    }
    return render(request, "desk/order_board/numbers.html", context)


def _orders(figure: str, asked: Chosen, after: Any) -> dict[str, Any]:
    try:
        rows = orders_behind(figure, asked.asked).select_related("store").order_by("-placed_at", "-id")
    except KeyError as error:
        raise Http404 from error
    if after:
        rows = rows.filter(beyond("-placed_at", after[0], after[1]))
    return _page(rows, "orders", "placed_at")


def _parcels(asked: Chosen, carrier: str, after: Any, *, is_late: bool, at: datetime) -> dict[str, Any]:
    rows = parcels_behind(asked.asked.seen, carrier, is_late=is_late, at=at)
    if after:
        rows = rows.filter(beyond("handed_over_at", after[0], after[1]))
    return _page(rows, "parcels", "handed_over_at")


def _scans(asked: Chosen, viewer: Viewer, after: Any) -> dict[str, Any]:
    ids = place_ids(places_of(asked, viewer))
    if wanted := asked.asked.place_id:
        ids = [wanted] if wanted in ids else []
    rows = wrong_scans(ids, asked.asked.start, asked.asked.end)
    if after:
        rows = rows.filter(beyond("-at", after[0], after[1]))
    page = _page(rows, "scans", "at")
    names = names_of({one.actor for one in page["scans"]}) if viewer.covers(PEOPLE) else {}
    page["scans"] = [(one, names.get(one.actor, "")) for one in page["scans"]]
    return page | {"has_people": bool(names)}


def _page(rows: QuerySet[Any], name: str, moment: str) -> dict[str, Any]:
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    last = (getattr(shown[-1], moment), shown[-1].id) if len(found) > PAGE else None
    return {name: shown, "last": last, "is_any": bool(shown)}
