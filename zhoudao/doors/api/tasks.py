"""Steps of flows that people or programs do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict

from zhoudao.conduct.flows.commands.tasks import complete_task
from zhoudao.conduct.flows.queries.tasks import TaskView, open_tasks
from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Cursor
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock

router = Router(tags=["tasks"])


class TaskField(Schema):
    """One field of the step's form."""

    name: str
    type: str
    label: str
    is_required: bool
    options: list[str]
    words: dict[str, str]


class TaskItem(Schema):
    """A step that waits. `share` is what is used of its time; all of it counts (`elapsed`) or working hours."""

    id: UUID
    name: str
    element: str
    object_type: str
    object_id: UUID
    case: str | None
    booking: str | None
    team: str
    assignee: str
    opened_at: datetime
    due_at: datetime | None
    counts: str | None
    share: float | None
    is_late: bool
    instructions: str
    asks: str
    fields: list[TaskField]


class TaskPage(Schema):
    """A page; `next` is the cursor of the following one."""

    items: list[TaskItem]
    next: str | None


class TasksAsked(Schema):
    """What is asked for; `mine` leaves only what the caller was named for."""

    mine: bool = False
    cursor: Cursor = ""


class CompleteIn(Schema):
    """The form, filled in."""

    model_config = ConfigDict(extra="forbid")

    result: dict[str, Any] = {}


class TaskDone(Schema):
    """A step that is done."""

    id: UUID
    completed_at: datetime | None


@operations.get(router, "", scope="tasks:read", answer=TaskPage)
def list_tasks(request: HttpRequest, asked: Query[TasksAsked]) -> TaskPage:
    """The open steps the caller may do, oldest first."""
    after = paging.read_moment(asked.cursor) if asked.cursor else None
    cursor = f"{after[0].isoformat()}~{after[1]}" if after else ""
    page = open_tasks(viewer_in(request), cursor, at=clock.now(), mine=asked.mine)
    last = page.rows[-1] if page.rows and page.next else None
    return TaskPage(
        items=[_item(task) for task in page.rows], next=paging.write(last.opened_at, last.id) if last else None
    )


@operations.post(router, "/{task_id}/complete", scope="tasks:write", answers={200: TaskDone})
def complete(request: HttpRequest, task_id: UUID, form: CompleteIn | None = None) -> TaskDone:
    """Say that a step is done."""
    viewer = viewer_in(request)
    result = form.result if form else {}
    task = complete_task(task_id=task_id, result=result, viewer=viewer, by=By(viewer.actor), at=clock.now())
    return TaskDone(id=task.id, completed_at=task.completed_at)


def _item(task: TaskView) -> TaskItem:
    return TaskItem(
        id=task.id,
        name=task.name,
        element=task.element,
        object_type=task.object_type,
        object_id=task.object_id,
        case=task.case_number or None,
        booking=task.booking_number or None,
        team=task.team,
        assignee=task.assignee,
        opened_at=task.opened_at,
        due_at=task.due_at,
        counts=None if task.clock is None else "business" if task.clock.is_business else "elapsed",
        share=round(task.clock.share, 3) if task.clock else None,
        is_late=task.clock is not None and task.clock.is_late,
        instructions=task.instructions,
        asks=task.asks,
        fields=[
            TaskField(
                name=one.name,
                type=one.type,
                label=one.label,
                is_required=one.is_required,
                options=list(one.options),
                words=dict(one.words),
            )
            for one in task.fields
        ],
    )
