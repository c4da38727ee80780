"""Who works here."""

from uuid import UUID

from zhoudao.ground.accounts.models import Team
from zhoudao.rooms.staff.models import Member


def members_for(team_id: UUID | None = None) -> list[Member]:
    """Colleagues who take cases (of this team), available ones first (one statement)."""
    members = Member.objects.filter(user__is_active=True).select_related("user")
    if team_id is not None:
        members = members.filter(teams=team_id)
    return list(members.order_by("-is_available", "user__name", "user_id"))


def teams() -> list[Team]:
    """All teams (one statement)."""
    return list(Team.objects.order_by("code"))
