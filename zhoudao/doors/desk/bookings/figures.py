"""A store's bookings in figures, each with exactly the bookings behind it."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS
from zhoudao.doors.desk.bookings.choosing import store_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.ground.keyset import beyond
from zhoudao.ground.metrics.definitions import metric
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings import figures as meant
from zhoudao.rooms.bookings.models import Service
from zhoudao.rooms.bookings.queries.figures import Asked, Row, behind, counted
from zhoudao.rooms.bookings.reach import SEE, stores_of

PAGE = 25


@require_GET
@permit("metrics:read")
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a store's period, in all and by service."""
    stores = list(stores_of(viewer_of(request), SEE))
    store = store_of(request, stores)
    context: dict[str, Any] = {
        "stores": stores,
        "store": store,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "metrics": meant.ALL,
    }
    if store is not None:
        context |= _counted(request, store, clock.now())
    return render(request, "desk/bookings/figures.html", context)


@require_GET
@permit("metrics:read")
def numbers(request: HttpRequest) -> HttpResponse:
    """The bookings behind a figure, the latest first."""
    stores = list(stores_of(viewer_of(request), SEE))
    store, figure = store_of(request, stores), request.GET.get("figure", "")
    service_id = uuid_in(request.GET.get("service", ""))
    if store is None:
        raise Http404
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("first", "last"))
        rows = behind(Asked(store, first, last), figure, service_id)
        if cursor := request.GET.get("cursor", ""):
            moment, _sep, id_ = cursor.partition("~")
            at = datetime.fromisoformat(moment)
            rows = rows.filter(beyond("-starts_at", at, uuid_in(id_) or ""))
        found = list(rows[: PAGE + 1])
    except (ValueError, KeyError, OverflowError) as error:
        raise Http404 from error
    query = request.GET.copy()
    query["cursor"] = f"{found[PAGE - 1].starts_at.isoformat()}~{found[PAGE - 1].id}" if len(found) > PAGE else ""
    context = {
        "store": store,
        "metric": metric(figure),
        "first": first,
        "last": last,
        "rows": found[:PAGE],
        "next": query.urlencode() if query["cursor"] else "",
    }
    return render(request, "desk/bookings/numbers.html", context)


def _counted(request: HttpRequest, store: Store, at: datetime) -> dict[str, Any]:
    period = request.GET.get("period", "week")
    period = period if period in PERIODS else "week"
    last = at.astimezone(ZoneInfo(store.zone)).date()
    asked = Asked(store, last - timedelta(days=PERIODS[period][0] - 1), last)
    found = counted(asked)
    services = Service.objects.filter(id__in=[one for one in found if one]).order_by("place", "id")
    return {
        "period": period,
        "total": _line(None, found[None], asked),
        "lines": [_line(one, found[one.id], asked) for one in services],
    }


def _line(service: Service | None, row: Row, asked: Asked) -> dict[str, Any]:
    query = {"store": asked.store.code, "first": f"{asked.first}", "last": f"{asked.last}"}
    query |= {"service": str(service.id)} if service else {}
    path = reverse("booking_numbers")
    links = {one.code.partition(".")[2]: f"{path}?{urlencode(query | {'figure': one.code})}" for one in meant.ALL}
    return {"service": service, "row": row, "links": links}
