"""Whose lines somebody may see, and change."""

from uuid import UUID

from django.http import Http404

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.staff.queries import teams_seen

WRITE = "routing:write"


def leads(there: Viewer, team_id: UUID) -> bool:
    """Whether this team is among those of somebody who was narrowed to where they may change one."""
    return there.is_everywhere or team_id in (there.teams or ())


def team_or_404(viewer: Viewer, code: str) -> Team:
    """The team with this code; one the viewer may not see does not exist."""
    team = next((team for team in teams_seen(viewer) if team.code == code), None)
    if team is None:
        raise Http404
    return team
