"""What the front door holds of a person, and its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.vault import box
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.entrances.models import Challenge, Pass


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Where they are and were signed in."""
    return [
        {
            "way": one.way,
            "device": one.device,
            "begun_at": one.begun_at.isoformat(),
            "seen_at": one.seen_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        }
        for one in Pass.objects.filter(customer_id__in=ids).order_by("begun_at", "id")
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will show them out everywhere, and forget the codes of the last day that went to an address of theirs."""
    Pass.objects.filter(customer_id__in=ids).delete()
    theirs = Identity.objects.filter(customer_id__in=ids).values("value_index")
    rows = Challenge.objects.filter(Q(customer_id__in=ids) | Q(value_index__in=theirs))
    gone = list(rows.values_list("id", flat=True))
    for one in gone:
        box.destroy_keys(one)
    Challenge.objects.filter(id__in=gone).delete()


KEEPER = Keeper("entrances", held, forget)
