"""The timeline of one object, in the reader's language."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value

from zhoudao.ground.eventlog.facts import known_facts, sentence
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.questions import Question
from zhoudao.kit.frozen import frozen

LONGEST = 200


@frozen
class Line:
    """One event as people read it."""

    id: UUID
    at: datetime
    type: str
    actor: str
    text: str
    is_quiet: bool
    attributes: dict[str, Any]


def timeline(object_ids: list[UUID], *, limit: int = LONGEST) -> list[Line]:
    """The newest events about any of these objects, oldest first, at most 200 (one statement)."""
    return [_line(*row) for row in reversed(_ABOUT.all(object_ids)[:limit])]


def line_of(event: Event) -> Line:
    """An event as a line."""
    return _line(event.id, event.occurred_at, event.type, event.actor, event.attributes)


def _about(object_ids: list[UUID]) -> QuerySet[Event, Any]:
    asked = Value(object_ids, output_field=Event._meta.get_field("object_ids"))  # one parameter, however many ids
    found = Event.objects.filter(object_ids__overlap=asked).order_by("-occurred_at", "-xid", "-seq")
    return found.values_list("id", "occurred_at", "type", "actor", "attributes")[:LONGEST]


_ABOUT: Question[Any] = Question(_about, list)


def _line(id_: UUID, at: datetime, type_: str, actor: str, attributes: dict[str, Any]) -> Line:
    fact = known_facts().get(type_)
    return Line(id_, at, type_, actor, sentence(type_, attributes), fact.is_quiet if fact else True, attributes)
