"""Which cases may add something else than before, by the events nobody has counted yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from zhoudao.ground.eventlog.reading import OPEN
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.closing import AGAIN
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.people import groups_of
from zhoudao.rooms.tallies.models import Count

LAST = UUID(int=2**128 - 1)
# What the cases' own subscriber has not heard yet may change a case without a word of its own: it is counted after.
_SETTLED = f"""e.xid < {OPEN} AND (e.xid, e.id) <= (
    coalesce((SELECT cursor_xid FROM eventlog_subscription WHERE name = 'cases'), 9223372036854775807),
    coalesce((SELECT cursor_id FROM eventlog_subscription WHERE name = 'cases'), '{LAST}'::uuid))"""  # noqa: S608 - only constants of this file
_UNREAD = """
    WITH unread AS MATERIALIZED (
        SELECT e.xid, e.id, e.type, e.primary_type, e.primary_id, e.object_ids FROM eventlog_event e
        WHERE (e.xid, e.id) > (%(xid)s::bigint, %(id)s::uuid) AND [settled]
        ORDER BY e.xid, e.id LIMIT %(most)s
    ), cases AS (
        SELECT primary_id AS id FROM unread WHERE primary_type = 'case'
        UNION SELECT c.id FROM unread u JOIN cases_case c ON c.conversation_id = u.primary_id
               WHERE u.primary_type = 'conversation'
    ), people AS (
        SELECT DISTINCT unnest(object_ids) AS id FROM unread
        WHERE type IN ('customers.CustomersMerged', 'customers.CustomerUnmerged')
    )
    SELECT (SELECT xid FROM unread ORDER BY xid DESC, id DESC LIMIT 1),
           (SELECT id FROM unread ORDER BY xid DESC, id DESC LIMIT 1),
           (SELECT count(*) FROM unread),
           ARRAY(SELECT id FROM cases), ARRAY(SELECT id FROM people)
"""

_OVERLOOKED = """
    (SELECT case_id FROM tallies_tallied WHERE due_at <= %(at)s ORDER BY due_at LIMIT %(most)s)
    UNION (SELECT case_id FROM cases_effort WHERE is_fresh LIMIT %(most)s)
"""


@frozen
class Changed:
    """The cases, how many events said so, and where the log was read up to (None when nothing is unread)."""

    case_ids: frozenset[UUID]
    events: int
    border: tuple[int, UUID] | None


def changed_since(count: Count, *, settled: bool, most: int) -> Changed:
    """What `most` events behind the cursor may have changed; all there are to see, or only what is `settled`."""
    sql = _UNREAD.replace("[settled]", _SETTLED if settled else "true")
    values: dict[str, Any] = {"xid": count.cursor_xid, "id": count.cursor_id, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] = cursor.fetchone() or (None, None, 0, [], [])
    xid, id_, events, cases, people = row
    case_ids = {*cases, *_neighbours(cases, people)}
    return Changed(frozenset(case_ids), events, (xid, id_) if events else None)


def overlooked(at: datetime, *, most: int | None = None) -> list[UUID]:
    """Cases no event tells of: late by themselves since, or with effort counted lately (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLOOKED, {"at": at, "most": most})
        return [row[0] for row in cursor.fetchall()]


def _neighbours(case_ids: Sequence[UUID], people: Sequence[UUID]) -> list[UUID]:
    """Cases that are somebody's coming again, or that somebody comes again after, because of these."""
    if not case_ids and not people:
        return []
    rows = Case.objects.filter(id__in=case_ids).values_list("customer_id", "opened_at", "resolved_at", "updated_at")
    asked = Q(customer_id__in=[one for group in groups_of(people).values() for one in group]) if people else Q(pk=None)
    spans = list(rows)
    if spans:
        begin = min(opened for _who, opened, _resolved, _updated in spans) - AGAIN
        end = max(max(resolved or updated, updated) for _who, _opened, resolved, updated in spans) + AGAIN
        near = Q(opened_at__gte=begin, opened_at__lte=end) | Q(resolved_at__gte=begin, resolved_at__lte=end)
        theirs = [one for group in groups_of({who for who, *_ in spans}).values() for one in group]
        asked |= Q(customer_id__in=theirs) & near
    return list(Case.objects.filter(asked).values_list("id", flat=True))


def position() -> tuple[int, UUID]:
    """Where counting may begin: everything settled so far is before it, everything else behind."""
    sql = f"""
        SELECT least({OPEN} - 1, (SELECT cursor_xid FROM eventlog_subscription WHERE name = 'cases')),
               CASE WHEN {OPEN} - 1 < (SELECT cursor_xid FROM eventlog_subscription WHERE name = 'cases')
                    THEN NULL
                    ELSE (SELECT cursor_id FROM eventlog_subscription WHERE name = 'cases') END
    """  # noqa: S608 - only constants of this file
    with connection.cursor() as cursor:
        cursor.execute(sql)
        xid, id_ = cursor.fetchone() or (0, None)
    return xid, id_ or LAST
