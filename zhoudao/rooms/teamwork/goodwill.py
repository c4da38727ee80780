"""Granting something to a customer: on the spot within one's limits, else by asking who may."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import due
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import News, notify
from zhoudao.kit.money import Money
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id
from zhoudao.rooms.cases.commands.holding import hold, hold_active, tell
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.teamwork.approvers import approvers
from zhoudao.rooms.teamwork.authority import CHAIN, MOST_MINOR, roles_of, spend
from zhoudao.rooms.teamwork.events import ApprovalAsked, ApprovalWithdrawn, GoodwillGranted
from zhoudao.rooms.teamwork.models import Approval, Goodwill, GoodwillKind
from zhoudao.rooms.teamwork.refusals import (
    AmountUnsound,
    ApprovalNotFound,
    ApprovalOver,
    GoodwillUnknown,
    GoodwillWordless,
    NobodyApproves,
)

PROMISE = timedelta(hours=4)  # of the team's working time, for each step of the chain
REMIND_AT = 0.8
LONGEST = 1000


@transaction.atomic
def grant_goodwill(*, case_id: UUID, kind: str, amount: Money, reason: str, viewer: Viewer, at: datetime) -> Goodwill:
    """This will grant at once what a role of the asker's allows; above it, the next role of the chain is asked.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, GoodwillUnknown, AmountUnsound, GoodwillWordless,
    NobodyApproves
    """
    case = hold_active(case_id, viewer)
    if kind not in GoodwillKind.values:
        raise GoodwillUnknown
    if not 0 < amount.minor <= MOST_MINOR:
        raise AmountUnsound
    if not reason.strip() or viewer.user_id is None:
        raise GoodwillWordless
    asker = User.objects.prefetch_related("grants").get(id=viewer.user_id)
    one = Goodwill(case=case, kind=kind, amount_minor=amount.minor, currency=amount.currency, asked_by=asker)
    one.reason, one.asked_at, one.state = written(reason), at, Goodwill.State.ASKED
    role = spend(asker, one, tier=case.tier, at=at)
    if role:
        settle(one, asker, role, case=case, actor=viewer.actor, at=at)
        return one
    one.save()
    ask_next(one, case, CHAIN[_rank(roles_of(asker, case)) :], actor=viewer.actor, at=at)
    return one


@transaction.atomic
def withdraw_goodwill(*, goodwill_id: UUID, viewer: Viewer, at: datetime) -> Goodwill:
    """This will no longer ask; only who asked may say so.

    Raises: ApprovalNotFound, ApprovalOver
    """
    found = Goodwill.objects.filter(id=goodwill_id, asked_by_id=viewer.user_id).first()
    if found is None:
        raise ApprovalNotFound
    case = hold(found.case_id)
    one = Goodwill.objects.select_for_update().get(id=goodwill_id)
    if one.state != Goodwill.State.ASKED:
        raise ApprovalOver
    one.state, one.decided_at = Goodwill.State.WITHDRAWN, at
    one.save(update_fields=["state", "decided_at"])
    one.approvals.filter(decided_at=None).update(decided_at=at, decision="withdrawn", next_at=None)
    tell(case, ApprovalWithdrawn(str(one.id)), actor=viewer.actor, at=at)
    return one


def settle(one: Goodwill, user: User, role: str, *, case: Case, actor: str, at: datetime) -> None:
    """This will note that it is granted, under whose authority, and tell the log. The month is paid already."""
    one.state, one.granted_by, one.granted_role, one.decided_at = Goodwill.State.GRANTED, user, role, at
    one.save()
    fact = GoodwillGranted(str(one.id), one.kind, one.amount_minor, one.currency, role, str(user.pk))
    tell(case, fact, actor=actor, at=at)


def ask_next(one: Goodwill, case: Case, roles: Sequence[str], *, actor: str, at: datetime) -> Approval:
    """This will ask the first of these roles in which somebody can decide, and tell them.

    Raises: NobodyApproves
    """
    for role in roles:
        people = approvers(case, role, asker_id=one.asked_by_id, at=at)
        if people:
            hours = calendar(team_calendar_id(case.team_id))
            step = Approval.objects.create(
                goodwill=one,
                role=role,
                asked_at=at,
                due_at=due(at, PROMISE, hours),
                next_at=due(at, PROMISE * REMIND_AT, hours),
            )
            fact = ApprovalAsked(str(one.id), role, one.kind, one.amount_minor, one.currency, step.due_at.isoformat())
            tell(case, fact, actor=actor, at=at)
            tell_people(step, "approval_asked", people, case=case, at=at)
            return step
    raise NobodyApproves


def tell_people(step: Approval, kind: str, people: Sequence[UUID], *, case: Case, at: datetime) -> None:
    """This will let these people know about a step, once each kind."""
    attributes = {"number": case.number, "by": step.goodwill.asked_by.name}
    notify(News(kind, f"{kind}:{step.id}", f"/desk/approvals/{step.id}/", attributes), people, at=at)


def written(text: str) -> str:
    """Words as they are kept: masked and of one length."""
    return mask_personal(clip(text.replace("\0", "").strip(), LONGEST))[0]


def _rank(roles: Sequence[str]) -> int:
    """Where the chain begins for somebody: above their own role."""
    return max((CHAIN.index(role) + 1 for role in roles if role in CHAIN), default=0)
