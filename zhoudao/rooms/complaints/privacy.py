"""What recorded answers hold of a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.customers.keepers import Keeper


def _held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    rows = Answer.objects.filter(case__customer_id__in=ids).select_related("case").order_by("answered_at", "id")
    return [
        {
            "case": row.case.number,
            "answered_at": row.answered_at.isoformat(),
            "way": row.way,
            "words": row.words,
            "has_recording": row.recording_id is not None,
        }
        for row in rows
    ]


def _forget(ids: Sequence[UUID], at: datetime) -> None:
    """What it cost and why stays; what was said, and its recording, go."""
    Answer.objects.filter(case__customer_id__in=ids).update(words="", recording=None)


KEEPER = Keeper("complaints", _held, _forget)
