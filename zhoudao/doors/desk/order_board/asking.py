"""Which period, store and place the order board is asked about, and what of it somebody may see."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from zhoudao.doors.desk.board.asking import PERIODS
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.orders.queries.board import Asked
from zhoudao.rooms.stock.models import Warehouse

SEE = "metrics:read"
_DEFAULT = "week"


@frozen
class Chosen:
    """The filters as they stand in the address, and as the queries want them. `first` to `last` are head office's."""

    period: str
    store: Store | None
    stores: list[Store]
    asked: Asked
    first: date
    last: date

    @property
    def query(self) -> str:
        """The filters for an address."""
        kept = QueryDict(mutable=True)
        kept.update({"period": self.period} | ({"store": self.store.code} if self.store else {}))
        return kept.urlencode()


def chosen(query: QueryDict, viewer: Viewer, *, at: datetime) -> Chosen:
    """A week, unless something else is asked for; anything unknown is left out."""
    period = query.get("period", "") if query.get("period") in PERIODS else _DEFAULT
    midnight = at.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = midnight - timedelta(days=PERIODS[period][0] - 1), midnight + timedelta(days=1)
    viewer = viewer.within(SEE)
    stores = list(Store.objects.filter(of_their_stores(viewer, "id")).order_by("code"))
    store = next((one for one in stores if one.code == query.get("store")), None)
    seen = Q(store=store) if store else of_their_stores(viewer)
    first, last = start.date(), midnight.date()
    asked = Asked(seen, start, end, at, uuid_in(query.get("place", "")), first, last)
    return Chosen(period, store, stores, asked, first, last)


def places_of(chosen_: Chosen, viewer: Viewer) -> list[Warehouse]:
    """The places the figures are about: a store's own; else all, or those of somebody's stores."""
    rows = Warehouse.objects.order_by("priority", "code")
    if chosen_.store:
        return list(rows.filter(store=chosen_.store))
    return list(rows.filter(of_their_stores(viewer.within(SEE))))


def place_ids(places: list[Warehouse]) -> list[UUID]:
    """Their keys."""
    return [one.id for one in places]
