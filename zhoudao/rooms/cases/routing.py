"""Who gets a case: the team by decision table, the person by load. Deterministic for a given state."""

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, models

from zhoudao.engines.worktime import is_open
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.queries import Table
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.models import Case, Status

FALLBACK_TEAM = "reception"
ROUTING_TABLE = "cases.routing"
_FRESH_SECONDS = 10.0
_teams: dict[str, tuple[float, Team | None]] = {}

_LEAST_LOADED = """
    WITH people AS MATERIALIZED (  -- else everybody's cases are counted once for each time `load` is named below
        SELECT m.user_id, m.calendar_id, m.capacity,
               (SELECT count(*) FROM cases_case c WHERE c.owner_id = m.user_id AND c.status IN ('new', 'open')) AS load,
               (SELECT max(c.opened_at) FROM cases_case c WHERE c.owner_id = m.user_id) AS latest
          FROM staff_member m JOIN staff_member_teams t ON t.member_id = m.user_id
         WHERE t.team_id = %s AND m.is_available
           AND (m.languages = '[]'::jsonb OR m.languages @> to_jsonb(%s::text))
           AND NOT EXISTS (SELECT FROM staff_teamsettings s WHERE s.team_id = t.team_id AND NOT s.pushes)
    )
    SELECT user_id, calendar_id, capacity, load FROM people
    WHERE load < capacity
    ORDER BY load::float / capacity, latest NULLS FIRST, user_id
"""


def find_team(table: Table, inputs: dict[str, object]) -> Team | None:
    """The team this routing table names for these inputs, else reception, else none."""
    code = str(table.answer(inputs).get("team") or FALLBACK_TEAM)
    return _team(code) or _team(FALLBACK_TEAM)


def find_member(team_id: UUID, *, language: str, at: datetime) -> UUID | None:
    """The available colleague of the team with the lowest share of capacity in use, on shift now, who has room.

    None in a team that is not pushed cases. Ties go to whoever was given a case longest ago. Cases that wait for the
    customer do not count as load.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"routing {team_id}"])
        cursor.execute(_LEAST_LOADED, [team_id, language])
        rows: Sequence[tuple[UUID, UUID | None, int, int]] = cursor.fetchall()
    for user_id, calendar_id, _capacity, _load in rows:
        if is_open(at, calendar(calendar_id)):
            return user_id
    return None


def waiting_in(team_id: UUID) -> list[Case]:
    """The team's cases nobody has, next first: urgent ones, then by age."""
    rows = Case.objects.filter(team_id=team_id, owner=None, status__in=[Status.NEW, Status.OPEN])
    urgent_first = models.Case(models.When(tier="urgent", then=0), default=1)
    return list(rows.select_related("conversation").order_by(urgent_first, "opened_at", "id")[:50])


def forget() -> None:
    """This will read teams anew."""
    _teams.clear()


def _team(code: str) -> Team | None:
    read_at, team = _teams.get(code, (-_FRESH_SECONDS, None))
    if team is None or time.monotonic() - read_at > _FRESH_SECONDS:
        team = Team.objects.filter(code=code).first()
        _teams[code] = (time.monotonic(), team)
    return team
