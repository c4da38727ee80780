"""Cases of colleagues who are not there: back in line when they left, and when a customer writes meanwhile."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import due, is_open
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.commands.holding import tell
from zhoudao.rooms.cases.commands.queueing import ROUTING, fill_queue
from zhoudao.rooms.cases.events import CaseAssigned
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.cases.routing import wish_of
from zhoudao.rooms.staff.models import Member

_MOST = 500
_MINUTE = timedelta(minutes=1)


@transaction.atomic
def release_cases(user_id: UUID, *, at: datetime) -> int:
    """This will put the open cases of somebody who may no longer work on cases back in their teams' lines; safe to
    repeat, and nothing for somebody who still may. Returns how many.
    """
    user = User.objects.filter(id=user_id).first()
    if user is not None and user.is_active and of_user(user).may("cases:write"):
        return 0
    rows = Case.objects.select_for_update(of=("self",)).select_related("conversation__channel")
    cases = list(rows.filter(owner_id=user_id, status__in=ACTIVE).order_by("id")[:_MOST])
    for case in cases:
        take_from_owner(case, how="left", at=at)
        case.save(update_fields=["owner", "queued_at", "updated_at"])
    for team_id in sorted({case.team_id for case in cases if case.team_id}):
        fill_queue(team_id, at=at)
    return len(cases)


def take_from_owner(case: Case, *, how: str, at: datetime) -> None:
    """This will let nobody have a held case, so that routing decides (the caller saves it). `how` is left or absent."""
    team, owner = str(case.team_id) if case.team_id else None, str(case.owner_id)
    case.owner_id, case.queued_at = None, at
    case.updated_at = max(case.updated_at, at)
    tell(case, CaseAssigned(None, team, owner, team, how), actor=ROUTING, at=at)


def is_out_of_reach(case: Case, *, was_theirs: bool, at: datetime) -> bool:
    """Whether a held case's owner cannot answer in time: they left, or are off shift and come back too late.

    Who is off shift stays the contact person when their next shift begins before the answer is due, or while the case
    is kept for them as the customer's adviser. A break inside one's shift does not count, nor one more word in a case
    whose turn it was not (`was_theirs`) to wait for the customer.
    """
    if case.owner is None or not case.owner.is_active:
        return case.owner is not None
    wish = wish_of(case.needs, case.points)
    is_kept = wish.adviser == str(case.owner_id) and wish.adviser_until is not None and at < wish.adviser_until
    if not was_theirs or is_kept:
        return False
    member = Member.objects.filter(user=case.owner, calendar__isnull=False).first()
    if member is None or is_open(at, calendar(member.calendar_id)):
        return False
    answer = case.promises.filter(kind="answer", ended_at=None).first()
    back_at = due(at, _MINUTE, calendar(member.calendar_id))
    return answer is not None and answer.due_at is not None and back_at >= answer.due_at
