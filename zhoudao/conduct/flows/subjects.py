"""What a flow may know of the object it walks for: always as it is now, read when first asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from zhoudao.rooms.cases.models import Case


@dataclass(frozen=True)
class Subject:
    """`facts` are what a flow's declared inputs are filled with."""

    store_id: UUID | None = None
    team_id: UUID | None = None
    team_code: str = ""
    owner_id: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)


_CASE = {
    "number": "number",
    "kind": "kind",
    "tier": "tier",
    "status": "status",
    "outcome": "outcome",
    "cause": "cause",
    "reopened": "reopened",
    "awaits_us": "awaits_us",
    "store": "store__code",
    "team": "team__code",
    "channel": "conversation__channel__kind",
    "language": "conversation__language",
    "value_class": "customer__value_class",
}


def _case(case_id: UUID) -> Subject:
    row = Case.objects.filter(id=case_id).values("store_id", "team_id", "owner_id", *_CASE.values()).first()
    if row is None:
        return Subject()
    facts = {name: row[column] for name, column in _CASE.items()} | {"case_id": str(case_id)}
    return Subject(row["store_id"], row["team_id"], row["team__code"] or "", row["owner_id"], facts)


_READERS: dict[str, Callable[[UUID], Subject]] = {"case": _case}


def subject_of(object_type: str, object_id: UUID) -> Subject:
    """The object as it is now (one statement); an object no reader knows has no facts."""
    reader = _READERS.get(object_type)
    return reader(object_id) if reader else Subject()
