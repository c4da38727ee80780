"""The calendar a team's business clocks run on, parsed once a process."""

from uuid import UUID

from zhoudao.engines.worktime import Calendar, always
from zhoudao.kit.kept import Kept
from zhoudao.rooms.staff.models import Calendar as StoredCalendar
from zhoudao.rooms.staff.models import TeamSettings

_parsed: Kept[UUID, Calendar] = Kept(10.0)
_team_calendars: Kept[UUID, UUID | None] = Kept(10.0)


def calendar(calendar_id: UUID | None) -> Calendar:
    """The calendar with this id; none means every minute counts."""
    if calendar_id is None:
        return always()
    return _parsed.get(calendar_id, lambda: Calendar.from_json(StoredCalendar.objects.get(id=calendar_id).content))


def team_calendar_id(team_id: UUID | None) -> UUID | None:
    """Which calendar a team works by."""
    if team_id is None:
        return None
    return _team_calendars.get(
        team_id, lambda: TeamSettings.objects.filter(team_id=team_id).values_list("calendar_id", flat=True).first()
    )


def forget() -> None:
    """This will read calendars anew: they were edited."""
    _parsed.forget()
    _team_calendars.forget()
