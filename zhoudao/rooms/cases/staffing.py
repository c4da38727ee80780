"""Who could take a case just now: a team's people with load, hours, languages and skills, in one statement."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.engines.routing import Person
from zhoudao.engines.worktime import is_open
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.models import Case

KNOWN_FOR = timedelta(days=90)  # after which nobody remembers a customer's last case
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('cases.routing', 7))"
_LOCK_AND_NUMBER = "SELECT pg_advisory_xact_lock(hashtextextended('cases.routing', 7)), nextval('case_number')"
_PEOPLE = """
    SELECT m.user_id, m.capacity, m.languages, m.skills, m.calendar_id, m.is_available, t.id IS NOT NULL AS in_team,
           (SELECT coalesce(sum(c.points), 0) FROM cases_case c
             WHERE c.owner_id = m.user_id AND c.status IN ('new', 'open')) AS load,
           (SELECT max(c.given_at) FROM cases_case c WHERE c.owner_id = m.user_id) AS given_at
      FROM staff_member m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
      LEFT JOIN staff_member_teams t ON t.member_id = m.user_id AND t.team_id = %(team)s
     WHERE t.id IS NOT NULL OR m.user_id = ANY(%(also)s)
     ORDER BY m.user_id
"""
_AROUND = """
    SELECT coalesce((SELECT s.pushes FROM staff_teamsettings s WHERE s.team_id = %(team)s), true) AS pushes,
           EXISTS (SELECT FROM cases_case w WHERE w.team_id = %(team)s AND w.owner_id IS NULL
                      AND w.status IN ('new', 'open') AND w.id <> %(case)s AND NOT w.needs ? 'trouble'
                      AND (w.rank < %(rank)s OR w.rank = %(rank)s AND w.queued_at <= %(queued)s)) AS has_line,
           (SELECT k.owner_id FROM cases_case k
             WHERE k.customer_id = ANY(%(customers)s) AND k.id <> %(case)s AND k.owner_id IS NOT NULL
               AND k.opened_at > %(since)s ORDER BY k.opened_at DESC, k.id DESC LIMIT 1) AS known
"""
_TOGETHER = f"SELECT * FROM ({_AROUND}) AS around LEFT JOIN ({_PEOPLE}) AS people ON true ORDER BY people.user_id"  # noqa: S608  # two constants


@frozen
class Around:
    """What a new case meets: the team's people, whether it pushes, who waits before it, whom the customer knows."""

    people: list[Person]
    pushes: bool
    has_line: bool
    known: UUID | None


def lock_routing() -> None:
    """This will have everybody else's routing wait until this transaction ends.

    One lock for all: people belong to several teams, and nobody is given more than fits from two sides at once. Under
    it no case's row is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def lock_routing_with_number() -> int:
    """As `lock_routing`, and the number of the case about to be opened (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_AND_NUMBER)
        row = cursor.fetchone()
    assert row is not None
    return int(row[1])


def around(case: Case, *, customers: Sequence[UUID], adviser: UUID | None, at: datetime) -> Around:
    """All that decides about a case that stands in line (one statement, and calendars not yet read)."""
    asked: dict[str, Any] = {"team": case.team_id, "case": case.id, "rank": case.rank, "queued": case.queued_at or at}
    asked |= {"customers": list(customers), "since": at - KNOWN_FOR, "also": [adviser] if adviser else []}
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER, asked)
        rows = cursor.fetchall()
    pushes, has_line, known = rows[0][:3]
    return Around(_read([row[3:] for row in rows if row[3] is not None], at), pushes, has_line, known)


def people_of(team_id: UUID, *, at: datetime, also: Sequence[UUID] = ()) -> list[Person]:
    """Everybody of a team, and `also` these, as they are now (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"team": team_id, "also": list(also)})
        return _read(cursor.fetchall(), at)


def _read(rows: Sequence[Sequence[Any]], at: datetime) -> list[Person]:
    """The people of these rows. Hundreds share a few calendars and lists of codes: each is looked at once."""
    open_now = {calendar_id: calendar_id is None or is_open(at, calendar(calendar_id)) for calendar_id in _of(rows, 4)}
    codes = {text: _codes(text) for text in _of(rows, 2) | _of(rows, 3)}
    return [
        Person(
            id=str(user_id),
            load=int(load),
            capacity=int(capacity),
            given_at=given_at,
            languages=codes[languages],
            skills=codes[skills],
            state="away" if not is_available else "" if open_now[calendar_id] else "off_shift",
            in_team=bool(in_team),
        )
        for user_id, capacity, languages, skills, calendar_id, is_available, in_team, load, given_at in rows
    ]


def _of(rows: Sequence[Sequence[Any]], column: int) -> set[Any]:
    return {row[column] for row in rows}


def _codes(text: str) -> frozenset[str]:
    """A column of codes; raw cursors give JSON as text."""
    found = json.loads(text)
    return frozenset(str(code) for code in found) if isinstance(found, list) else frozenset()
