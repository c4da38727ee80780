"""Where a colleague serves: the store, the counter's name and what it serves, kept in their session."""

from uuid import UUID

from django.http import HttpRequest

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.visits.models import Line
from zhoudao.rooms.visits.reach import SERVE, stores_of

_STORE, _COUNTER, _NEEDS = "queue_store", "queue_counter", "queue_needs"


@frozen
class Place:
    """`line` None: the store has no queue yet; `store` None: no store is this viewer's. `need_ids` None: all needs."""

    stores: list[Store]
    store: Store | None
    line: Line | None
    counter: str
    need_ids: list[UUID] | None


def place_of(request: HttpRequest, viewer: Viewer, *, permission: str = SERVE) -> Place:
    """The store asked for (`?store=`), else the one of last time, else the first with a queue (two statements)."""
    stores = list(stores_of(viewer, permission))
    lines = {line.store_id: line for line in Line.objects.filter(store__in=stores).select_related("calendar")}
    wanted = request.POST.get("store") or request.GET.get("store") or request.session.get(_STORE, "")
    store = next((one for one in stores if one.code == wanted), None)
    store = store or next((one for one in stores if one.id in lines), stores[0] if stores else None)
    line = lines.get(store.id) if store else None
    if line is not None and store is not None:
        line.store = store
    kept = request.session.get(_NEEDS)
    needs = [UUID(one) for one in kept[1]] if kept and store and kept[0] == store.code else None
    return Place(stores, store, line, request.session.get(_COUNTER, ""), needs)


def stand_at(request: HttpRequest, place: Place, *, counter: str, need_ids: list[UUID] | None) -> None:
    """This will keep where somebody stands, and what they serve there."""
    if place.store is not None:
        request.session[_STORE], request.session[_COUNTER] = place.store.code, counter
        request.session[_NEEDS] = [place.store.code, [str(one) for one in need_ids]] if need_ids else None
