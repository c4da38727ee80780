"""Urgent cases call the people on duty, one after another, until somebody takes the case."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import Calendar, Duty, NobodyOnCall, always, paging
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.events import CaseEscalated, MemberPaged
from zhoudao.rooms.cases.models import Case, Page, Tier
from zhoudao.rooms.staff.models import OnCall

EVERY = timedelta(minutes=5)
_LIMIT = 12


@transaction.atomic
def page_next(case_id: UUID, *, at: datetime) -> UUID | None:
    """This will call the next person on call for an urgent case nobody has answered; returns whom.

    Nobody is called once a person owns and answered it, or when the roster has been called twelve times.
    """
    case = hold(case_id)
    case.pages.filter(next_at__isnull=False).update(next_at=None)
    if case.tier != Tier.URGENT or case.first_human_contact_at or case.resolved_at or case.merged_into_id:
        return None
    already = case.pages.count()
    first = case.pages.order_by("paged_at").values_list("paged_at", flat=True).first() or at
    try:
        plan = paging(_roster(case), first, EVERY, limit=_LIMIT)
    except NobodyOnCall:
        tell(case, CaseEscalated("nobody_on_call"), actor="system:clock", at=at)
        return None
    if already >= len(plan):
        return None
    member_id = UUID(plan[already].member)
    Page.objects.create(case=case, member_id=member_id, paged_at=at, next_at=at + EVERY)
    tell(case, MemberPaged(str(member_id), already + 1), actor="system:clock", at=at)
    return member_id


@transaction.atomic
def escalate_case(*, case_id: UUID, why: str, at: datetime, actor: str) -> None:
    """This will say that somebody above should look, and page the people on call for an urgent case.

    Raises: CaseNotFound
    """
    case = hold(case_id)
    tell(case, CaseEscalated(why), actor=actor, at=at)
    if case.tier == Tier.URGENT:
        page_next(case_id, at=at)


def _roster(case: Case) -> list[Duty]:
    rows = OnCall.objects.filter(team=case.team).order_by("rank") if case.team else []
    return [
        Duty(str(row.member_id), Calendar.from_json(row.content) if row.content else always(), row.rank) for row in rows
    ]
