"""The lines before the teams: rank first, then who has waited longest, then id."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.engines.routing import Waiting
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.routing import wish_of
from zhoudao.rooms.staff.models import Member

_IN_LINE = """
    SELECT q.id, q.rank, q.queued_at, q.points, q.needs FROM unnest(%(teams)s::uuid[]) AS t, LATERAL (
        SELECT c.id, c.rank, c.queued_at, c.points, c.needs FROM cases_case c
         WHERE c.team_id = t AND c.owner_id IS NULL AND c.status IN ('new', 'open')
           AND (NOT %(pushed)s OR NOT c.needs ? 'trouble')
           AND (%(after_id)s::uuid IS NULL
                OR (c.rank, coalesce(c.queued_at, 'infinity'), c.id)
                   > (%(rank)s, coalesce(%(since)s::timestamptz, 'infinity'), %(after_id)s))
           AND (%(languages)s::text[] IS NULL OR coalesce(c.needs->>'language', '') = ''
                OR c.needs->>'language' = ANY(%(languages)s) OR c.needs ? 'adviser')
           AND (%(skills)s::text[] IS NULL OR coalesce(c.needs->>'skill', '') = ''
                OR c.needs->>'skill' = ANY(%(skills)s) OR c.needs ? 'adviser')
         ORDER BY c.rank, c.queued_at NULLS LAST, c.id LIMIT %(limit)s) AS q
    ORDER BY q.rank, q.queued_at NULLS LAST, q.id LIMIT %(limit)s
"""
_HEADS = """
    SELECT t FROM unnest((SELECT %s::uuid[])) AS t, LATERAL (
        SELECT c.id, c.rank, c.queued_at FROM cases_case c
         WHERE c.team_id = t AND c.owner_id IS NULL AND c.status IN ('new', 'open')
         ORDER BY c.rank, c.queued_at NULLS LAST, c.id LIMIT 1) AS q
    ORDER BY q.rank, q.queued_at NULLS LAST, q.id
"""
_OF_PEOPLE = """
    SELECT team_id FROM cases_case WHERE id = %s AND team_id IS NOT NULL
    UNION SELECT team_id FROM staff_member_teams
           WHERE member_id = ANY(%s) OR member_id = (SELECT owner_id FROM cases_case WHERE id = %s)
"""


@frozen
class Standing:
    """One case in a line, and its place."""

    waiting: Waiting
    rank: int
    since: datetime | None
    trouble: str = ""

    @property
    def id(self) -> UUID:
        """The case's."""
        return UUID(self.waiting.id)


def in_line(
    team_ids: Sequence[UUID],
    *,
    limit: int,
    after: Standing | None = None,
    could: tuple[list[str] | None, list[str]] | None = None,
    pushed: bool = True,
) -> list[Standing]:
    """The first of these lines together (one statement), without locking them.

    `could` leaves out what nobody with these languages (None: all) and skills can do. `pushed` leaves out what no rule
    fitted: that waits for a person to look.
    """
    asked: dict[str, Any] = {
        "teams": list(team_ids),
        "limit": limit,
        "pushed": pushed,
        "after_id": after.id if after else None,
        "rank": after.rank if after else 0,
        "since": after.since if after else None,
        "languages": could[0] if could else None,
        "skills": could[1] if could else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_IN_LINE, asked)
        rows = cursor.fetchall()
    return [_standing(row) for row in rows]


def heads(team_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these teams before which somebody stands, the team of whoever is first coming first (one statement)."""
    if not team_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [list(team_ids)])
        return [row[0] for row in cursor.fetchall()]


def teams_around(case_id: UUID, people: Sequence[UUID] = ()) -> list[UUID]:
    """The case's team, and the teams of its owner and of these people (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_PEOPLE, [case_id, list(people), case_id])
        return [row[0] for row in cursor.fetchall()]


def teams_of(user_id: UUID) -> list[UUID]:
    """The teams somebody takes cases of (one statement)."""
    return list(Member.teams.through.objects.filter(member_id=user_id).values_list("team_id", flat=True))


def _standing(row: tuple[Any, ...]) -> Standing:
    id_, rank, since, points, stored = row
    needs = _needs(stored)
    return Standing(Waiting(str(id_), wish_of(needs, points)), rank, since, str(needs.get("trouble", "")))


def _needs(value: object) -> dict[str, object]:
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}
