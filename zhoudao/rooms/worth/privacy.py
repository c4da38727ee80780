"""What was worked out about a person, and its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.worth.models import Worth


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Purchases added up, grade, and the risk with its reasons: whoever is judged may read how."""
    return [
        {
            "bought_minor": one.bought_minor,
            "currency": one.currency,
            "others": one.others,
            "grade": one.grade,
            "risk": one.level,
            "reasons": [{"code": code, "points": points} for code, points, _number in one.factors],
        }
        for one in Worth.objects.filter(customer_id__in=ids).order_by("customer_id")
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will forget what was worked out."""
    Worth.objects.filter(customer_id__in=ids).delete()
    Customer.objects.filter(id__in=ids).update(grade="", risk="")


KEEPER = Keeper("worth", held, forget)
