"""Tasks as people and programs see them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.conduct.flows.bends import note_of
from zhoudao.conduct.flows.clocks import StepClock, clock_of
from zhoudao.conduct.flows.forms import ADDED_FORM
from zhoudao.conduct.flows.models import MOVING, Task
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.graph import Field
from zhoudao.ground.accounts.reach import within
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.cases.models import Case

PAGE = 25


@frozen
class FieldView:
    """One field of a step's form. `type`: string text choice number boolean date list object confirm signature file.

    `words` are those of its options, where the flow has any.
    """

    name: str
    type: str
    label: str
    is_required: bool
    options: tuple[str, ...]
    words: Mapping[str, str]


@frozen
class TaskView:
    """One open or finished step, in the reader's language. `done_on` names the event that finishes it by itself.

    `asks` is "customer" when it is theirs to do.
    """

    id: UUID
    run_id: UUID
    element: str
    name: str
    object_type: str
    object_id: UUID
    case_number: str
    booking_number: str
    team_id: UUID | None
    team: str
    assignee_id: UUID | None
    assignee: str
    opened_at: datetime
    due_at: datetime | None
    completed_at: datetime | None
    instructions: str
    fields: tuple[FieldView, ...]
    done_on: str
    asks: str
    item: Any
    is_mine: bool
    clock: StepClock | None = None
    is_added: bool = False
    """Put in by a bend; the step it stands at waits for it."""


@frozen
class Page:
    """A page of tasks, oldest first; `next` is the cursor of the following one, empty at the end."""

    rows: list[TaskView]
    next: str


def visible(viewer: Viewer) -> Q:
    """Which tasks somebody may see: their teams' and stores', and always their own."""
    if viewer.is_everywhere:
        return Q()
    own = Q(assignee_id=viewer.user_id) if viewer.user_id and viewer.own else Q(pk=None)
    return own | within(viewer)


def open_rows() -> "QuerySet[Task]":
    """Tasks that can be done now."""
    rows = Task.objects.filter(completed_at=None, cancelled_at=None, run__status__in=MOVING)
    return rows.select_related("team", "assignee", "run")


def open_tasks(viewer: Viewer, cursor: str = "", *, at: datetime, mine: bool = False, limit: int = PAGE) -> Page:
    """The tasks the viewer may do, oldest first, with their clocks at a moment (two statements,
    one more with promised calls)."""
    rows = open_rows().filter(visible(viewer), **({"assignee_id": viewer.user_id} if mine else {}))
    if cursor:
        opened, _, last = cursor.partition("~")
        rows = rows.filter(opened_at__gte=opened).exclude(opened_at=opened, id__lte=last)
    found = list(rows.order_by("opened_at", "id")[: limit + 1])
    after = found[limit - 1] if len(found) > limit else None
    numbers = numbers_of(found[:limit])
    box.warm(task.note_sealed for task in found)
    return Page(
        [view_of(task, viewer, numbers, at=at) for task in found[:limit]],
        f"{after.opened_at.isoformat()}~{after.id}" if after else "",
    )


def task_view(task_id: UUID, viewer: Viewer, *, at: datetime) -> TaskView | None:
    """One task, open or not; nothing when the viewer may not see it."""
    task = visible_task(task_id, viewer)
    return view_of(task, viewer, numbers_of([task]), at=at) if task else None


def visible_task(task_id: UUID, viewer: Viewer) -> Task | None:
    """The row with its run, team and person; nothing when the viewer may not see it."""
    return Task.objects.filter(visible(viewer), id=task_id).select_related("team", "assignee", "run").first()


def numbers_of(tasks: Iterable[Task]) -> dict[UUID, str]:
    """The numbers of the cases and bookings these tasks are for (one statement for each of the two)."""
    ids: dict[str, set[UUID]] = {"case": set(), "booking": set()}
    for task in tasks:
        ids.setdefault(task.object_type, set()).add(task.object_id)
    cases = Case.objects.filter(id__in=ids["case"]) if ids["case"] else Case.objects.none()
    bookings = Booking.objects.filter(id__in=ids["booking"]) if ids["booking"] else Booking.objects.none()
    return dict(cases.values_list("id", "number")) | dict(bookings.values_list("id", "number"))


def call_tasks(booking_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The open step of each of these bookings that has one: a call to be made (one statement)."""
    rows = open_rows().filter(object_type="booking", object_id__in=list(booking_ids)).order_by("opened_at", "id")
    return dict(rows.values_list("object_id", "id"))


def view_of(
    task: Task, viewer: Viewer | None, numbers: Mapping[UUID, str], language: str = "", *, at: datetime
) -> TaskView:
    """A task whose run, team and assignee were read, as `viewer` sees it at a moment."""
    node = version_of(task.run.version_id).graph.node(task.element)
    is_added = task.added_to is not None
    language = language or (viewer.language if viewer else "")
    return TaskView(
        id=task.id,
        run_id=task.run_id,
        element=task.element,
        name=task.name,
        object_type=task.object_type,
        object_id=task.object_id,
        case_number=numbers.get(task.object_id, "") if task.object_type == "case" else "",
        booking_number=numbers.get(task.object_id, "") if task.object_type == "booking" else "",
        team_id=task.team_id,
        team=pick(task.team.names, language) or task.team.code if task.team else "",
        assignee_id=task.assignee_id,
        assignee=task.assignee.name if task.assignee else "",
        opened_at=task.opened_at,
        due_at=task.due_at,
        completed_at=task.completed_at,
        instructions=note_of(task) if is_added else pick(node.step.instructions, language),
        fields=fields_of(ADDED_FORM if is_added else node.step.form, language),
        done_on=task.done_on,
        asks="" if is_added else node.step.asks,
        item=task.item,
        is_mine=_is_mine(task, viewer),
        clock=clock_of(task, at),
        is_added=is_added,
    )


def fields_of(form: Iterable[Field], language: str) -> tuple[FieldView, ...]:
    """A form in a language."""
    return tuple(_field(field, language) for field in form)


def _field(field: Field, language: str) -> FieldView:
    kind = "choice" if field.options and field.type == "string" else field.type
    words = {option: pick(said, language) or option for option, said in field.words.items()}
    return FieldView(field.name, kind, pick(field.label, language) or field.name, field.required, field.options, words)


def _is_mine(task: Task, viewer: Viewer | None) -> bool:
    """Theirs by name, or nobody's yet in a team of theirs."""
    if viewer is None or viewer.user_id is None:
        return False
    if task.assignee_id is not None:
        return task.assignee_id == viewer.user_id
    in_team = viewer.teams is None or task.team_id in viewer.teams
    return in_team or (task.store_id, task.team_id) in viewer.both
