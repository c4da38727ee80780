"""Who is on call for the caller's teams, and whom that calls just now."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.engines.worktime import oncall
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.staff.queries import teams_seen
from zhoudao.rooms.staff.roster import Entry, Roster, duties_of, holes, roster_of
from zhoudao.rooms.staff.rostering import RosterMoved, RosterUnsound, set_roster

router = Router(tags=["on-call"])
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class DutyLine(Schema):
    """One line: on these days between two wall times (until 00:00: the day's end; before the start: next morning)."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    days: list[Day] = Field(min_length=1)
    start: str = Field("00:00", pattern=_CLOCK)
    end: str = Field("00:00", pattern=_CLOCK)
    from_date: date | None = None
    until_date: date | None = None


class RosterIn(Schema):
    """The whole roster, in the order people are called. With the `version` read before, nobody's change is lost."""

    model_config = ConfigDict(extra="forbid")

    zone: str = Field(max_length=64)
    lines: list[DutyLine] = Field(max_length=60)
    version: str | None = None


class Hole(Schema):
    """Hours in which nobody is on call."""

    begins_at: datetime
    ends_at: datetime


class RosterOut(Schema):
    """A team's roster, whom it calls now, and its holes in the coming week."""

    team: str
    zone: str
    version: str
    lines: list[DutyLine]
    on_call_now: list[UUID]
    holes: list[Hole]


class Rosters(Schema):
    """All teams the caller may see."""

    items: list[RosterOut]


@operations.get(router, "", scope="team:read", answer=Rosters)
def list_rosters(request: HttpRequest) -> Rosters:
    """The roster of every team the caller may see."""
    return Rosters(items=[_out(team, roster_of(team.id)) for team in teams_seen(viewer_in(request))])


@operations.get(router, "/{team}", scope="team:read", answer=RosterOut)
def get_roster(request: HttpRequest, team: str) -> RosterOut:
    """One team's roster."""
    found = _team(viewer_in(request), team)
    return _out(found, roster_of(found.id))


@operations.put(router, "/{team}", scope="on_call:write", answer=RosterOut)
def put_roster(request: HttpRequest, team: str, body: RosterIn) -> RosterOut:
    """Replaces a team's roster. Lines name people of the team; a version that is no longer the newest is refused."""
    viewer = viewer_in(request)
    found = _team(viewer, team)
    entries = [
        Entry(line.user_id, tuple(line.days), line.start, line.end, line.from_date, line.until_date)
        for line in body.lines
    ]
    by, at = By(viewer.actor), clock.now()
    try:
        written = set_roster(team=found, zone=body.zone, entries=entries, by=by, at=at, version=body.version)
    except RosterMoved as moved:
        raise Refused(409, "roster_moved", str(moved)) from None
    except RosterUnsound as unsound:
        where = f"Line {unsound.line}: " if unsound.line else ""
        raise Refused(422, "roster_unsound", f"{where}{unsound}") from None
    return _out(found, written)


def _team(viewer: Viewer, code: str) -> Team:
    found = next((team for team in teams_seen(viewer) if team.code == code), None)
    if found is None:
        raise Http404
    return found


def _out(team: Team, roster: Roster) -> RosterOut:
    at, duties = clock.now(), duties_of(team.id)
    return RosterOut(
        team=team.code,
        zone=roster.zone,
        version=roster.version,
        lines=[
            DutyLine(
                user_id=one.user_id,
                days=list(one.days),  # type: ignore[arg-type]  # the days of the week, as stored
                start=one.start,
                end=one.end,
                from_date=one.from_date,
                until_date=one.until_date,
            )
            for one in roster.entries
        ],
        on_call_now=[UUID(member) for member in oncall(duties, at)],
        holes=[Hole(begins_at=begins, ends_at=ends) for begins, ends in holes(duties, at, hours=24 * 7)],
    )
