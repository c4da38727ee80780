"""What a person said about our service, and its end: the score stays, it is nobody's words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.voice.models import Asking, OptOut, OrderAsking, OrderRating, Rating, Spared


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Scores and comments."""
    rows = Rating.objects.filter(case__customer_id__in=ids).select_related("case").order_by("rated_at", "id")
    given = OrderRating.objects.filter(order__customer_id__in=ids).select_related("order").order_by("rated_at", "pk")
    of_orders: list[dict[str, Any]] = [
        {
            "order": one.order.number,
            "scores": list(one.scores),
            "comment": one.comment,
            "rated_at": one.rated_at.isoformat(),
        }
        for one in given
    ]
    return of_orders + [
        {"case": one.case.number, "score": one.score, "comment": one.comment, "rated_at": one.rated_at.isoformat()}
        for one in rows
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will empty the comments; nobody is asked any more."""
    Rating.objects.filter(case__customer_id__in=ids).update(comment="")
    OrderRating.objects.filter(order__customer_id__in=ids).update(comment="")
    orders = OrderAsking.objects.filter(order__customer_id__in=ids, due_at__isnull=False)
    orders.update(due_at=None, spared=Spared.OPTED_OUT)
    waiting = Asking.objects.filter(case__customer_id__in=ids, due_at__isnull=False)
    waiting.update(due_at=None, spared=Spared.OPTED_OUT)
    OptOut.objects.filter(customer_id__in=ids).delete()


KEEPER = Keeper("ratings", held, forget)
