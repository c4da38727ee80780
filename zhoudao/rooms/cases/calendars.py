"""The calendar a team's business clocks run on, parsed once a process."""

import time
from uuid import UUID

from zhoudao.engines.worktime import Calendar, always
from zhoudao.rooms.staff.models import Calendar as StoredCalendar
from zhoudao.rooms.staff.models import TeamSettings

_FRESH_SECONDS = 10.0
_parsed: dict[UUID, tuple[float, Calendar]] = {}
_team_calendars: dict[UUID, tuple[float, UUID | None]] = {}


def calendar(calendar_id: UUID | None) -> Calendar:
    """The calendar with this id; none means every minute counts."""
    if calendar_id is None:
        return always()
    read_at, parsed = _parsed.get(calendar_id, (-_FRESH_SECONDS, None))
    if parsed is None or time.monotonic() - read_at > _FRESH_SECONDS:
        parsed = Calendar.from_json(StoredCalendar.objects.get(id=calendar_id).content)
        _parsed[calendar_id] = (time.monotonic(), parsed)
    return parsed


def team_calendar_id(team_id: UUID | None) -> UUID | None:
    """Which calendar a team works by."""
    if team_id is None:
        return None
    read_at, known = _team_calendars.get(team_id, (-_FRESH_SECONDS, None))
    if time.monotonic() - read_at > _FRESH_SECONDS:
        known = TeamSettings.objects.filter(team_id=team_id).values_list("calendar_id", flat=True).first()
        _team_calendars[team_id] = (time.monotonic(), known)
    return known


def forget() -> None:
    """This will read calendars anew (they were edited, or a test begins)."""
    _parsed.clear()
    _team_calendars.clear()
