"""The lines as they are now: how many wait, since when and why, and the people who serve them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from zhoudao.engines.routing import ABLE, Person, choose
from zhoudao.ground.accounts.models import Team
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.lines import Standing, in_line
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.routing import Looked
from zhoudao.rooms.cases.routing import wish_of
from zhoudao.rooms.cases.staffing import people_of
from zhoudao.rooms.staff.models import Member

CAP, SHOWN = 1_000, 25
_LINES = """
    SELECT t, (SELECT count(*) FROM (SELECT FROM cases_case c WHERE c.team_id = t AND c.owner_id IS NULL
                                        AND c.status IN ('new', 'open') LIMIT %s) AS capped),
           (SELECT min(c.queued_at) FROM cases_case c
             WHERE c.team_id = t AND c.owner_id IS NULL AND c.status IN ('new', 'open'))
      FROM unnest(%s::uuid[]) AS t
"""


@frozen
class Line:
    """One team's line: how many wait (exact to a thousand) and for how long the first of them."""

    team: Team
    pushes: bool
    hurries: bool
    count: int
    waited: timedelta | None

    @property
    def is_capped(self) -> bool:
        """Whether more wait than were counted."""
        return self.count >= CAP


@frozen
class AtWork:
    """Somebody who serves a line, as they are now."""

    member: Member
    person: Person

    @property
    def state(self) -> str:
        """`off_shift`, `away`, `full` or `free`."""
        is_full = self.person.load >= self.person.capacity
        return self.person.state or ("full" if is_full else ABLE)


@frozen
class InLine:
    """A case in a line, with why it waits just now and for how long it has."""

    id: UUID
    rank: int
    why: str
    waited: timedelta | None


@frozen
class StandingNow:
    """Where one waiting case stands: how many come before it, why it waits, and what speaks against each person."""

    ahead: int
    why: str
    people: list[Looked]


def lines(teams: Iterable[Team], *, at: datetime) -> list[Line]:
    """The lines before these teams, in the order given (one statement)."""
    known = {team.id: team for team in teams}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [CAP, list(known)])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        Line(
            team=team,
            pushes=bool(getattr(getattr(team, "settings", None), "pushes", True)),
            hurries=bool(getattr(getattr(team, "settings", None), "hurries", False)),
            count=found[id_][0],
            waited=at - found[id_][1] if found[id_][1] else None,
        )
        for id_, team in known.items()
    ]


def people_now(team_id: UUID, *, at: datetime) -> list[AtWork]:
    """A team's people with state and load, whoever is at work first (two statements)."""
    people = {person.id: person for person in people_of(team_id, at=at)}
    members = Member.objects.filter(user_id__in=people).select_related("user", "calendar")
    rows = [AtWork(member, people[str(member.user_id)]) for member in members]
    return sorted(rows, key=lambda one: (bool(one.person.state), one.member.user.name, one.person.id))


def person_now(user_id: UUID, *, at: datetime) -> Person | None:
    """Somebody as routing sees them now; None who takes no cases (one statement)."""
    return next(iter(people_of(UUID(int=0), at=at, also=[user_id])), None)


def waiting_now(team_id: UUID, people: Sequence[Person], *, pushes: bool, at: datetime) -> list[InLine]:
    """The first of a line, each with why it waits (one statement)."""
    found = in_line([team_id], limit=SHOWN, pushed=False)
    return [
        InLine(
            id=one.id,
            rank=one.rank,
            why=one.trouble or ("pull" if not pushes else _why(one, people, at)),
            waited=at - one.since if one.since else None,
        )
        for one in found
    ]


def _why(one: Standing, people: Sequence[Person], at: datetime) -> str:
    """What keeps it waiting; where somebody is free, those before it (it is being served this moment)."""
    choice = choose(one.waiting.wish, people, at=at)
    return "line" if choice.person else choice.why


def standing_now(case: Case, *, at: datetime) -> StandingNow | None:
    """Where a case stands that nobody has (four statements); None where it stands in no line."""
    if case.team_id is None:
        return None
    line = in_line([case.team_id], limit=CAP, pushed=False)
    ahead = next((place for place, one in enumerate(line) if one.id == case.id), len(line))
    wish = wish_of(case.needs, case.points)
    also = [UUID(wish.adviser)] if wish.adviser else []
    people = people_of(case.team_id, at=at, also=also)
    choice = choose(wish, people, at=at)
    codes = dict(choice.codes)
    members = Member.objects.filter(user_id__in=codes).select_related("user")
    names = {str(member.user_id): member.user.name for member in members}
    looked = [Looked(names[one.id], one.load, one.capacity, one.given_at, codes[one.id], False) for one in people]
    pulls = hasattr(case.team, "settings") and not case.team.settings.pushes  # type: ignore[union-attr]  # it has a team
    why = case.needs.get("trouble") or ("pull" if pulls else "line" if choice.person else choice.why)
    return StandingNow(ahead, why, [replace(one, is_chosen=False) for one in looked])
