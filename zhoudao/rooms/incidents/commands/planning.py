"""The plan of an incident: written when it is opened, ticked while it is worked on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.incidents.commands.holding import hold, in_charge, tell, written
from zhoudao.rooms.incidents.events import PlanStepDone, PlanStepUndone
from zhoudao.rooms.incidents.models import Incident, Part, PlanStep
from zhoudao.rooms.incidents.refusals import PlanTooLong, StepNotFound

MOST_STEPS, LONGEST_STEP = 40, 200


def steps_in(lines: Sequence[str]) -> list[str]:
    """The steps of a plan, one a line, as they are kept.

    Raises: PlanTooLong
    """
    steps = [step for line in lines if (step := written(line, LONGEST_STEP))]
    if len(steps) > MOST_STEPS:
        raise PlanTooLong
    return steps


def write_plan(incident: Incident, lines: Sequence[str]) -> None:
    """This will put down the steps of a new incident, in order.

    Raises: PlanTooLong
    """
    steps = enumerate(steps_in(lines), start=1)
    PlanStep.objects.bulk_create(PlanStep(incident=incident, place=place, words=words) for place, words in steps)


@transaction.atomic
def add_step(*, incident_id: UUID, words: str, viewer: Viewer, at: datetime) -> PlanStep:
    """This will add one step at the end.

    Raises: IncidentNotFound, NotInCharge, PlanTooLong, StepNotFound
    """
    incident = hold(incident_id)
    in_charge(incident, viewer, *Part)
    known = incident.steps.count()
    if known >= MOST_STEPS:
        raise PlanTooLong
    said = written(words, LONGEST_STEP)
    if not said:
        raise StepNotFound
    return PlanStep.objects.create(incident=incident, place=known + 1, words=said)


@transaction.atomic
def tick_step(*, incident_id: UUID, step_id: UUID, is_done: bool, viewer: Viewer, at: datetime) -> PlanStep:
    """This will note that a step is done, by whom and when; or that it is not after all. Safe to repeat.

    Raises: IncidentNotFound, NotInCharge, StepNotFound
    """
    incident = hold(incident_id)
    in_charge(incident, viewer, *Part)
    step = incident.steps.filter(id=step_id).first()
    if step is None:
        raise StepNotFound
    if (step.done_at is not None) != is_done:
        step.done_at, step.done_by_id = (at, viewer.user_id) if is_done else (None, None)
        step.save(update_fields=["done_at", "done_by"])
        fact = PlanStepDone(step.place) if is_done else PlanStepUndone(step.place)
        tell(incident, fact, actor=viewer.actor, at=at)
    return step
