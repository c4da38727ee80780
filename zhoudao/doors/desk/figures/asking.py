"""Which place's figures an address asks for, and where the cases behind a day are."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.metrics.definitions import Metric, metric
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases import figures
from zhoudao.rooms.targets.history import places_of

_WHOLE: Mapping[str, str] = {}
_NOW = frozenset(one.code for one in (figures.WAITING, figures.OVERDUE, figures.UPSET))


@frozen
class Days:
    """From the first to the last, both included; `is_now` says that the last is not over."""

    first: date
    last: date
    is_now: bool = False


@frozen
class Place:
    """The company (no store) or a store, among those somebody sees. `is_any` is false where they see none."""

    store: Store | None
    stores: tuple[Store, ...]
    is_everywhere: bool
    is_any: bool = True

    @property
    def store_id(self) -> UUID | None:
        """The store's."""
        return self.store.id if self.store else None

    @property
    def query(self) -> str:
        """For addresses."""
        return urlencode({"store": self.store.id}) if self.store else ""


def place_of(viewer: Viewer, query: QueryDict) -> Place:
    """The store asked for; else the company, or the first store for who sees only stores (one statement).

    Raises: Http404 (a store that is not theirs to see)
    """
    stores, wanted = places_of(viewer), query.get("store", "")
    is_everywhere = viewer.stores is None
    store = next((one for one in stores if one.id == uuid_in(wanted)), None)
    if wanted and store is None:
        raise Http404
    if store is None and not is_everywhere:
        store = stores[0] if stores else None
    return Place(store, tuple(stores), is_everywhere, is_everywhere or store is not None)


def figure_or_404(code: str) -> Metric:
    """The figure with this code, if it has a history."""
    try:
        found = metric(code)
    except KeyError:
        raise Http404 from None
    if not found.is_daily:
        raise Http404
    return found


def cases_address(about: Metric, place: Place, days: Days, part: Mapping[str, str] = _WHOLE) -> str:
    """The list of the cases behind these days; empty where nobody can say any more which they were."""
    asked = ({"store": str(place.store_id)} if place.store else {}) | {"figure": about.code}
    if about.code.startswith("visits."):
        named = {"first": days.first.isoformat(), "last": days.last.isoformat()}
        return f"{reverse('queue_numbers')}?{urlencode(asked | named)}" if place.store else ""
    if about.code in _NOW:
        return f"{reverse('desk')}?{urlencode(asked | dict(part))}" if days.is_now else ""
    named = {"from": days.first.isoformat(), "until": days.last.isoformat()}
    return f"{reverse('desk')}?{urlencode(asked | named | dict(part))}"
