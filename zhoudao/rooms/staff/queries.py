"""Who works here."""

from uuid import UUID

from zhoudao.ground.accounts.models import Team, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.staff.models import Member

_PERSON = ("grant__user_id", "grant__user__name", "grant__user__is_active")


def members_for(team_id: UUID | None = None) -> list[Member]:
    """Colleagues who take cases (of this team), available ones first (one statement)."""
    members = Member.objects.filter(user__is_active=True).select_related("user")
    if team_id is not None:
        members = members.filter(teams=team_id)
    return list(members.order_by("-is_available", "user__name", "user_id"))


def teams() -> list[Team]:
    """All teams that are not closed (one statement)."""
    return list(Team.objects.filter(closed_at=None).order_by("code"))


def teams_with_people() -> list[tuple[UUID, str, list[tuple[UUID, str]]]]:
    """All teams that are not closed: id, name, and (id, name) of who has a role in them, by name (one statement)."""
    rows = Team.objects.filter(closed_at=None).order_by("code", "grant__user__name", "grant__user_id").distinct()
    found: dict[UUID, tuple[UUID, str, list[tuple[UUID, str]]]] = {}
    for team_id, code, names, person, name, is_active in rows.values_list("id", "code", "names", *_PERSON):
        people = found.setdefault(team_id, (team_id, str(Team(code=code, names=names)), []))[2]
        if person is not None and is_active:
            people.append((person, name))
    return list(found.values())


def teams_seen(viewer: Viewer) -> list[Team]:
    """All teams, or those somebody belongs to (one statement)."""
    rows = Team.objects.select_related("settings").order_by("code")
    if viewer.teams is None and viewer.stores is None:
        return list(rows)
    return list(rows.filter(id__in=viewer.teams or ()))


def who_could_join(team_id: UUID) -> list[User]:
    """Colleagues who may sign in and take no cases of this team yet (one statement)."""
    return list(User.objects.filter(is_active=True).exclude(member__teams=team_id).order_by("name", "id"))
