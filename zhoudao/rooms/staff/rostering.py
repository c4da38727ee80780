"""Writing a roster, and trying whether its people can be reached."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.engines.worktime import oncall
from zhoudao.engines.worktime.errors import BadCalendar
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.notices.commands import News, notify
from zhoudao.rooms.staff.events import OnCallTested, RosterChanged
from zhoudao.rooms.staff.models import OnCall
from zhoudao.rooms.staff.roster import DAYS, Entry, Roster, duties_of, in_words, roster_of, who_can_be_called

_MOST = 60


class RosterUnsound(Exception):
    """Lines name somebody who may see the team's cases, a day or more, a start and another end, dates in order."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(self.__doc__)
        self.line = line


class RosterMoved(Exception):
    """Somebody changed this roster meanwhile. Look at it as it is now and change it again."""


class NobodyOnDuty(Exception):
    """Nobody is on call just now, so nobody was paged. Fill the hole first."""


@transaction.atomic
def set_roster(
    *, team: Team, zone: str, entries: Sequence[Entry], by: By, at: datetime, version: str | None = None
) -> Roster:
    """This will keep who is on call for a team from now on, in this order. `version`: what was read before.

    Raises: RosterUnsound (with the line, from 1), RosterMoved
    """
    Team.objects.select_for_update().get(id=team.id)
    before = roster_of(team.id)
    if version is not None and version != before.version:
        raise RosterMoved(RosterMoved.__doc__)
    if zone not in available_timezones() or len(entries) > _MOST:
        raise RosterUnsound
    members = set(who_can_be_called(team.id).values_list("user_id", flat=True))
    rows = [_row(team, rank, entry, zone, members) for rank, entry in enumerate(entries, start=1)]
    OnCall.objects.filter(team=team).delete()
    OnCall.objects.bulk_create(rows)
    record(RosterChanged(len(rows)), at=at, by=by, about=[About("team", team.id)])
    after = roster_of(team.id)
    _tell(team, before, after, by=by, at=at)
    return after


@transaction.atomic
def page_for_a_test(*, team: Team, address: str, by: By, name: str, at: datetime) -> list[UUID]:
    """This will page whoever is on call for a team just now, saying that it is a test; returns whom.

    Raises: NobodyOnDuty
    """
    people = [UUID(member) for member in oncall(duties_of(team.id), at)]
    if not people:
        raise NobodyOnDuty(NobodyOnDuty.__doc__)
    key = f"page_test:{team.id}:{at:%y%m%d%H%M%S%f}"
    notify(News("page_test", key, address, {"by": name}, is_urgent=True), people, at=at)
    record(OnCallTested(len(people)), at=at, by=by, about=[About("team", team.id)])
    return people


def _tell(team: Team, before: Roster, after: Roster, *, by: By, at: datetime) -> None:
    """Whoever is on call at other hours hears at which, whoever no longer is hears that; never the actor."""
    told = {"team": team.names or {"": team.code}}
    for user_id in {entry.user_id for entry in (*before.entries, *after.entries)}:
        lines = after.lines_of(user_id)
        if by.actor == f"user:{user_id}" or (before.zone, before.lines_of(user_id)) == (after.zone, lines):
            continue
        kind, more = ("on_call_set", {"hours": in_words(lines, after.zone)}) if lines else ("on_call_ended", {})
        notify(News(kind, f"{kind}:{team.id}:{at:%y%m%d%H%M%S%f}", "/desk/", told | more), [user_id], at=at)


def _row(team: Team, rank: int, entry: Entry, zone: str, members: set[UUID]) -> OnCall:
    if entry.user_id not in members or not set(entry.days) <= set(DAYS) or not entry.days:
        raise RosterUnsound(rank)
    if entry.from_date and entry.until_date and entry.from_date > entry.until_date:
        raise RosterUnsound(rank)
    end = "24:00" if entry.end == "00:00" else entry.end
    try:
        hours = Hours.weekly(zone, {day: [(entry.start, end)] for day in entry.days})
    except BadCalendar:
        raise RosterUnsound(rank) from None
    return OnCall(
        team=team,
        member_id=entry.user_id,
        rank=rank,
        content=hours.to_json(),
        from_date=entry.from_date,
        until_date=entry.until_date,
    )
