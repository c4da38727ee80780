"""What follows a place in the log: for subscribers one statement a batch, which looks at no event read before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Func

from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.frozen import frozen

WINDOW = 100
NOTHING = UUID(int=0)  # before every id
_FIELDS = [column.attname for column in Event._meta.concrete_fields]
_COLUMNS = ", ".join(f"e.{column.column}" for column in Event._meta.concrete_fields)
_TYPES = "(SELECT types FROM given)::text[]"
_JSON = [_FIELDS.index(name) for name in ("parties", "attributes")]
OPEN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"  # no transaction below this one runs any more
OLDEST_RUNNING = Func(template=OPEN, output_field=BigIntegerField())


def first_after(xid: str, id_: str, found: str) -> str:
    """SQL for `found` (of `e`) of the first event behind a place, below `OPEN`; NULL when there is none.

    In order: an EXISTS may look for one through the whole table.
    """
    return f"""(SELECT {found} FROM eventlog_event e WHERE (e.xid, e.id) > ({xid}, {id_}) AND e.xid < {OPEN}
                ORDER BY e.xid, e.id LIMIT 1)"""  # noqa: S608 - only columns' names


# The window: what follows the cursor, whoever wants it. `fresh`: what is wanted of it. `early`: what has an earlier
# `seq` in its object and a later place than the window, because transactions of one object may commit crosswise. It is
# read even beyond a transaction that still runs: whoever wrote the later `seq` saw it committed.
# `given`: the values, where the planner does not see them, so that it keeps one plan for all of them.
# The window's LIMIT is written out, lookups are LATERAL … LIMIT 1: a plan for any values must not read a whole table.
_NEXT = f"""
    WITH given AS MATERIALIZED (
        SELECT %(xid)s::bigint AS xid, %(id)s::uuid AS id, %(types)s::text[] AS types, %(most)s::int AS most
    ), window_ AS MATERIALIZED (
        SELECT id, type, primary_id, seq, xid FROM eventlog_event
        WHERE (xid, id) > (SELECT xid, id FROM given) AND xid < {OPEN}
        ORDER BY xid, id LIMIT {WINDOW}
    ), fresh AS MATERIALIZED (
        SELECT id, primary_id, seq, xid FROM window_ WHERE type = ANY({_TYPES}) ORDER BY xid, id
        LIMIT (SELECT most FROM given)
    ), border AS (
        SELECT xid, id FROM (SELECT xid, id FROM fresh ORDER BY xid, id OFFSET (SELECT most - 1 FROM given)) AS full_
        UNION ALL
        (SELECT xid, id FROM window_ WHERE (SELECT count(*) FROM fresh) < (SELECT most FROM given)
         ORDER BY xid DESC, id DESC LIMIT 1)
    ), early AS (
        SELECT later.id FROM (SELECT primary_id, max(seq) AS seq FROM fresh GROUP BY primary_id) AS known, border
        JOIN LATERAL (
            SELECT l.id FROM eventlog_event l
            WHERE l.primary_id = known.primary_id AND l.seq < known.seq AND l.type = ANY({_TYPES})
              AND (l.xid, l.id) > (border.xid, border.id)
            ORDER BY l.seq LIMIT 500
        ) AS later ON true
    )
    SELECT border.xid, border.id, picked.is_early,
           (SELECT true FROM eventlog_handled h WHERE h.subscriber = %(name)s AND h.event_id = e.id LIMIT 1),
           (SELECT true FROM eventlog_parked p
            WHERE p.subscriber = %(name)s AND p.primary_id = e.primary_id AND p.dead_at IS NULL LIMIT 1),
           {_COLUMNS}
    FROM border
    LEFT JOIN (SELECT id, false AS is_early FROM fresh UNION ALL SELECT id, true FROM early) AS picked ON true
    LEFT JOIN LATERAL (SELECT * FROM eventlog_event x WHERE x.id = picked.id LIMIT 1) AS e ON true
    ORDER BY e.xid, e.id
"""  # noqa: S608 - our own column names
_HOLD = """
    SELECT s.cursor_xid, s.cursor_id,
           EXISTS (SELECT FROM eventlog_parked p
                   WHERE p.subscriber = s.name AND p.dead_at IS NULL AND p.next_try_at <= %(now)s)
    FROM eventlog_subscription s WHERE s.name = %(name)s FOR UPDATE OF s SKIP LOCKED
"""
# A place whose next window holds nothing wanted moves behind it, unless something parked is due. What somebody else
# holds is left to them. The newest version of a row is locked and moved from, so an older snapshot does no harm: it
# reads only below its own `OPEN`, where everything is final.
_MOVE_ON = f"""
    WITH asked AS MATERIALIZED (
        SELECT %(names)s::text[] AS names, %(types)s::text[] AS types, %(now)s::timestamptz AS now
    ), given AS MATERIALIZED (
        SELECT g.name, string_to_array(g.types, ' ') AS types
        FROM asked, unnest(asked.names, asked.types) AS g(name, types)
    ), held AS MATERIALIZED (
        SELECT s.name, s.cursor_xid AS xid, coalesce(s.cursor_id, '{NOTHING}') AS id FROM eventlog_subscription s
        WHERE s.name = ANY((SELECT names FROM asked)::text[]) FOR UPDATE OF s SKIP LOCKED
    ), ahead AS MATERIALIZED (
        SELECT held.name, window_.*, EXISTS (
            SELECT FROM eventlog_parked p
            WHERE p.subscriber = held.name AND p.dead_at IS NULL AND p.next_try_at <= (SELECT now FROM asked)) AS due
        FROM held JOIN given ON given.name = held.name CROSS JOIN LATERAL (
            SELECT bool_or(w.type = ANY(given.types)) AS wanted, max(w.xid) AS xid,
                   (array_agg(w.id ORDER BY w.xid DESC, w.id DESC))[1] AS id
            FROM (SELECT e.xid, e.id, e.type FROM eventlog_event e
                  WHERE (e.xid, e.id) > (held.xid, held.id) AND e.xid < {OPEN}
                  ORDER BY e.xid, e.id LIMIT {WINDOW}) AS w
        ) AS window_
    ), moved AS (
        UPDATE eventlog_subscription s SET cursor_xid = ahead.xid, cursor_id = ahead.id FROM ahead
        WHERE s.name = ahead.name AND NOT ahead.wanted AND NOT ahead.due RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved),
           array_agg(given.name) FILTER (WHERE ahead.wanted OR ahead.due OR s.name IS NULL)
    FROM given LEFT JOIN eventlog_subscription s ON s.name = given.name LEFT JOIN ahead ON ahead.name = given.name
"""  # noqa: S608 - only constants of this file
_BEHIND = f"""
    SELECT EXISTS (
        SELECT FROM eventlog_subscription s
        JOIN LATERAL (
            SELECT e.id FROM eventlog_event e
            WHERE (e.xid, e.id) > (s.cursor_xid, coalesce(s.cursor_id, '{NOTHING}'))
              AND e.xid IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
            ORDER BY e.xid, e.id LIMIT 1
        ) AS unread ON true
        WHERE s.name = ANY(%(names)s)
    )
"""  # noqa: S608 - only constants of this file
_STORE = """
    WITH heard AS (
        INSERT INTO eventlog_handled (subscriber, event_id)
        SELECT %(name)s, unnest(%(handled)s::uuid[]) ON CONFLICT DO NOTHING
    )
    UPDATE eventlog_subscription SET cursor_xid = %(xid)s, cursor_id = %(id)s WHERE name = %(name)s
"""


@frozen
class Place:
    """How far a subscriber, whose row is locked, has come, and whether something parked is due."""

    name: str
    cursor_xid: int
    cursor_id: UUID | None
    has_parked: bool


@dataclass
class Found:
    """Some events a subscriber wants, in (transaction, id) order, and where the log was read up to."""

    border: tuple[int, UUID | None] | None = None
    fresh: list[Event] = field(default_factory=list)
    early: list[Event] = field(default_factory=list)
    done: set[UUID] = field(default_factory=set)
    blocked: set[UUID] = field(default_factory=set)


def hold(name: str, *, real_now: datetime) -> Place | None:
    """This will lock a subscriber's place; None when there is none, or another process has it just now."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"name": name, "now": real_now})
        row = cursor.fetchone()
    return Place(name, *row) if row else None


def move_on(types: Mapping[str, Sequence[str]], *, real_now: datetime) -> tuple[int, set[str]]:
    """This will move every subscriber past a window it wants nothing of, in one statement for all of them.

    Returns how many moved, and who has something to read: a wanted event, something parked that is due, or no row yet.
    """
    given: dict[str, Any] = {
        "names": list(types),
        "types": [" ".join(wanted) for wanted in types.values()],
        "now": real_now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ON, given)
        moved, asked = cursor.fetchone()
    return moved, set(asked or ())


def log_end() -> int:
    """Where the log ends that everybody may read: later events, and those of running transactions, come after it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {OPEN}")
        (xid,) = cursor.fetchone()
    return int(xid)


def is_behind(names: Sequence[str]) -> bool:
    """Whether an event, but for our own open transaction's, is unread; other databases' work delays it too."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"names": list(names)})
        row = cursor.fetchone()
    return bool(row and row[0])


def read_next(mine: Place, types: Sequence[str], *, most: int) -> Found:
    """This will read on from the subscription's cursor: at most `most` wanted events among the next hundred."""
    parameters: dict[str, Any] = {
        "name": mine.name,
        "types": list(types),
        "xid": mine.cursor_xid,
        "id": mine.cursor_id or NOTHING,
        "most": most,
    }
    found = Found()
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, parameters)
        rows = cursor.fetchall()
    for xid, id_, is_early, is_done, is_blocked, *values in rows:
        found.border = (xid, id_)
        if is_early is None:
            continue
        event = _event(values)
        (found.early if is_early else found.fresh).append(event)
        if is_done:
            found.done.add(event.id)
        if is_blocked:
            found.blocked.add(event.primary_id)
    return found


def store_progress(mine: Place, handled: Sequence[UUID], cursor_at: tuple[int, UUID | None]) -> None:
    """This will note what was handled and how far the subscriber has come."""
    parameters: dict[str, Any] = {"name": mine.name, "handled": list(handled), "xid": cursor_at[0], "id": cursor_at[1]}
    with connection.cursor() as cursor:
        cursor.execute(_STORE, parameters)


def _event(values: list[Any]) -> Event:
    for place in _JSON:
        values[place] = json.loads(values[place])
    event: Event = Event.from_db(None, _FIELDS, values)
    return event
