"""Tasks as rows: whose they are and until when."""

from datetime import datetime
from uuid import UUID

from zhoudao.conduct.flows import clocks
from zhoudao.conduct.flows.models import Run, Task
from zhoudao.conduct.flows.subjects import Subject
from zhoudao.engines.bpmn import timers
from zhoudao.engines.bpmn.effects import OpenTask
from zhoudao.engines.bpmn.graph import Node
from zhoudao.engines.worktime import due
from zhoudao.ground.accounts.models import Team
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id


def new_task(run: Run, node: Node, effect: OpenTask, subject: Subject, at: datetime) -> Task:
    """The row of a step a person does: for its team, else the object's, whose owner then does it.

    What the customer does is nobody's of ours, and whoever sees the case may fill it in for them.
    """
    is_theirs = effect.team in ("", subject.team_code) and not node.step.asks
    task = Task(
        run=run,
        token=effect.token,
        element=node.id,
        item=effect.item,
        name=(node.name or node.id)[:200],
        team_id=_team_id(effect.team, subject),
        assignee_id=subject.owner_id if is_theirs else None,
        store_id=run.store_id,
        object_type=run.object_type,
        object_id=run.object_id,
        done_on=node.step.done_on,
        opened_at=at,
        due_at=subject.due_at,  # of what was agreed before, such as a call; a target of the step's own comes first
    )
    clocks.begin(task, node.step)
    return task


def business_end(at: datetime, duration: str, team: str, subject: Subject) -> datetime:
    """The end of a business duration on the calendar of the step's team, else the object's."""
    hours = calendar(team_calendar_id(_team_id(team, subject)))
    return due(at, timers.duration(duration).after(at) - at, hours)


def _team_id(code: str, subject: Subject) -> UUID | None:
    if code in ("", subject.team_code):
        return subject.team_id
    return Team.objects.filter(code=code).values_list("id", flat=True).first()
