"""What visits hold of a person, and its end."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.ids import url_token
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.fieldwork.models import State, Visit
from zhoudao.rooms.fieldwork.sealed import forget_told, told_of


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The visits engineers made or will make to them, and where."""
    rows = list(Visit.objects.filter(customer_id__in=ids).order_by("asked_at", "id"))
    box.warm(one.told_sealed for one in rows)
    return [
        {
            "number": one.number,
            "state": one.state,
            "starts_at": one.starts_at.isoformat() if one.starts_at else None,
            "outcome": one.outcome,
            "place": [one.province, one.city],
            "told": asdict(told_of(one)),
        }
        for one in rows
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy where they live and how they are called, and let the links to their visits lead nowhere.

    What was to come is cancelled: nobody would know where to go.
    """
    visits = list(Visit.objects.filter(customer_id__in=ids).select_for_update().order_by("id"))
    for visit in visits:
        visit.token = url_token()
        if visit.state in (State.PLANNED, State.UNPLANNED):
            visit.state, visit.over_at = State.CANCELLED, at
    Visit.objects.bulk_update(visits, ["token", "state", "over_at"], batch_size=200)
    forget_told(visits)


KEEPER = Keeper("field_visits", held, forget)
