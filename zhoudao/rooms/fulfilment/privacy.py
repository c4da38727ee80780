"""What fulfilment holds of a person: numbers that lead to the door on labels, and the labels of the last day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.fulfilment.commands.sheets import destroy_sheets
from zhoudao.rooms.fulfilment.models import LabelSheet, Tote


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The numbers on labels of parcels that have not left; what left is told by parcels."""
    rows = Tote.objects.filter(order__customer_id__in=ids, state="packed").exclude(tracking_number="")
    found = rows.order_by("id").values_list("order__number", "carrier", "tracking_number")
    return [{"order": order, "carrier": carrier, "tracking_number": number} for order, carrier, number in found]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy the files of labels they are named on, with whoever else is, and the numbers on labels."""
    totes = Tote.objects.filter(order__customer_id__in=ids)
    theirs = list(totes.values_list("id", flat=True))
    destroy_sheets(LabelSheet.objects.filter(subjects__overlap=theirs).values_list("id", flat=True) if theirs else ())
    totes.exclude(tracking_number="").update(tracking_number="")


KEEPER = Keeper("fulfilment", held, forget)
