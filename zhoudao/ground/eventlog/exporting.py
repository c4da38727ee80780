"""The log handed out: a statement each, read piece by piece through a cursor of the server, never held."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

_STEP = 5_000
_WITHIN = """(%(since)s::timestamptz IS NULL OR e.occurred_at >= %(since)s)
          AND (%(until)s::timestamptz IS NULL OR e.occurred_at < %(until)s)"""
_OF_CASES = f"""
    SELECT o.id, e.type, e.occurred_at, e.actor, e.channel, e.store_id, e.element
    FROM eventlog_event e
    CROSS JOIN LATERAL (SELECT DISTINCT p ->> 1 AS id FROM jsonb_array_elements(e.objects) p WHERE p ->> 0 = %(kind)s) o
    WHERE {_WITHIN}
"""  # noqa: S608 - only constants of this file
_WHOLE = f"""
    SELECT e.id, e.type, e.occurred_at, e.actor, e.channel, e.store_id, e.element, e.objects::text, e.attributes::text
    FROM eventlog_event e WHERE {_WITHIN} ORDER BY e.xid, e.id
"""  # noqa: S608 - only constants of this file
_KINDS = """
    SELECT DISTINCT p ->> 0 FROM eventlog_event e CROSS JOIN LATERAL jsonb_array_elements(e.objects) p ORDER BY 1
"""


class CaseEvent(NamedTuple):
    """An event in the case of one of its objects."""

    case: str
    type: str
    occurred_at: datetime
    actor: str
    channel: str
    store_id: UUID | None
    element: str


class WholeEvent(NamedTuple):
    """An event with everything it is about ([[type, id, role]…]) and says, both as JSON."""

    id: UUID
    type: str
    occurred_at: datetime
    actor: str
    channel: str
    store_id: UUID | None
    element: str
    objects: str
    attributes: str


def events_of(
    kind: str, *, since: datetime | None, until: datetime | None, by_case: bool = False
) -> Iterator[list[CaseEvent]]:
    """Every event that is about objects of a kind, once for each of them, from `since` and before `until`: in the log's
    order, or case by case. One statement, read through a cursor of the server."""
    order = "o.id, e.occurred_at, e.xid, e.id" if by_case else "e.xid, e.id, o.id"
    for rows in _read(f"{_OF_CASES} ORDER BY {order}", {"kind": kind, "since": since, "until": until}):
        yield [CaseEvent(*row) for row in rows]


def whole_events(*, since: datetime | None, until: datetime | None) -> Iterator[list[WholeEvent]]:
    """Every event from `since` and before `until`, in the log's order. One statement, as `events_of`."""
    for rows in _read(_WHOLE, {"since": since, "until": until}):
        yield [WholeEvent(*row) for row in rows]


def kinds() -> list[str]:
    """The kinds of objects that events are about; looks at every event."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS)
        return [str(kind) for (kind,) in cursor.fetchall()]


def _read(statement: str, values: dict[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(_STEP):
            yield rows
