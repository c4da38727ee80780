"""Writing facts beside the change they tell of."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.ids import uuid7


@dataclass(frozen=True)
class By:
    """Who did it, where: actor is `user:…`, `customer:…`, `token:…`, `flow:<version>/<element>`,
    `visitor:<visit>`, `device:<kiosk>` or `system:…`."""

    actor: str
    store_id: UUID | None = None
    channel: str = ""
    element: str = ""


@dataclass(frozen=True)
class About:
    """One object a fact is about; the first of a fact's objects is its primary."""

    type: str
    id: UUID
    role: str = ""


@dataclass(frozen=True)
class Entry:
    """A fact with its objects; `by` and `at` where they differ from the other facts' of the same statement."""

    fact: Fact
    about: Sequence[About]
    by: By | None = None
    at: datetime | None = None


_MANY = 9  # from so many on they are sent as JSON: a statement of thousands of values is slow to read
_INSERT = """
    INSERT INTO eventlog_event (id, type, schema, occurred_at, recorded_at, actor, store_id, channel, element,
                                primary_type, primary_id, seq, objects, object_ids, attributes, xid)
    SELECT id, type, schema, occurred_at, clock_timestamp(), actor, store_id, channel, element,
           primary_type, primary_id,
           n + coalesce((SELECT max(e.seq) FROM eventlog_event e WHERE e.primary_id = v.primary_id), 0),
           objects, object_ids, attributes, pg_current_xact_id()::text::bigint
      FROM [rows]
"""
_COLUMNS = {
    "id": "uuid", "type": "text", "schema": "int", "occurred_at": "timestamptz", "actor": "text", "store_id": "uuid",
    "channel": "text", "element": "text", "primary_type": "text", "primary_id": "uuid", "objects": "jsonb",
    "object_ids": "uuid[]", "attributes": "jsonb", "n": "int",
}  # fmt: skip
_JSON = frozenset(["objects", "attributes"])
_ROW = f"({','.join('%s' if kind == 'text' else f'%s::{kind}' for kind in _COLUMNS.values())})"


def record(fact: Fact, *, at: datetime, by: By, about: Sequence[About]) -> None:
    """This will write one fact (one statement). The caller holds the primary object's row lock."""
    record_all([Entry(fact, about)], at=at, by=by)


def record_all(entries: Sequence[Entry], *, at: datetime, by: By) -> None:
    """This will write facts in order, in one statement."""
    if not entries:
        return
    ranks: Counter[UUID] = Counter()
    rows: list[list[Any]] = []
    for entry in entries:
        primary = entry.about[0]
        ranks[primary.id] += 1
        rows.append(_values(entry, primary, ranks[primary.id], entry.at or at, entry.by or by))
    with connection.cursor() as cursor:
        cursor.execute(*(_few(rows) if len(rows) < _MANY else _many(rows)))


def _few(rows: list[list[Any]]) -> tuple[str, list[Any]]:
    """As values; JSON is text for the driver."""
    source = f"(VALUES {', '.join([_ROW] * len(rows))}) AS v ({', '.join(_COLUMNS)})"
    pairs = [pair for row in rows for pair in zip(_COLUMNS, row, strict=True)]
    values = [json.dumps(value) if name in _JSON else value for name, value in pairs]
    return _INSERT.replace("[rows]", source), values


def _many(rows: list[list[Any]]) -> tuple[str, list[Any]]:
    columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    said = json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], default=str)
    return _INSERT.replace("[rows]", f"json_to_recordset(%s::json) AS v ({columns})"), [said]


def _values(entry: Entry, primary: About, rank: int, at: datetime, by: By) -> list[Any]:
    objects = [[about.type, str(about.id), about.role] for about in entry.about]
    return [
        uuid7(),
        entry.fact.name,
        entry.fact.schema,
        at,
        by.actor,
        by.store_id,
        by.channel,
        by.element,
        primary.type,
        primary.id,
        objects,
        list(dict.fromkeys(about.id for about in entry.about)),
        entry.fact.attributes(),
        rank,
    ]
