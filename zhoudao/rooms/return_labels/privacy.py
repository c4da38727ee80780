"""What prepaid labels hold of a person, and its end: that a number was used stays, for whom does not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.fulfilment.commands.sheets import destroy_sheets
from zhoudao.rooms.return_labels.models import PrepaidNumber


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The numbers their returns were to be sent with."""
    rows = PrepaidNumber.objects.filter(request__customer_id__in=ids).order_by("taken_at", "id")
    found = rows.values_list("request__number", "pool__carrier", "number")
    return [{"return": request, "carrier": carrier, "tracking_number": number} for request, carrier, number in found]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy their labels' files, and for whom a number was used."""
    rows = PrepaidNumber.objects.filter(request__customer_id__in=ids)
    destroy_sheets(list(rows.exclude(sheet=None).values_list("sheet_id", flat=True)))
    rows.update(request=None, taken_by="")


KEEPER = Keeper("return_labels", held, forget)
