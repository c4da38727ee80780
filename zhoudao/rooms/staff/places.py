"""Teams, and the hours they work by."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.engines.worktime.calendar import DAYS
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.places import (
    CodeTaken,
    PlaceRefused,
    found_team,
    rename_team,
    sound_code,
    sound_names,
    sound_zone,
)
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.staff.events import HoursFounded
from zhoudao.rooms.staff.models import Calendar, TeamSettings

_DAY = [["09:00", "18:00"]]


class NoSuchHours(PlaceRefused):
    """There are no such working hours."""

    field: ClassVar[str] = "calendar"


@frozen
class TeamTerms:
    """What can be changed of a team: its names by language, and its working hours."""

    names: Mapping[str, str]
    calendar_id: UUID | None


@transaction.atomic
def open_team(*, code: str, terms: TeamTerms, store_id: UUID | None, by: By, at: datetime) -> Team:
    """This will add a team that works by these hours; its people are given cases unasked.

    Raises: as `found_team`, NoSuchHours
    """
    team = found_team(code=code, names=terms.names, store_id=store_id, by=by, at=at)
    TeamSettings.objects.create(team=team, calendar=_calendar(terms.calendar_id))
    return team


@transaction.atomic
def change_team(*, team_id: UUID, terms: TeamTerms, by: By, at: datetime) -> Team:
    """This will rename a team and have its clocks run by these hours from now on.

    Raises: PlaceUnknown, NameMissing, NoSuchHours
    """
    team = rename_team(team_id=team_id, names=terms.names, by=by, at=at)
    TeamSettings.objects.update_or_create(team=team, defaults={"calendar": _calendar(terms.calendar_id)})
    return team


@transaction.atomic
def found_calendar(*, code: str, names: Mapping[str, str], zone: str, by: By, at: datetime) -> Calendar:
    """This will add working hours: an office week for a beginning.

    Raises: CodeUnsound, CodeTaken, NameMissing, NoSuchZone
    """
    week = {day: _DAY for day in DAYS[:5]}
    content = Hours.from_json({"zone": sound_zone(zone), "week": week}).to_json()
    row, is_new = Calendar.objects.get_or_create(
        code=sound_code(code), defaults={"names": sound_names(names), "content": content}
    )
    if not is_new:
        raise CodeTaken(f"{CodeTaken.__doc__} ({row.code})")
    record(HoursFounded(row.code), at=at, by=by, about=[About("calendar", row.id)])
    return row


def _calendar(calendar_id: UUID | None) -> Calendar:
    found = Calendar.objects.filter(id=calendar_id).first() if calendar_id else None
    if found is None:
        raise NoSuchHours(NoSuchHours.__doc__)
    return found
