"""Which store and day a page is about."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from zhoudao.ground.accounts.models import Store

_STORE = "bookings_store"


def store_of(request: HttpRequest, stores: list[Store]) -> Store | None:
    """The store asked for (`?store=`), else the one of last time, else the first."""
    wanted = request.POST.get("store") or request.GET.get("store") or request.session.get(_STORE, "")
    store = next((one for one in stores if one.code == wanted), None) or next(
        (one for one in stores if one.kind == "shop"), stores[0] if stores else None
    )
    if store is not None and request.session.get(_STORE) != store.code and "store" in request.GET:
        request.session[_STORE] = store.code
    return store


def day_in(text: str, store: Store, at: datetime) -> date:
    """The day somebody asked for, else the store's today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return at.astimezone(ZoneInfo(store.zone)).date()
