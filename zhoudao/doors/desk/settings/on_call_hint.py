"""Whether an urgent case of the coming day would find nobody."""

from datetime import datetime

from zhoudao.rooms.cases.models import Tier
from zhoudao.rooms.cases.promise_rules import rules_of
from zhoudao.rooms.cases.routing import RAPID_REACTION, find_team
from zhoudao.rooms.staff.roster import duties_of, holes


def uncovered(*, at: datetime) -> tuple[datetime, datetime] | None:
    """The first hours of the coming day in which nobody is on call for what is urgent; None when somebody always is,
    or nothing is promised for it (two statements at most).
    """
    team = find_team(RAPID_REACTION)
    if team is None or not rules_of(Tier.URGENT):
        return None
    found = holes(duties_of(team.id), at)
    return found[0] if found else None
