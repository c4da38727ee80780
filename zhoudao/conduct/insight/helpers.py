"""Who could help a team out just now: at work, with room, allowed to see its cases, and able to do what waits."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from zhoudao.engines.routing import ABLE, Person, able
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.reach import carrying
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.lines import in_line
from zhoudao.rooms.cases.staffing import people_of
from zhoudao.rooms.staff.models import Absence, Member

MOST, _LINE = 8, 50


@frozen
class Mover:
    """Somebody who could move: what they hold of what they can hold, and how many of the first cases in line they could
    do.
    """

    user_id: UUID
    name: str
    teams: tuple[str, ...]
    load: int
    capacity: int
    fits: int


def who_could_move(team_id: UUID, *, at: datetime) -> list[Mover]:
    """Who serves other lines, is at work, has room and may work on this team's cases; who can do most of what waits
    first, then who has most room (five statements).
    """
    here = Grant.objects.filter(Q(team=None) | Q(team=team_id), carrying("cases:write"), user=OuterRef("user_id"))
    away = Absence.objects.filter(user=OuterRef("user_id"), starts_at__lte=at, ends_at__gt=at)
    rows = Member.objects.filter(Exists(here), ~Exists(away), user__is_active=True).exclude(teams=team_id)
    members = {row.user_id: row for row in rows.select_related("user").prefetch_related("teams")}
    if not members:
        return []
    line = [one.waiting.wish for one in in_line([team_id], limit=_LINE)]
    people = [one for one in people_of(team_id, at=at, also=list(members)) if not one.in_team]
    free = [replace(one, in_team=True) for one in people if not one.state and one.load < one.capacity]
    fits = {one.id: sum(able(wish, one) == ABLE for wish in line) for one in free}
    ranked = sorted(free, key=lambda one: (-fits[one.id], one.load / one.capacity, one.id))
    return [_mover(one, members[UUID(one.id)], fits[one.id]) for one in ranked if fits[one.id] or not line][:MOST]


def _mover(person: Person, member: Member, fits: int) -> Mover:
    teams = tuple(str(team) for team in member.teams.all())
    return Mover(member.user_id, member.user.name, teams, person.load, person.capacity, fits)
