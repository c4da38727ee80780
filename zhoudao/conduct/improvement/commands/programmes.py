"""Programmes begun, planned, followed and closed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.improvement.commands.holding import WRITE, is_somebody, written
from zhoudao.conduct.improvement.events import MilestoneTicked, ProgrammeBegun, ProgrammeChanged, ProgrammeClosed
from zhoudao.conduct.improvement.models import (
    BudgetLine,
    Concern,
    Initiative,
    Milestone,
    Phase,
    Programme,
    ProgrammeMember,
)
from zhoudao.conduct.improvement.refusals import ProgrammeNotFound, ProgrammeOver, RowUnsound
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen

MOST_ROWS, _LARGEST = 60, 10**15


@frozen
class Charter:
    """A programme as it is written; `threshold` from 0 to 1."""

    title: str
    lead_id: UUID | None
    goals: str = ""
    flow_key: str = ""
    threshold: float = 0.8


@transaction.atomic
def begin_programme(*, charter: Charter, viewer: Viewer, at: datetime) -> Programme:
    """This will begin a programme. Raises: ProgrammeNotFound (no right), RowUnsound"""
    if viewer.user_id is None or not viewer.covers(WRITE):
        raise ProgrammeNotFound
    one = Programme(made_at=at, made_by_id=viewer.user_id, currency=clock.currency())
    _fill(one, charter)
    one.save(force_insert=True)
    _tell(one, ProgrammeBegun(one.flow_key), viewer, at)
    return one


@transaction.atomic
def change_programme(*, programme_id: UUID, charter: Charter, viewer: Viewer, at: datetime) -> Programme:
    """This will have it be about something else. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one = hold_programme(programme_id, viewer)
    _fill(one, charter)
    one.save()
    _tell(one, ProgrammeChanged(one.flow_key, round(one.threshold * 100)), viewer, at)
    return one


@transaction.atomic
def close_programme(*, programme_id: UUID, closing: str, viewer: Viewer, at: datetime) -> Programme:
    """This will close it with what was learned; its closing report stands as it is. Raises: ProgrammeNotFound,
    ProgrammeOver, RowUnsound (nothing is said)
    """
    one = hold_programme(programme_id, viewer)
    one.closing = written(closing, 4000)
    if not one.closing:
        raise RowUnsound
    one.closed_at = at
    one.save()
    _tell(one, ProgrammeClosed(one.flow_key), viewer, at)
    return one


@transaction.atomic
def add_member(*, programme_id: UUID, user_id: UUID | None, part: str, viewer: Viewer) -> ProgrammeMember:
    """This will have somebody in the team. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one = hold_programme(programme_id, viewer)
    if not is_somebody(user_id):
        raise RowUnsound
    made, _new = ProgrammeMember.objects.update_or_create(
        programme=one, user_id=user_id, defaults={"part": written(part, 80)}
    )
    return made


@transaction.atomic
def add_milestone(
    *, programme_id: UUID, phase: str, words: str, owner_id: UUID | None, days: tuple[date, date], viewer: Viewer
) -> Milestone:
    """This will plan something from a day until a day. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one, said = hold_programme(programme_id, viewer), written(words, 120)
    is_sound = said and phase in Phase.values and days[0] <= days[1] and is_somebody(owner_id)
    if not is_sound or one.milestones.count() >= MOST_ROWS:
        raise RowUnsound
    row: dict[str, Any] = {"phase": phase, "words": said, "owner_id": owner_id}
    row |= {"start_date": days[0], "due_date": days[1]}
    return Milestone.objects.create(programme=one, **row)


@transaction.atomic
def tick_milestone(*, programme_id: UUID, row_id: UUID, day: date | None, viewer: Viewer, at: datetime) -> None:
    """This will note the day it was reached, or that it is not after all. Raises: ProgrammeNotFound, ProgrammeOver,
    RowUnsound
    """
    one = hold_programme(programme_id, viewer)
    if not one.milestones.filter(id=row_id).update(done_date=day):
        raise RowUnsound
    _tell(one, MilestoneTicked(str(row_id), day is not None), viewer, at)


@transaction.atomic
def add_budget_line(*, programme_id: UUID, words: str, planned_minor: int, viewer: Viewer) -> BudgetLine:
    """This will plan money. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one, said = hold_programme(programme_id, viewer), written(words, 120)
    if not said or not 0 <= planned_minor <= _LARGEST or one.budget.count() >= MOST_ROWS:
        raise RowUnsound
    return BudgetLine.objects.create(programme=one, words=said, planned_minor=planned_minor)


@transaction.atomic
def note_spent(*, programme_id: UUID, row_id: UUID, actual_minor: int, viewer: Viewer) -> None:
    """This will note what a line has cost until now. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one = hold_programme(programme_id, viewer)
    if not 0 <= actual_minor <= _LARGEST or not one.budget.filter(id=row_id).update(actual_minor=actual_minor):
        raise RowUnsound


@transaction.atomic
def add_concern(*, programme_id: UUID, given: dict[str, Any], viewer: Viewer) -> Concern:
    """This will note a risk or an issue: words, has_happened, likelihood, impact, counter, owner_id.

    Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound
    """
    one, said = hold_programme(programme_id, viewer), written(given["words"], 200)
    marks = (given["likelihood"], given["impact"])
    is_sound = said and all(1 <= mark <= 5 for mark in marks) and is_somebody(given["owner_id"])
    if not is_sound or one.concerns.count() >= MOST_ROWS:
        raise RowUnsound
    row = {**given, "words": said, "counter": written(given["counter"], 200)}
    return Concern.objects.create(programme=one, **row)


@transaction.atomic
def settle_concern(*, programme_id: UUID, row_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will note that it is over. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one = hold_programme(programme_id, viewer)
    if not one.concerns.filter(id=row_id, closed_at=None).update(closed_at=at):
        raise RowUnsound


@transaction.atomic
def take_initiative(*, programme_id: UUID, initiative_id: UUID | None, is_in: bool, viewer: Viewer) -> None:
    """This will make an initiative part of it, or no longer. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one = hold_programme(programme_id, viewer)
    rows = Initiative.objects.filter(id__in=[initiative_id] if initiative_id else [])
    if not (rows.update(programme=one) if is_in else rows.filter(programme=one).update(programme=None)):
        raise RowUnsound


@transaction.atomic
def drop_row(*, programme_id: UUID, kind: str, row_id: UUID, viewer: Viewer) -> None:
    """This will take away a member, milestone, line or concern. Raises: ProgrammeNotFound, ProgrammeOver, RowUnsound"""
    one = hold_programme(programme_id, viewer)
    kinds: dict[str, Any] = {
        "member": one.members,
        "milestone": one.milestones,
        "line": one.budget,
        "concern": one.concerns,
    }
    if kind not in kinds or not kinds[kind].filter(id=row_id).delete()[0]:
        raise RowUnsound


def hold_programme(programme_id: UUID, viewer: Viewer) -> Programme:
    """This will lock one that goes on. Raises: ProgrammeNotFound, ProgrammeOver"""
    one = Programme.objects.select_for_update().filter(id=programme_id).first()
    if one is None or not viewer.covers(WRITE):
        raise ProgrammeNotFound
    if one.closed_at is not None:
        raise ProgrammeOver
    return one


def _fill(one: Programme, charter: Charter) -> None:
    one.title, one.goals = written(charter.title, 120), written(charter.goals, 2000)
    if not one.title or not is_somebody(charter.lead_id) or not 0 <= charter.threshold <= 1:
        raise RowUnsound
    one.lead_id, one.flow_key, one.threshold = charter.lead_id, charter.flow_key[:60], charter.threshold


def _tell(one: Programme, fact: Fact, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor), about=[About("programme", one.id)])
