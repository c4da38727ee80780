"""What customers say of delivered orders: who answers, and what they give, by carrier and place."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.queries.board import Asked
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.voice.models import OrderAsking, OrderRating

LOW = 2
_WORDS = 12


@frozen
class Means:
    """So many answers, with the means for goods, delivery and service; how many gave something low."""

    name: str
    count: int
    product: float | None
    delivery: float | None
    service: float | None
    low: int


@frozen
class SaidOfOrders:
    """In a period: how many were asked and answered that, all that was rated, by carrier and place, newest words."""

    asked: int
    answered: int
    all: Means
    carriers: tuple[Means, ...]
    places: tuple[Means, ...]
    words: tuple[OrderRating, ...]

    @property
    def share(self) -> float | None:
        """Of those asked, who answered."""
        return self.answered / self.asked if self.asked else None


def said_of_orders(asked: Asked) -> SaidOfOrders:
    """Ratings given, and questions asked, in a period of orders that may be seen (six statements)."""
    rated = OrderRating.objects.filter(rated_at__gte=asked.start, rated_at__lt=asked.end)
    questions = OrderAsking.objects.filter(asked_at__gte=asked.start, asked_at__lt=asked.end)
    if asked.seen:
        seen = Exists(Order.objects.filter(asked.seen, pk=OuterRef("order_id")))
        rated, questions = rated.filter(seen), questions.filter(seen)
    answer = Exists(OrderRating.objects.filter(order_id=OuterRef("order_id")))
    counted = questions.aggregate(asked=Count("pk"), answered=Count("pk", filter=answer))
    names = {place.id: str(place) for place in Warehouse.objects.order_by("code")}
    words = rated.exclude(comment="").select_related("order").order_by("-rated_at", "-pk")[:_WORDS]
    return SaidOfOrders(
        **counted,
        all=Means("", **rated.aggregate(**_figures(""))),
        carriers=tuple(Means(called(code), **row) for code, row in _by(rated, "carrier")),
        places=tuple(Means(names.get(place, "—"), **row) for place, row in _by(rated, "warehouse_id")),
        words=tuple(words),
    )


def _by(rated: QuerySet[OrderRating], column: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Order by order once for each carrier or place that sent a parcel of it."""
    later = Parcel.objects.filter(order_id=OuterRef("order_id"), pk__gt=OuterRef("pk"), **{column: OuterRef(column)})
    rows = Parcel.objects.filter(~Exists(later), order__in=rated.values("order"), **{f"{column}__isnull": False})
    found = rows.values(column).annotate(**_figures("order__said__")).order_by("-count", column)
    yield from ((row.pop(column), row) for row in found)


def _figures(said: str) -> dict[str, Any]:
    low = Q(**{f"{said}product__lte": LOW}) | Q(**{f"{said}delivery__lte": LOW}) | Q(**{f"{said}service__lte": LOW})
    means = {name: Avg(f"{said}{name}") for name in ("product", "delivery", "service")}
    return {"count": Count("pk"), "low": Count("pk", filter=low), **means}
