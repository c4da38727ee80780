"""Resolved, a grace period, closed; and back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import by_of, hold, hold_active, refuse_forgotten, tell
from zhoudao.rooms.cases.commands.promising import end_promises, keep_promises, make_promises
from zhoudao.rooms.cases.events import CaseClosed, CaseReopened, CaseResolved
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.refusals import CaseMerged, CaseNotClosed, OutcomeMissing
from zhoudao.rooms.conversations.commands import end_conversation

GRACE = timedelta(days=2)
AGAIN = timedelta(hours=72)  # who comes back so soon was not helped the first time


@transaction.atomic
def resolve_case(*, case_id: UUID, outcome: str, cause: str, viewer: Viewer, at: datetime) -> Case:
    """This will mark a case as solved; for two days a reply opens it again, then it closes.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, OutcomeMissing
    """
    case = hold_active(case_id, viewer)
    resolve(case, outcome=outcome, cause=cause, actor=viewer.actor, at=at, member_id=viewer.user_id)
    return case


def resolve(case: Case, *, outcome: str, cause: str, actor: str, at: datetime, member_id: UUID | None = None) -> None:
    """As `resolve_case`, for a case already held. A case that is resolved already stays as it is.

    Raises: OutcomeMissing
    """
    if not outcome.strip() or not cause.strip():
        raise OutcomeMissing
    if case.status == Status.RESOLVED:
        return
    case.status, case.outcome, case.cause = Status.RESOLVED, outcome.strip()[:40], cause.strip()[:40]
    case.resolved_at, case.snoozed_until, case.awaits_us = at, None, False
    case.updated_at = max(case.updated_at, at)
    tell(case, CaseResolved(case.outcome, case.cause, str(member_id) if member_id else None), actor=actor, at=at)
    keep_promises(case, ["resolution"], at=at, actor=actor)
    end_promises(case, at=at)
    case.save()


@transaction.atomic
def close_case(*, case_id: UUID, viewer: Viewer, at: datetime, outcome: str = "", cause: str = "") -> Case:
    """This will close a case for good; one not yet resolved needs an outcome and a cause.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, OutcomeMissing
    """
    case = hold_active(case_id, viewer)
    if case.status != Status.RESOLVED:
        resolve(case, outcome=outcome, cause=cause, actor=viewer.actor, at=at, member_id=viewer.user_id)
    close(case, actor=viewer.actor, at=at)
    return case


def close(case: Case, *, actor: str, at: datetime) -> None:
    """This will close a resolved case and end its conversation: the next message starts a new, linked case."""
    case.status, case.closed_at = Status.CLOSED, at
    case.updated_at = max(case.updated_at, at)
    case.save()
    tell(case, CaseClosed(case.outcome, case.cause), actor=actor, at=at)
    if case.conversation_id:
        end_conversation(conversation_id=case.conversation_id, at=at, by=by_of(case, actor))


@transaction.atomic
def close_after_grace(case_id: UUID, *, at: datetime) -> bool:
    """This will close a case whose grace period is over; safe to repeat."""
    case = hold(case_id)
    if case.status != Status.RESOLVED or case.resolved_at is None or case.resolved_at + GRACE > at:
        return False
    close(case, actor="system:clock", at=at)
    return True


@transaction.atomic
def reopen_case(*, case_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will open a resolved or closed case again.

    Raises: CaseNotFound, CaseMerged, CaseNotClosed, CustomerForgotten
    """
    case = hold(case_id, viewer)
    if case.status == Status.MERGED:
        raise CaseMerged
    if case.status not in (Status.RESOLVED, Status.CLOSED):
        raise CaseNotClosed
    refuse_forgotten(case)
    reopen(case, why="colleague", actor=viewer.actor, at=at)
    return case


def reopen(case: Case, *, why: str, actor: str, at: datetime) -> None:
    """As `reopen_case`, for a case already held; new clocks start."""
    if why == "customer_wrote" and case.resolved_at is not None and at - case.resolved_at <= AGAIN:
        case.came_back_at = at
    case.status, case.resolved_at, case.closed_at = Status.OPEN, None, None
    case.reopened += 1
    case.updated_at = max(case.updated_at, at)
    tell(case, CaseReopened(why), actor=actor, at=at)
    make_promises(case, ["answer", "next_update", "resolution"], at=at, actor=actor)
    case.save()
