"""Which days and stores the figures over goods are asked about, and what of it somebody may see."""

from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.quality.queries.causes import RIPE
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.reach import SEE, of_seen_stores

PERIODS: dict[str, tuple[int, LazyText]] = {
    "month": (28, _("28 days")),
    "quarter": (91, _("13 weeks")),
    "year": (364, _("52 weeks")),
}
_DEFAULT = "quarter"


@frozen
class Chosen:
    """The filters as they stand in the address. `first` to `last` are days of head office."""

    period: str
    is_ripe: bool
    store: Store | None
    stores: list[Store]
    cohort: Cohort
    first: date
    last: date

    @property
    def query(self) -> str:
        """The filters for an address."""
        kept = QueryDict(mutable=True)
        kept.update({"period": self.period} | ({"age": "ripe"} if self.is_ripe else {}))
        kept.update({"store": self.store.code} if self.store else {})
        return kept.urlencode()

    @property
    def ripe_date(self) -> date:
        """The last day whose deliveries are old enough to be judged."""
        return self.cohort.ripe_at.astimezone(clock.zone()).date() - timedelta(days=1)


def chosen(query: QueryDict, viewer: Viewer, *, at: datetime) -> Chosen:
    """Thirteen weeks up to now, unless something else is asked for; `age=ripe` ends where all may be judged."""
    period = query.get("period", "") if query.get("period") in PERIODS else _DEFAULT
    is_ripe = query.get("age") == "ripe"
    tomorrow = at.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ripe_at = tomorrow - RIPE
    end = ripe_at if is_ripe else tomorrow
    start = end - timedelta(days=PERIODS[period][0])
    stores = list(Store.objects.filter(of_seen_stores(viewer, "id")).order_by("code"))
    store = next((one for one in stores if one.code == query.get("store")), None)
    seen = [store.id] if store else None if viewer.within(SEE).is_everywhere else [one.id for one in stores]
    cohort = Cohort(start, end, ripe_at, seen)
    return Chosen(period, is_ripe, store, stores, cohort, start.date(), (end - timedelta(days=1)).date())
