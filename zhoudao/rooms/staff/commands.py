"""People who take cases, their hours and their availability."""

import re
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.staff.events import HurryingSet, MemberChanged, TeamChanged
from zhoudao.rooms.staff.models import Calendar, Member, TeamSettings

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
_SKILL = re.compile(r"[^\s,，、\"'\\]{1,40}")


class NoSuchMember(Exception):
    """This person takes no cases."""


class TermsUnsound(Exception):
    """A capacity lies between 0 and 500; a skill is one word; languages and hours are chosen from what is offered."""


class TeamWithoutHours(Exception):
    """This team has no working hours yet; choose them first."""


@frozen
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


@transaction.atomic
def set_availability(*, user_id: UUID, is_available: bool, by: By, at: datetime) -> bool:
    """This will start or stop pushing cases to somebody; False when nothing changes.

    Raises: NoSuchMember
    """
    member = _held(user_id)
    if member.is_available == is_available:
        return False
    member.is_available = is_available
    member.save(update_fields=["is_available"])
    _tell(member, by, at)
    return True


@frozen
class Terms:
    """How somebody takes cases: at most so many points at once, in which languages (none: any), with which skills."""

    capacity: int
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    calendar_id: UUID | None


@transaction.atomic
def set_terms(*, user_id: UUID, terms: Terms, by: By, at: datetime) -> Member:
    """This will keep how somebody takes cases from now on; what they hold already they keep.

    Raises: NoSuchMember, TermsUnsound
    """
    skills = tuple(dict.fromkeys(code.strip().lower() for code in terms.skills if code.strip()))
    fits = 0 <= terms.capacity <= 500 and set(terms.languages) <= set(LANGUAGES) and len(skills) <= 40
    if not fits or not all(_SKILL.fullmatch(code) for code in skills):
        raise TermsUnsound(TermsUnsound.__doc__)
    if terms.calendar_id is not None and not Calendar.objects.filter(id=terms.calendar_id).exists():
        raise TermsUnsound(TermsUnsound.__doc__)
    member = _held(user_id)
    member.capacity, member.calendar_id = terms.capacity, terms.calendar_id
    member.languages, member.skills = sorted(set(terms.languages)), sorted(skills)
    member.save(update_fields=["capacity", "calendar", "languages", "skills"])
    _tell(member, by, at)
    return member


@transaction.atomic
def join_team(*, user_id: UUID, team: Team, by: By, at: datetime) -> Member:
    """This will let a colleague take cases of a team, beside the teams they are in. Raises: NoSuchMember."""
    if not User.objects.filter(id=user_id, is_active=True).exists():
        raise NoSuchMember(NoSuchMember.__doc__)
    Member.objects.get_or_create(user_id=user_id)
    member = _held(user_id)
    member.teams.add(team)
    _tell(member, by, at)
    return member


@transaction.atomic
def leave_team(*, user_id: UUID, team: Team, by: By, at: datetime) -> Member:
    """This will give a colleague no more cases of a team; what they hold they keep. Raises: NoSuchMember."""
    member = _held(user_id)
    member.teams.remove(team)
    _tell(member, by, at)
    return member


@transaction.atomic
def set_pushing(*, team: Team, pushes: bool, by: By, at: datetime) -> None:
    """This will have a team's people given cases unasked, or take them themselves in order.

    Raises: TeamWithoutHours
    """
    row = _settings_held(team)
    row.pushes = pushes
    row.save(update_fields=["pushes"])
    record(TeamChanged(pushes), at=at, by=by, about=[About("team", team.id)])


@transaction.atomic
def set_hurrying(*, team: Team, hurries: bool, by: By, at: datetime) -> None:
    """This will have cases likely to miss a promise stand one rank higher in a team's line, or no more.

    Raises: TeamWithoutHours
    """
    row = _settings_held(team)
    row.hurries = hurries
    row.save(update_fields=["hurries"])
    record(HurryingSet(hurries), at=at, by=by, about=[About("team", team.id)])


def _settings_held(team: Team) -> TeamSettings:
    row = TeamSettings.objects.select_for_update().filter(team=team).first()
    if row is None:
        raise TeamWithoutHours(TeamWithoutHours.__doc__)
    return row


def _held(user_id: UUID) -> Member:
    member = Member.objects.select_for_update().filter(user_id=user_id).first()
    if member is None:
        raise NoSuchMember(NoSuchMember.__doc__)
    return member


def _tell(member: Member, by: By, at: datetime) -> None:
    fact = MemberChanged(member.is_available, member.capacity, list(member.languages), list(member.skills))
    record(fact, at=at, by=by, about=[About("member", member.user_id)])
