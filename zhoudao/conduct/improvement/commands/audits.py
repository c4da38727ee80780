"""Audits set, asked for on their day, and held."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.improvement.commands.holding import WRITE, is_somebody, written
from zhoudao.conduct.improvement.events import AuditHeld, AuditSet
from zhoudao.conduct.improvement.models import Audit, AuditResult
from zhoudao.conduct.improvement.refusals import AuditNotFound, RowUnsound
from zhoudao.conduct.improvement.telling import tell_audit
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen

MOST_WEEKS, MOST_QUESTIONS = 104, 30


@frozen
class Plan:
    """An audit as it is written: a question a line."""

    title: str
    questions: str
    every_weeks: int
    owner_id: UUID | None
    next_date: date
    flow_key: str = ""


@frozen
class Given:
    """The answer to one question."""

    is_good: bool
    note: str = ""


@transaction.atomic
def set_audit(*, plan: Plan, viewer: Viewer, at: datetime) -> Audit:
    """This will have a flow looked at regularly. Raises: AuditNotFound (no right), RowUnsound"""
    if not viewer.covers(WRITE):
        raise AuditNotFound
    lines = [said for line in plan.questions.splitlines() if (said := written(line, 200))]
    title = written(plan.title, 120)
    is_sound = 0 < plan.every_weeks <= MOST_WEEKS and plan.next_date >= at.astimezone(clock.zone()).date()
    if not title or not 0 < len(lines) <= MOST_QUESTIONS or not is_sound or not is_somebody(plan.owner_id):
        raise RowUnsound
    one = Audit.objects.create(
        title=title,
        questions=lines,
        every_weeks=plan.every_weeks,
        owner_id=plan.owner_id,
        next_date=plan.next_date,
        flow_key=plan.flow_key[:60],
        made_at=at,
    )
    _tell(one, AuditSet(one.flow_key, one.every_weeks), viewer.actor, at)
    return one


@transaction.atomic
def hold_audit(*, audit_id: UUID, answers: Sequence[Given], viewer: Viewer, at: datetime) -> AuditResult:
    """This will keep what was found, an answer a question, and set the next day: so many weeks after this one was due,
    or after today where it was late by longer.

    Raises: AuditNotFound, RowUnsound (an answer is missing, or one that is not good says nothing)
    """
    one = _held(audit_id, viewer)
    said = [Given(answer.is_good, written(answer.note, 300)) for answer in answers]
    if viewer.user_id is None or len(said) != len(one.questions) or any(not (a.is_good or a.note) for a in said):
        raise RowUnsound
    rows = [
        {"question": question, "is_good": answer.is_good, "note": answer.note}
        for question, answer in zip(one.questions, said, strict=True)
    ]
    result = AuditResult.objects.create(audit=one, answers=rows, held_at=at, held_by_id=viewer.user_id)
    every, today = timedelta(weeks=one.every_weeks), at.astimezone(clock.zone()).date()
    one.next_date = one.next_date + every if one.next_date + every > today else today + every
    one.save(update_fields=["next_date"])
    _tell(one, AuditHeld(one.flow_key, len(rows), result.findings), viewer.actor, at)
    return result


@transaction.atomic
def end_audit(*, audit_id: UUID, viewer: Viewer, at: datetime) -> Audit:
    """This will have it asked for no more; its results stay. Raises: AuditNotFound"""
    one = _held(audit_id, viewer)
    one.ended_at = at
    one.save(update_fields=["ended_at"])
    return one


@transaction.atomic
def remind_of_audit(audit_id: UUID, *, at: datetime) -> bool:
    """This will tell its owner on its day, once; safe to repeat."""
    one = Audit.objects.select_for_update().filter(id=audit_id, ended_at=None).first()
    today = at.astimezone(clock.zone()).date()
    if one is None or one.next_date > today or one.told_for == one.next_date:
        return False
    one.told_for = one.next_date
    one.save(update_fields=["told_for"])
    tell_audit(one, at=at)
    return True


def _held(audit_id: UUID, viewer: Viewer) -> Audit:
    one = Audit.objects.select_for_update().filter(id=audit_id, ended_at=None).first()
    if one is None or not viewer.covers(WRITE):
        raise AuditNotFound
    return one


def _tell(one: Audit, fact: Fact, actor: str, at: datetime) -> None:
    record(fact, at=at, by=By(actor), about=[About("audit", one.id)])
