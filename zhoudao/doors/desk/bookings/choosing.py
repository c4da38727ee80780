"""Which store and day a page is about."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.http import HttpRequest

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation import clock
from zhoudao.rooms.bookings.models import COMING, Booking

_STORE, _DAY = "bookings_store", timedelta(days=1)


def store_of(request: HttpRequest, stores: list[Store]) -> Store | None:
    """The store asked for (`?store=`), else the one of last time, else the one with the most to come."""
    wanted = request.POST.get("store") or request.GET.get("store") or request.session.get(_STORE, "")
    store = next((one for one in stores if one.code == wanted), None) or _busiest(stores)
    if store is not None and request.session.get(_STORE) != store.code and "store" in request.GET:
        request.session[_STORE] = store.code
    return store


def _busiest(stores: list[Store]) -> Store | None:
    """Where most bookings of the next week are, else the first shop (one statement)."""
    if len(stores) < 2:
        return stores[0] if stores else None
    now = clock.now()
    coming = Booking.objects.filter(store__in=stores, starts_at__range=(now - _DAY, now + 7 * _DAY), state__in=COMING)
    counts = dict(coming.values_list("store").annotate(n=Count("id")))
    return max(stores, key=lambda one: (counts.get(one.id, 0), one.kind == "shop"))


def day_in(text: str, store: Store, at: datetime) -> date:
    """The day somebody asked for, else the store's today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return at.astimezone(ZoneInfo(store.zone)).date()
