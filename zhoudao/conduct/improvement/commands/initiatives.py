"""Initiatives begun, changed, moved round plan, do, check and act, and decided."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.improvement.commands.holding import WRITE, hold_initiative, is_somebody, tell, written
from zhoudao.conduct.improvement.drafts import Draft, Goal, Origin
from zhoudao.conduct.improvement.events import (
    InitiativeBegun,
    InitiativeChanged,
    InitiativeDecided,
    InitiativeLate,
    InitiativeMoved,
    ResultNoted,
)
from zhoudao.conduct.improvement.measuring import is_sound, measured
from zhoudao.conduct.improvement.models import OPEN, Decision, Initiative, Stage
from zhoudao.conduct.improvement.refusals import (
    DecisionMissing,
    GoalMissing,
    GoalUnsound,
    InitiativeNotFound,
    InitiativeUnsound,
    MeasuresMissing,
    MeasuresOpen,
    NotThere,
    ResultMissing,
)
from zhoudao.conduct.improvement.telling import tell_late, tell_owner
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock

FARTHEST = timedelta(days=730)


@transaction.atomic
def begin_initiative(*, draft: Draft, origin: Origin | None = None, viewer: Viewer, at: datetime) -> Initiative:
    """This will put an initiative on the register, in its planning; its owner is told. A figure's baseline is counted.

    Raises: InitiativeNotFound (no right), InitiativeUnsound, GoalUnsound
    """
    if viewer.user_id is None or not viewer.covers(WRITE):
        raise InitiativeNotFound
    origin = origin or Origin("hand")
    one = Initiative(stage_at=at, made_at=at, made_by_id=viewer.user_id, **origin.fields())
    _fill(one, draft, at)
    one.save(force_insert=True)
    fact = InitiativeBegun(origin.source, one.pattern, str(one.owner_id), one.due_date.isoformat())
    tell(one, fact, actor=viewer.actor, at=at)
    tell_owner(one, by=viewer, at=at)
    return one


@transaction.atomic
def change_initiative(*, initiative_id: UUID, draft: Draft, viewer: Viewer, at: datetime) -> Initiative:
    """This will have its plan be another; a new owner is told, and of a new day they are reminded anew.

    Raises: InitiativeNotFound, NotThere, InitiativeUnsound, GoalUnsound
    """
    one = hold_initiative(initiative_id, viewer)
    if not one.is_open:
        raise NotThere
    before = one.owner_id
    if draft.due_date != one.due_date:
        one.told_late_at = None
    _fill(one, draft, at)
    one.save()
    tell(one, InitiativeChanged(str(one.owner_id), one.due_date.isoformat()), actor=viewer.actor, at=at)
    if one.owner_id != before:
        tell_owner(one, by=viewer, at=at)
    return one


@transaction.atomic
def move_initiative(*, initiative_id: UUID, seen: str, stage: str, viewer: Viewer, at: datetime) -> Initiative:
    """This will take it a stage on, when what that stage needs is there, or back to an earlier one; `seen` is where
    its mover saw it. It is closed by a decision alone.

    Raises: InitiativeNotFound, NotThere, GoalMissing, MeasuresMissing, MeasuresOpen, ResultMissing
    """
    one = hold_initiative(initiative_id, viewer)
    order = [each.value for each in OPEN]
    if one.stage != seen or stage not in order or seen not in order or order.index(stage) > order.index(seen) + 1:
        raise NotThere
    if stage == seen:
        return one
    if order.index(stage) > order.index(seen):
        _refuse_unready(one, stage)
    _go(one, stage, viewer.actor, at)
    if stage == Stage.DO and one.do_at is None:
        one.do_at = at
    if stage == Stage.CHECK and one.about is not None and one.do_at is not None:
        one.result = measured(one.about, one.store_id, since=one.do_at, at=at)
        one.result_date = at.astimezone(clock.zone()).date() if one.result is not None else None
    one.save()
    return one


@transaction.atomic
def note_result(
    *, initiative_id: UUID, value: float | None, day: date | None = None, viewer: Viewer, at: datetime
) -> Initiative:
    """This will note what was reached; of a figure without `value` it is counted, over the days since it began.

    Raises: InitiativeNotFound, NotThere, ResultMissing (nothing could be counted), GoalUnsound
    """
    one = hold_initiative(initiative_id, viewer)
    if one.stage not in (Stage.CHECK, Stage.ACT):
        raise NotThere
    if value is None and one.about is not None and one.do_at is not None:
        value = measured(one.about, one.store_id, since=one.do_at, at=at)
    if value is None:
        raise ResultMissing
    if not is_sound(one.about, value):
        raise GoalUnsound
    one.result, one.result_date = value, day or at.astimezone(clock.zone()).date()
    one.save(update_fields=["result", "result_date"])
    tell(one, ResultNoted(value, one.target), actor=viewer.actor, at=at)
    return one


@transaction.atomic
def decide_initiative(*, initiative_id: UUID, decision: str, reason: str, viewer: Viewer, at: datetime) -> Initiative:
    """This will close it as the standard or as dropped; to be adapted, it begins its next round in planning, from what
    was reached.

    Raises: InitiativeNotFound, NotThere, ResultMissing, DecisionMissing
    """
    one = hold_initiative(initiative_id, viewer)
    said = written(reason, 300)
    if one.stage != Stage.ACT and not (decision == Decision.DROP and one.is_open):
        raise NotThere
    if one.result is None and decision != Decision.DROP:
        raise ResultMissing
    if decision not in Decision.values or not said:
        raise DecisionMissing
    one.decision, one.reason = decision, said
    tell(one, InitiativeDecided(f"decision_{decision}", one.round), actor=viewer.actor, at=at)
    is_again = decision == Decision.ADAPT
    _go(one, Stage.PLAN if is_again else Stage.CLOSED, viewer.actor, at)
    if is_again:
        one.round, one.do_at = one.round + 1, None
        one.baseline, one.result, one.result_date = one.result, None, None
    one.save()
    return one


@transaction.atomic
def remind_of_initiative(initiative_id: UUID, *, at: datetime) -> bool:
    """This will tell once that an initiative is late; safe to repeat."""
    one = Initiative.objects.select_for_update().filter(id=initiative_id).first()
    today = at.astimezone(clock.zone()).date()
    if one is None or not one.is_open or one.told_late_at or one.due_date >= today:
        return False
    one.told_late_at = at
    one.save(update_fields=["told_late_at"])
    tell(one, InitiativeLate(one.due_date.isoformat()), actor="system:clock", at=at)
    tell_late(one, at=at)
    return True


def _go(one: Initiative, stage: str, actor: str, at: datetime) -> None:
    tell(one, InitiativeMoved(f"stage_{one.stage}", f"stage_{stage}"), actor=actor, at=at)
    one.stage, one.stage_at = stage, at


def _refuse_unready(one: Initiative, stage: str) -> None:
    if stage == Stage.DO:
        if one.target is None or not (one.metric or one.goal):
            raise GoalMissing
        if not one.measures.exists():
            raise MeasuresMissing
    if stage == Stage.CHECK and one.measures.filter(done_at=None).exists():
        raise MeasuresOpen
    if stage == Stage.ACT and one.result is None:
        raise ResultMissing


def _fill(one: Initiative, draft: Draft, at: datetime) -> None:
    """Its plan as somebody wrote it."""
    today = at.astimezone(clock.zone()).date()
    is_new_day = one.due_date != draft.due_date
    one.title, one.problem = written(draft.title, 120), written(draft.problem, 2000)
    if not one.title or not is_somebody(draft.owner_id):
        raise InitiativeUnsound
    if draft.due_date > today + FARTHEST or (is_new_day and draft.due_date < today):
        raise InitiativeUnsound
    one.owner_id, one.due_date = draft.owner_id, draft.due_date
    one.flow_key, one.flow_version, one.steps = draft.flow_key, draft.flow_version, written(draft.steps, 300)
    one.pilot_id, one.pilot_name = draft.pilot_id, written(draft.pilot_name, 120)
    _aim(one, draft.goal, at)


def _aim(one: Initiative, goal: Goal, at: datetime) -> None:
    """Its goal; what the figure was is counted when it is first named and nobody says otherwise."""
    is_new = (one.metric, one.store_id) != (goal.metric, goal.store_id)
    one.metric, one.store_id, one.goal = goal.metric, goal.store_id, written(goal.words, 120)
    about = one.about
    if goal.metric and (about is None or not about.is_daily):
        raise GoalUnsound
    if not all(is_sound(about, each) for each in (goal.baseline, goal.target) if each is not None):
        raise GoalUnsound
    one.baseline, one.target = goal.baseline, goal.target
    if about is not None and one.baseline is None and (is_new or one.stage == Stage.PLAN):
        one.baseline = measured(about, one.store_id, since=None, at=at)
