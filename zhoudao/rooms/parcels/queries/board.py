"""How the parcels under way stand, carrier by carrier, and the parcels behind."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.models import Parcel, State
from zhoudao.rooms.parcels.queries.lists import TROUBLE

FRESH_WITHIN = timedelta(hours=24)


@frozen
class Carrier:
    """A carrier's parcels under way: all, those it is silent about, those likely late or standing still."""

    code: str
    under_way: int
    silent: int
    late: int

    @property
    def name(self) -> str:
        """As people call it."""
        return called(self.code)

    @property
    def fresh(self) -> int:
        """Those it told something of lately."""
        return self.under_way - self.silent

    @property
    def fresh_share(self) -> float:
        """Of those under way, the fresh ones."""
        return self.fresh / self.under_way


def carriers(seen: Q, *, at: datetime) -> list[Carrier]:
    """Who has parcels of orders that may be seen, most of them first (one statement)."""
    rows = (
        _under_way(seen)
        .values_list("carrier")
        .annotate(n=Count("id"), silent=Count("id", filter=_silent(at)), late=Count("id", filter=TROUBLE["any"]))
    )
    return [Carrier(*row) for row in rows.order_by("-n", "carrier")]


def behind(seen: Q, carrier: str, *, is_late: bool, at: datetime) -> QuerySet[Parcel]:
    """The silent ones of a carrier, or those likely late or standing still; the longest under way first."""
    rows = _under_way(seen).filter(TROUBLE["any"] if is_late else _silent(at), carrier=carrier)
    return rows.select_related("order").order_by("handed_over_at", "id")


def _under_way(seen: Q) -> QuerySet[Parcel]:
    rows = Parcel.objects.filter(delivered_at=None, is_history=False).exclude(state=State.EXPIRED)
    return rows.filter(Exists(Order.objects.filter(seen, pk=OuterRef("order_id")))) if seen else rows


def _silent(at: datetime) -> Q:
    since = at - FRESH_WITHIN
    return Q(handed_over_at__lt=since) & (Q(heard_at=None) | Q(heard_at__lt=since))
