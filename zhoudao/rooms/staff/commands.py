"""People who take cases, their hours and their availability."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.models import Team
from zhoudao.rooms.staff.models import Calendar, Member, TeamSettings


@dataclass(frozen=True)
class NewMember:
    """How somebody takes cases."""

    user_id: UUID
    teams: Sequence[Team]
    calendar: Calendar | None = None
    capacity: int = 20
    languages: list[str] = field(default_factory=list)


def save_calendar(*, code: str, names: dict[str, str], content: dict[str, Any]) -> Calendar:
    """This will keep working hours that make sense.

    Raises: BadCalendar, naming the day and the hours
    """
    checked = Hours.from_json(content).to_json()
    row, _ = Calendar.objects.update_or_create(code=code, defaults={"names": names, "content": checked})
    return row


@transaction.atomic
def put_to_work(new: NewMember) -> Member:
    """This will let a user take cases of these teams (only these, when called again)."""
    member, _ = Member.objects.update_or_create(
        user_id=new.user_id,
        defaults={"calendar": new.calendar, "capacity": new.capacity, "languages": new.languages},
    )
    member.teams.set(new.teams)
    return member


def set_team_hours(*, team: Team, calendar: Calendar, pushes: bool = True) -> TeamSettings:
    """This will say by which hours a team's business clocks run, and whether it is given cases unasked."""
    row, _ = TeamSettings.objects.update_or_create(team=team, defaults={"calendar": calendar, "pushes": pushes})
    return row


def set_availability(*, user_id: UUID, is_available: bool) -> None:
    """This will start or stop pushing cases to somebody."""
    Member.objects.filter(user_id=user_id).update(is_available=is_available)
