"""Deciding what was asked: approved, refused, or passed on when nobody decided in time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import News, notify
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.teamwork.approvers import approvers, authority_behind
from zhoudao.rooms.teamwork.authority import CHAIN, spend
from zhoudao.rooms.teamwork.events import ApprovalDecided, ApprovalLate
from zhoudao.rooms.teamwork.goodwill import ask_next, settle, tell_people, written
from zhoudao.rooms.teamwork.models import Approval, Goodwill
from zhoudao.rooms.teamwork.refusals import (
    ApprovalNotFound,
    ApprovalOver,
    GoodwillWordless,
    NobodyApproves,
    OwnApproval,
)


@transaction.atomic
def decide_approval(
    *, approval_id: UUID, is_approved: bool, reason: str = "", viewer: Viewer, at: datetime
) -> Goodwill:
    """This will grant what the decider's own limits cover, ask the next role above them, or refuse with a reason.

    Raises: ApprovalNotFound, OwnApproval, ApprovalOver, GoodwillWordless, NobodyApproves
    """
    step, case, behind = _held(approval_id, viewer, at)
    one = step.goodwill
    if not is_approved and not reason.strip():
        raise GoodwillWordless
    step.decision, step.decided_at, step.next_at = "approved" if is_approved else "refused", at, None
    step.decided_by_id, step.reason = viewer.user_id, written(reason)
    step.save()
    tell(case, ApprovalDecided(str(one.id), step.role, step.decision), actor=viewer.actor, at=at)
    if not is_approved:
        one.state, one.decided_at = Goodwill.State.REFUSED, at
        one.save(update_fields=["state", "decided_at"])
        _tell_asker(one, "approval_refused", case, viewer, at)
        return one
    owner = User.objects.prefetch_related("grants").get(id=behind)
    role = _authority(owner, one, step, case, at)
    if role:
        settle(one, owner, role, case=case, actor=viewer.actor, at=at)
        _tell_asker(one, "approval_given", case, viewer, at)
    else:
        ask_next(one, case, CHAIN[CHAIN.index(step.role) + 1 :], actor=viewer.actor, at=at)
    return one


@transaction.atomic
def check_approval(approval_id: UUID, *, at: datetime) -> None:
    """This will remind who was asked, and pass on to the next role what nobody decided in time; safe to repeat."""
    found = Approval.objects.select_related("goodwill").filter(id=approval_id).first()
    if found is None:
        return
    case = hold(found.goodwill.case_id)
    step = Approval.objects.select_for_update(of=("self",)).select_related("goodwill__asked_by").get(id=approval_id)
    if step.decided_at is not None or step.next_at is None or step.next_at > at:
        return
    people = approvers(case, step.role, asker_id=step.goodwill.asked_by_id, at=at)
    if step.due_at > at:
        step.next_at = step.due_at
        step.save(update_fields=["next_at"])
        tell_people(step, "approval_due", people, case=case, at=at)
        return
    _late(step, case, people, at)


def _late(step: Approval, case: Case, people: list[UUID], at: datetime) -> None:
    """The last of the chain keeps what nobody above can take; everybody is told once."""
    one, above = step.goodwill, CHAIN[CHAIN.index(step.role) + 1 :]
    tell(case, ApprovalLate(str(one.id), step.role), actor="system:clock", at=at)
    step.next_at = None
    step.save(update_fields=["next_at"])
    tell_people(step, "approval_late", [*people, one.asked_by_id], case=case, at=at)
    try:
        with transaction.atomic():
            step.decision, step.decided_at = "passed_on", at
            step.save(update_fields=["decision", "decided_at"])
            ask_next(one, case, above, actor="system:clock", at=at)
    except NobodyApproves:
        return


def _held(approval_id: UUID, viewer: Viewer, at: datetime) -> tuple[Approval, Case, UUID]:
    """The step with its case locked, and whose authority the viewer decides with."""
    found = Approval.objects.select_related("goodwill").filter(id=approval_id).first()
    if found is None or viewer.user_id is None:
        raise ApprovalNotFound
    case = hold(found.goodwill.case_id)
    rows = Approval.objects.select_for_update(of=("self",)).select_related("goodwill__asked_by")
    step = rows.get(id=approval_id)
    if step.goodwill.asked_by_id == viewer.user_id:
        raise OwnApproval
    allowed = authority_behind(case, step.role, asker_id=step.goodwill.asked_by_id, at=at)
    if viewer.user_id not in allowed:
        raise ApprovalNotFound
    if step.decided_at is not None:
        raise ApprovalOver
    return step, case, allowed[viewer.user_id]


def _authority(owner: User, one: Goodwill, step: Approval, case: Case, at: datetime) -> str:
    """The role under which it is granted; the head of the chain needs no limit, for nobody stands above."""
    role = spend(owner, one, tier=case.tier, at=at)
    return role or (step.role if step.role == CHAIN[-1] else "")


def _tell_asker(one: Goodwill, kind: str, case: Case, viewer: Viewer, at: datetime) -> None:
    news = News(kind, f"{kind}:{one.id}", f"/desk/cases/{case.number}/", {"number": case.number, "by": viewer.name})
    notify(news, [one.asked_by_id], at=at)
