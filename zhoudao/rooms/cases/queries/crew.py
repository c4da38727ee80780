"""Who is here and how much they have in hand."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from zhoudao.engines.worktime import is_open
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.models import WORKING, Case
from zhoudao.rooms.staff.models import Member

LONGEST = 24
STATES: dict[str, LazyText] = {
    "free": pgettext_lazy("colleague", "has room"),
    "full": pgettext_lazy("colleague", "has no room"),
    "away": pgettext_lazy("colleague", "away"),
    "off": pgettext_lazy("colleague", "not on shift"),
}
_ORDER = list(STATES)


@frozen
class OnDuty:
    """A colleague: free, full, away or off, and the open cases in hand of those they may hold."""

    name: str
    state: str
    load: int
    capacity: int

    @property
    def words(self) -> str:
        """The state in words."""
        return str(STATES[self.state])


def crew(viewer: Viewer, *, at: datetime, team_id: UUID | None = None) -> list[OnDuty]:
    """The first 24 who take cases in the viewer's teams (or this one), those at work first (two statements)."""
    members = Member.objects.filter(user__is_active=True).select_related("user")
    if not viewer.is_everywhere:
        members = members.filter(teams__in=viewer.teams_worked_in)
    if team_id is not None:
        members = members.filter(teams=team_id)
    found = list(members.distinct().order_by("user__name", "user_id"))
    load = _load(member.user_id for member in found)
    rows = [_row(member, load.get(member.user_id, 0), at) for member in found]
    return sorted(rows, key=lambda row: _ORDER.index(row.state))[:LONGEST]


def _load(people: Iterable[UUID]) -> dict[UUID | None, int]:
    """Open cases in hand, as routing counts them."""
    rows = Case.objects.filter(owner_id__in=list(people), status__in=WORKING).values("owner_id")
    return dict(rows.annotate(n=Count("id")).order_by().values_list("owner_id", "n"))


def _row(member: Member, load: int, at: datetime) -> OnDuty:
    if not is_open(at, calendar(member.calendar_id)):
        state = "off"
    elif not member.is_available:
        state = "away"
    else:
        state = "free" if load < member.capacity else "full"
    return OnDuty(member.user.name, state, load, member.capacity)
