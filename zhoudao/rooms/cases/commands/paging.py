"""Urgent cases call the people on duty, one after another, until somebody takes the case."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import Duty, called_next, oncall
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.reach import carrying, reaching
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.events import CaseEscalated, MemberPaged, PagingEnded
from zhoudao.rooms.cases.models import ACTIVE, Alarm, Case, Page, Tier
from zhoudao.rooms.staff.roster import duties_of

EVERY = timedelta(minutes=5)
AGAIN = timedelta(minutes=15)  # after which a roster that was called in vain is called anew
CALLS = 2  # each person in one round
TAKEN, ANSWERED, OVER = "paging_taken", "paging_answered", "paging_over"


@transaction.atomic
def start_paging(case_id: UUID, *, at: datetime) -> UUID | None:
    """This will begin to call the people on call for an urgent case; returns whom. One already begun goes on."""
    case = hold(case_id)
    if _is_over(case) or Alarm.objects.filter(case=case, ended_at=None).exists():
        return None
    values = {"started_at": at, "round_at": at, "next_at": at, "ended_at": None, "ended_why": "", "unreached_at": None}
    alarm, _ = Alarm.objects.update_or_create(case=case, defaults=values)
    return _call(case, alarm, at)


@transaction.atomic
def page_next(case_id: UUID, *, at: datetime) -> UUID | None:
    """This will call the next person on call, when it is time and nobody took the case; returns whom. Safe to repeat.

    When all on duty were called twice, or nobody is, it begins anew a quarter of an hour later; whoever leads is told,
    each time after twice as long as the time before.
    """
    case = hold(case_id)
    alarm = Alarm.objects.filter(case=case, ended_at=None, next_at__lte=at).first()
    if alarm is None:
        return None
    if _is_over(case):
        end_paging(case, OVER, actor="system:clock", at=at)
        return None
    return _call(case, alarm, at)


def end_paging(case: Case, why: str, *, actor: str, at: datetime) -> None:
    """This will call nobody any more about a case the caller holds: somebody took or answered it, or it is over."""
    ended = Alarm.objects.filter(case=case, ended_at=None).update(ended_at=at, ended_why=why, next_at=None)
    if ended:
        tell(case, PagingEnded(why), actor=actor, at=at)


@transaction.atomic
def escalate_case(*, case_id: UUID, why: str, at: datetime, actor: str) -> None:
    """This will say that somebody above should look, and page for an urgent case that is in nobody's hands yet.

    Raises: CaseNotFound
    """
    case = hold(case_id)
    tell(case, CaseEscalated(why), actor=actor, at=at)
    if not _is_in_hands(case):
        start_paging(case_id, at=at)


def is_on_call(case: Case, user_id: UUID, *, at: datetime) -> bool:
    """Whether somebody is on duty for this case's team."""
    return str(user_id) in oncall(_duties(case), at)


def _call(case: Case, alarm: Alarm, at: datetime) -> UUID | None:
    called = Counter(map(str, case.pages.filter(paged_at__gte=alarm.round_at).values_list("member_id", flat=True)))
    member = called_next(_duties(case), called, at, CALLS)
    if member is None:
        if _is_to_be_said(alarm, at):
            tell(case, CaseEscalated("nobody_reached" if called else "nobody_on_call"), actor="system:clock", at=at)
        alarm.unreached_at = alarm.unreached_at or at
        alarm.round_at = alarm.next_at = at + AGAIN
        alarm.save(update_fields=["unreached_at", "round_at", "next_at"])
        return None
    chosen = UUID(member)
    Page.objects.create(case=case, member_id=chosen, paged_at=at)
    alarm.next_at = at + EVERY
    alarm.save(update_fields=["next_at"])
    tell(case, MemberPaged(str(chosen), called.total() + 1), actor="system:clock", at=at)
    return chosen


def _duties(case: Case) -> list[Duty]:
    """The team's, of those who may open this case."""
    grants = Grant.objects.filter(reaching(case.store_id, case.team_id), carrying("cases:read"))
    able = {str(user_id) for user_id in grants.values_list("user_id", flat=True)} | {str(case.owner_id)}
    return [duty for duty in duties_of(case.team_id) if duty.member in able]


def _is_to_be_said(alarm: Alarm, at: datetime) -> bool:
    """The first time, and whenever it has been so for twice as long as when it was said last."""
    if alarm.unreached_at is None:
        return True
    doublings = [((moment - alarm.unreached_at) // AGAIN + 1).bit_length() for moment in (alarm.round_at - AGAIN, at)]
    return doublings[0] < doublings[1]


def _is_over(case: Case) -> bool:
    return case.tier != Tier.URGENT or case.status not in ACTIVE


def _is_in_hands(case: Case) -> bool:
    alarm = Alarm.objects.filter(case=case).first()
    return alarm.ended_why in (TAKEN, ANSWERED) if alarm else case.first_human_contact_at is not None
