"""What pick-ups hold of a person, and its end: when a courier came and what it cost stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.pickups.models import LIVE, Pickup
from zhoudao.rooms.pickups.refusals import PickupsStillOpen
from zhoudao.rooms.pickups.sealed import courier_of, sender_of

_NAMED = 10  # numbers that a refusal names


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their pick-ups with where, when and by whom they were made."""
    rows = list(
        Pickup.objects.filter(request__customer_id__in=ids).select_related("request").order_by("asked_at", "id")
    )
    box.warm(sealed for one in rows for sealed in (one.sender_sealed, one.courier_sealed))
    return [_shown(one) for one in rows]


def refuse(ids: Sequence[UUID]) -> None:
    """Raises: PickupsStillOpen."""
    rows = Pickup.objects.filter(request__customer_id__in=ids, state__in=LIVE).order_by("number")
    if numbers := list(rows.values_list("number", flat=True)[:_NAMED]):
        raise PickupsStillOpen(numbers)


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy who gave it to whom, where, and under which number."""
    gone = {"sender_sealed": None, "courier_sealed": None, "salt_sealed": None, "tracking_number": "", "district": ""}
    Pickup.objects.filter(request__customer_id__in=ids).update(**gone)


def _shown(one: Pickup) -> dict[str, Any]:
    sender, courier = sender_of(one), courier_of(one)
    return {
        "number": one.number,
        "return": one.request.number,
        "state": one.state,
        "time": [one.starts_at.isoformat(), one.ends_at.isoformat()],
        "from": [sender.name, sender.phone, sender.province, sender.city, sender.district, sender.address],
        "courier": [courier.name, courier.phone],
        "parcel": [one.carrier, one.tracking_number],
    }


KEEPER = Keeper("pickups", held, forget, refuse)
