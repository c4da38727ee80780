"""How orders went in a period: counts, medians, and the very orders behind each figure."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Aggregate, Count, Exists, F, FloatField, OuterRef, Q, QuerySet

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.figures import APPROVAL_TIME, APPROVED, LOAD, ON_TIME, TO_SHIP, TOUCHLESS
from zhoudao.rooms.orders.models import Commercial, Hold, Order, PlaceDay


@frozen
class Asked:
    """A period [start, end) up to now, the orders that may be seen, and of one place where that is asked for."""

    seen: Q
    start: datetime
    end: datetime
    at: datetime
    place_id: UUID | None = None
    first: date | None = None
    last: date | None = None


@frozen
class Flow:
    """A period's orders. Minutes are medians; None: there were none."""

    approved: int
    held: int
    approval_minutes: float | None
    shipped: int
    ship_minutes: float | None
    promised: int
    missed: int

    @property
    def touchless_share(self) -> float | None:
        """Of the approved, those nothing held."""
        return (self.approved - self.held) / self.approved if self.approved else None

    @property
    def on_time_share(self) -> float | None:
        """Of those promised, those delivered by then."""
        return (self.promised - self.missed) / self.promised if self.promised else None


@frozen
class PlaceLoad:
    """A place's parcels in a period, and what it could have sent on the days it had any; None: without limit."""

    parcels: int
    days: int
    busiest: int
    capacity: int | None

    @property
    def possible(self) -> int | None:
        """What it could have sent on these days."""
        return self.capacity * self.days if self.capacity else None

    @property
    def share(self) -> float | None:
        """How full it was on these days."""
        return self.parcels / self.possible if self.possible else None


class _Median(Aggregate):
    """Minutes of the middle one of these spans; None of none."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(expressions)s)) / 60.0"
    output_field = FloatField()


def flow(asked: Asked) -> Flow:
    """The figures (three statements)."""
    approved = _approved(asked).aggregate(
        n=Count("id"), held=Count("id", filter=_WAS_HELD), middle=_Median(F("approved_at") - F("recorded_at"))
    )
    shipped = _shipped(asked).aggregate(n=Count("id"), middle=_Median(F("shipped_at") - F("placed_at")))
    promised = _promised(asked).aggregate(n=Count("id"), missed=Count("id", filter=_MISSED))
    return Flow(
        approved["n"],
        approved["held"],
        approved["middle"],
        shipped["n"],
        shipped["middle"],
        promised["n"],
        promised["missed"],
    )


def behind(figure: str, asked: Asked) -> QuerySet[Order]:
    """The orders behind a figure, by its code. Raises: KeyError."""
    return _BEHIND[figure](asked)


def loads(places: Collection[UUID], first: date, last: date) -> dict[UUID, PlaceLoad]:
    """What places had to pack from one day to another (one statement)."""
    rows = PlaceDay.objects.filter(place_id__in=places, date__range=(first, last), parcels__gt=0)
    found: dict[UUID, list[int]] = {}
    most: dict[UUID, int | None] = {}
    for place_id, parcels, capacity in rows.values_list("place_id", "parcels", "place__daily_capacity"):
        found.setdefault(place_id, []).append(parcels)
        most[place_id] = capacity
    return {place_id: PlaceLoad(sum(each), len(each), max(each), most[place_id]) for place_id, each in found.items()}


_WAS_HELD = Q(Exists(Hold.objects.filter(order_id=OuterRef("pk"))))
_MISSED = Q(delivered_at=None) | Q(delivered_at__gt=F("promised_at"))


def _approved(asked: Asked) -> QuerySet[Order]:
    return Order.objects.filter(
        asked.seen, approved_at__gte=asked.start, approved_at__lt=asked.end, reviewed_at__isnull=False
    )


def _shipped(asked: Asked) -> QuerySet[Order]:
    return Order.objects.filter(asked.seen, shipped_at__gte=asked.start, shipped_at__lt=asked.end)


def _promised(asked: Asked) -> QuerySet[Order]:
    rows = Order.objects.filter(asked.seen, promised_at__gte=asked.start, promised_at__lt=min(asked.end, asked.at))
    return rows.exclude(commercial=Commercial.CANCELLED)


def _packed(asked: Asked) -> QuerySet[Order]:
    days = (asked.first, asked.last)
    return Order.objects.filter(asked.seen, packing_date__range=days, packing_places__contains=[asked.place_id])


_BEHIND: dict[str, Callable[[Asked], QuerySet[Order]]] = {
    APPROVED.code: _approved,
    APPROVAL_TIME.code: _approved,
    TOUCHLESS.code: lambda asked: _approved(asked).filter(_WAS_HELD),
    TO_SHIP.code: _shipped,
    ON_TIME.code: lambda asked: _promised(asked).filter(_MISSED),
    LOAD.code: _packed,
}
