"""Serving who was called: begin, the steps with a tap each, the end, or on to another line."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.rooms.visits.commands.holding import end_turn, hold_own, open_turn, tell_staff
from zhoudao.rooms.visits.events import ServingBegun, StepBegun, StepEnded, VisitFinished, VisitHandedOver
from zhoudao.rooms.visits.models import Lap, Need, State, Turn, Visit
from zhoudao.rooms.visits.refusals import NeedUnknown, StepUnknown, VisitNotCalled


@transaction.atomic
def begin_serving(*, visit_id: UUID, viewer: Viewer, at: datetime) -> Visit:
    """This will note that they stand at the counter; twice is once.

    Raises: VisitNotFound, VisitOver, VisitElsewhere, VisitNotCalled
    """
    visit = _called(visit_id, viewer)
    if visit.state != State.SERVING:
        tell_staff(visit, *_begin(visit, open_turn(visit), at), viewer=viewer, at=at)
    return visit


@transaction.atomic
def begin_step(*, visit_id: UUID, step: str, viewer: Viewer, at: datetime) -> Visit:
    """This will end the step that runs and begin this one; a tap on the running one ends it. Begins serving, too.

    Raises: VisitNotFound, VisitOver, VisitElsewhere, VisitNotCalled, StepUnknown
    """
    visit = _called(visit_id, viewer)
    turn = open_turn(visit)
    if step not in [one["code"] for one in turn.need.steps]:
        raise StepUnknown(StepUnknown.__doc__)
    facts = _begin(visit, turn, at) if visit.state != State.SERVING else []
    running = Lap.objects.filter(turn=turn, ended_at=None).first()
    if running is not None:
        running.ended_at = at
        running.save(update_fields=["ended_at"])
        facts.append(StepEnded(visit.number, running.code, round((at - running.began_at).total_seconds())))
    if running is None or running.code != step:
        Lap.objects.create(turn=turn, code=step, began_at=at)
        facts.append(StepBegun(visit.number, step))
    tell_staff(visit, *facts, viewer=viewer, at=at)
    return visit


@transaction.atomic
def finish_visit(*, visit_id: UUID, viewer: Viewer, at: datetime) -> Visit:
    """This will end a visit: they have what they came for. Raises: as `begin_serving`."""
    visit = _called(visit_id, viewer)
    turn = open_turn(visit)
    facts = _begin(visit, turn, at) if visit.state != State.SERVING else []
    facts += end_turn(visit, "done", at)
    visit.state, visit.ended_at = State.DONE, at
    visit.save(update_fields=["state", "ended_at"])
    tell_staff(visit, *facts, VisitFinished(visit.number), viewer=viewer, at=at)
    return visit


@transaction.atomic
def hand_over(*, visit_id: UUID, need_id: UUID, viewer: Viewer, at: datetime) -> Visit:
    """This will have them wait for another need, in the place that their time of arrival gives them there.

    Raises: VisitNotFound, VisitOver, VisitElsewhere, NeedUnknown
    """
    visit = hold_own(visit_id, viewer)
    need = Need.objects.filter(id=need_id, store_id=visit.store_id, retired_at=None).first()
    if need is None or need.id == visit.need_id:
        raise NeedUnknown(NeedUnknown.__doc__)
    facts = end_turn(visit, "handed_over", at)
    visit.need, visit.state, visit.counter, visit.calls, visit.served_by = need, State.WAITING, "", 0, None
    visit.save(update_fields=["need", "state", "counter", "calls", "served_by"])
    Turn.objects.create(visit=visit, store_id=visit.store_id, need=need, day=visit.day, waits_since=at)
    tell_staff(visit, *facts, VisitHandedOver(visit.number, str(need.id)), viewer=viewer, at=at)
    return visit


def _called(visit_id: UUID, viewer: Viewer) -> Visit:
    visit = hold_own(visit_id, viewer)
    if visit.state == State.WAITING:
        raise VisitNotCalled(VisitNotCalled.__doc__)
    return visit


def _begin(visit: Visit, turn: Turn, at: datetime) -> list[Fact]:
    turn.began_at = at
    turn.save(update_fields=["began_at"])
    visit.state = State.SERVING
    visit.save(update_fields=["state"])
    return [ServingBegun(visit.number)]
