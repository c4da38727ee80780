"""Promises a person speaks for: done outside our messages, or missed for a reason the customer is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.contact import credit
from zhoudao.rooms.cases.commands.holding import hold, hold_active, tell
from zhoudao.rooms.cases.commands.promising import keep_promises, make_promises
from zhoudao.rooms.cases.events import BreachExplained, CaseResumed, PromiseSettled
from zhoudao.rooms.cases.models import Case, Promise, Status
from zhoudao.rooms.cases.promise_rules import BREACH_REASONS, WAYS
from zhoudao.rooms.cases.refusals import (
    PromiseNotMissed,
    PromiseNotRunning,
    ReasonUnknown,
    SettledByResolving,
    WayMissing,
)


@transaction.atomic
def settle_promise(*, case_id: UUID, promise_id: UUID, how: str, viewer: Viewer, at: datetime) -> Case:
    """This will end a running clock as kept because the customer was reached `how` says (a plan given by phone).

    Whoever was reached had a person's first contact and an update, too.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, PromiseNotRunning, SettledByResolving, WayMissing
    """
    case = hold_active(case_id, viewer)
    promise = case.promises.filter(id=promise_id, ended_at=None).first()
    if promise is None:
        raise PromiseNotRunning
    if promise.kind == "resolution":
        raise SettledByResolving
    if how not in WAYS:
        raise WayMissing
    credit(case, viewer.actor, at)
    tell(case, PromiseSettled(promise.kind, str(promise.id), how), actor=viewer.actor, at=at)
    keep_promises(case, [promise.kind, "first_contact", "next_update"], at=at, actor=viewer.actor)
    make_promises(case, ["next_update"], at=at, actor=viewer.actor)
    if case.status == Status.NEW:
        case.status = Status.OPEN
        tell(case, CaseResumed("kept_open"), actor=viewer.actor, at=at)
    case.awaits_us = False
    case.updated_at = max(case.updated_at, at)
    case.save()
    return case


@transaction.atomic
def explain_breach(*, case_id: UUID, promise_id: UUID, reason: str, viewer: Viewer, at: datetime) -> Promise:
    """This will say why a promise was missed; the customer reads it on the progress page. Saying it anew replaces it.

    Raises: CaseNotFound, PromiseNotMissed, ReasonUnknown
    """
    case = hold(case_id, viewer)
    promise = case.promises.filter(id=promise_id).first()
    if promise is None or not promise.is_missed(at):
        raise PromiseNotMissed
    if reason not in BREACH_REASONS:
        raise ReasonUnknown
    promise.broken_reason = reason
    promise.save(update_fields=["broken_reason"])
    tell(case, BreachExplained(promise.kind, str(promise.id), reason), actor=viewer.actor, at=at)
    return promise
