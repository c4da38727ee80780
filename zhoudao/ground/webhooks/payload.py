"""What a webhook is told, in the shape of Standard Webhooks: `type`, `timestamp`, `data`.

Ids, codes, amounts and case numbers. Who did it is only told as a kind (customer, user, token, flow, system); nobody's
name, number, address or words are in it. The same event always makes the same body.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.webhooks.catalogue import PING, example_attributes

VERSION = 1
Numbers = Callable[[Iterable[UUID]], Mapping[UUID, str]]
_numbers: dict[str, Numbers] = {}
_EXAMPLE_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
_EXAMPLE_ID = "0190a0a0-0000-7000-8000-00000000000{}"


def number_objects(type_: str, numbers: Numbers) -> None:
    """This will have objects of this type told with the number people read; a number must never change."""
    _numbers[type_] = numbers


def numbers_known(type_: str, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """What people call these objects, by their ids; nothing of a type without numbers (at most one statement)."""
    return _numbers[type_](ids) if type_ in _numbers else {}


def body_of(event: Event) -> bytes:
    """What is posted of an event (one statement when it is about something with a number)."""
    return _json(_content(event, _numbered(event)))


def ping_body(webhook_id: UUID, at: datetime) -> bytes:
    """What a test posts."""
    return _json({"type": PING, "timestamp": at.isoformat(), "data": {"version": VERSION, "webhook": str(webhook_id)}})


@cache
def example(type_: str) -> str:
    """A body as an event of this kind has it, indented for people."""
    primary = {"cases": "case", "conversations": "conversation", "customers": "customer"}.get(type_.partition(".")[0])
    event = Event(
        id=UUID(_EXAMPLE_ID.format(7)),
        type=type_,
        occurred_at=_EXAMPLE_AT,
        actor=f"user:{_EXAMPLE_ID.format(1)}",
        store_id=UUID(_EXAMPLE_ID.format(2)),
        channel="webchat" if primary == "conversation" else "",
        primary_type=primary or "object",
        primary_id=UUID(_EXAMPLE_ID.format(3)),
        seq=4,
        parties=[[primary or "object", _EXAMPLE_ID.format(3), ""]],
        attributes=example_attributes(type_),
    )
    numbers = {str(event.primary_id): "C2026-000123"} if primary == "case" else {}
    return json.dumps(_content(event, numbers), ensure_ascii=False, indent=2)


def _content(event: Event, numbers: Mapping[str, str]) -> dict[str, Any]:
    objects = [_object(type_, id_, role, numbers) for type_, id_, role in event.parties]
    return {
        "type": event.type,
        "timestamp": event.occurred_at.isoformat(),
        "data": {
            "version": VERSION,
            "id": str(event.id),
            "schema": event.schema,
            "seq": event.seq,
            "store": str(event.store_id) if event.store_id else None,
            "channel": event.channel or None,
            "actor": event.actor.partition(":")[0],
            "object": _object(event.primary_type, str(event.primary_id), "", numbers),
            "objects": objects,
            "attributes": event.attributes,
        },
    }


def _object(type_: str, id_: str, role: str, numbers: Mapping[str, str]) -> dict[str, str]:
    told = {"type": type_, "id": id_, "role": role, "number": numbers.get(id_, "")}
    return {name: value for name, value in told.items() if value}


def _numbered(event: Event) -> dict[str, str]:
    wanted: dict[str, set[UUID]] = {}
    for type_, id_ in [(event.primary_type, str(event.primary_id)), *((one[0], one[1]) for one in event.parties)]:
        if type_ in _numbers:
            wanted.setdefault(type_, set()).add(UUID(id_))
    return {str(id_): number for type_, ids in wanted.items() for id_, number in _numbers[type_](ids).items()}


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
