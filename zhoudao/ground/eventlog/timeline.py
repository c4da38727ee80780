"""The timeline of one object, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.facts import known_facts, sentence
from zhoudao.ground.eventlog.models import Event


@dataclass(frozen=True)
class Line:
    """One event as people read it."""

    id: UUID
    at: datetime
    type: str
    actor: str
    text: str
    is_quiet: bool


def timeline(object_ids: list[UUID], *, limit: int = 200) -> list[Line]:
    """The newest events about any of these objects, oldest first (one statement)."""
    events = Event.objects.filter(object_ids__overlap=object_ids).order_by("-occurred_at", "-xid", "-seq")[:limit]
    return [line_of(event) for event in reversed(events)]


def line_of(event: Event) -> Line:
    """An event as a line."""
    fact = known_facts().get(event.type)
    return Line(
        id=event.id,
        at=event.occurred_at,
        type=event.type,
        actor=event.actor,
        text=sentence(event.type, event.attributes),
        is_quiet=fact.is_quiet if fact else True,
    )
