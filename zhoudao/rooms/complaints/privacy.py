"""What was answered to a person's complaints, and its end: that it was answered, how and when, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.customers.keepers import Keeper


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The recorded answers."""
    rows = Answer.objects.filter(case__customer_id__in=ids).select_related("case").order_by("id")
    return [{"case": one.case.number, "way": one.way, "words": one.words} for one in rows]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will empty the words."""
    Answer.objects.filter(case__customer_id__in=ids).update(words="")


KEEPER = Keeper("complaints", held, forget)
