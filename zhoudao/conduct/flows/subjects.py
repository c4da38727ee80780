"""What a flow may know of the object it walks for: always as it is now, read when first asked for."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.conduct.flows.matters import matters_of
from zhoudao.ground.questions import Question
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.commands.calling import LATE
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.cases.models import Case, Kind


@frozen
class Subject:
    """`facts` are what a flow's declared inputs are filled with; `due_at` is for steps without a target."""

    store_id: UUID | None = None
    team_id: UUID | None = None
    team_code: str = ""
    owner_id: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


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
_CASE_BY_ID = Question(
    lambda case_id: Case.objects.filter(id=case_id).values_list("store_id", "team_id", "owner_id", *_CASE.values()),
    UUID,
)


def _case(case_id: UUID) -> Subject:
    row = _CASE_BY_ID.first(case_id)
    if row is None:
        return Subject()
    store_id, team_id, owner_id, *values = row
    facts = dict(zip(_CASE, values, strict=True))
    facts |= {"case_id": str(case_id)} | _aftersales(case_id, facts["kind"])
    return Subject(store_id, team_id, facts["team"] or "", owner_id, facts)


def _aftersales(case_id: UUID, kind: str) -> dict[str, str]:
    """What is asked for in an after-sales case, and where that stands (two statements); empty if nothing is noted."""
    newest = next(iter(matters_of(case_id)), None) if kind == Kind.AFTER_SALES else None
    return {"aftersales": newest.kind if newest else "", "aftersales_state": newest.state if newest else ""}


_BOOKING = {
    "number": "number",
    "store": "store__code",
    "kind": "service__kind",
    "where": "service__where",
    "language": "language",
    "source": "source",
}


def _booking(booking_id: UUID) -> Subject:
    """Whoever it was promised by owns it; a call is due some minutes after its time."""
    rows = Booking.objects.filter(id=booking_id)
    row = rows.values_list("store_id", "person_id", "starts_at", *_BOOKING.values()).first()
    if row is None:
        return Subject()
    store_id, person_id, starts_at, *values = row
    facts = dict(zip(_BOOKING, values, strict=True)) | {"booking_id": str(booking_id)}
    return Subject(store_id, owner_id=person_id, facts=facts, due_at=starts_at + LATE)


_READERS: dict[str, Callable[[UUID], Subject]] = {"case": _case, "booking": _booking}


def subject_of(object_type: str, object_id: UUID) -> Subject:
    """The object as it is now (one statement); an object no reader knows has no facts."""
    reader = _READERS.get(object_type)
    return reader(object_id) if reader else Subject()
