"""Steps whose time runs out: warned of at the shares the flow states, told to the leads when it is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows import clocks
from zhoudao.conduct.flows.events import TaskDueSoon, TaskOverdue
from zhoudao.conduct.flows.holding import hold_tree
from zhoudao.conduct.flows.models import MOVING, Task
from zhoudao.conduct.flows.refusals import RunNotFound
from zhoudao.conduct.flows.telling import tell_of_clock
from zhoudao.conduct.flows.versions import version_of
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.teamwork.leads import leads_of

_CLOCK = "system:clock"


def due_steps(at: datetime, *, limit: int = 100) -> list[UUID]:
    """The open steps to warn of or that are late now, longest waiting first."""
    rows = Task.objects.filter(completed_at=None, cancelled_at=None, next_check_at__lte=at, run__status__in=MOVING)
    return list(rows.order_by("next_check_at", "id").values_list("id", flat=True)[:limit])


@transaction.atomic
def check_step(task_id: UUID, *, at: datetime) -> None:
    """This will warn of a step or note it as late; safe to repeat, and nothing for one that is done or rests."""
    try:
        root = hold_tree(tasks=task_id)
    except RunNotFound:
        return
    task = Task.objects.filter(id=task_id, completed_at=None, cancelled_at=None).select_related("run").first()
    if task is None or root.status not in MOVING or task.next_check_at is None or task.next_check_at > at:
        return
    if task.due_at is not None and task.due_at <= at and task.broken_at is None:
        _late(task, at)
    else:
        _warn(task, at)
    clocks.look_again(task, clocks.shares_of(task), at)
    task.save(update_fields=["warned_share", "broken_at", "next_check_at"])


def _late(task: Task, at: datetime) -> None:
    """Whoever has it and the leads; what the customer does not do is nobody's of ours."""
    task.broken_at = task.due_at
    _record(task, TaskOverdue(_step(task), str(task.id)), at)
    if not _is_theirs(task):
        own = {task.assignee_id} if task.assignee_id else set()
        tell_of_clock("step_overdue", task, leads_of(task.team_id, task.store_id) | own, at)


def _warn(task: Task, at: datetime) -> None:
    """Whoever has it; of a step nobody has, the leads."""
    used = [share for share, moment in clocks.marks(task, clocks.shares_of(task)) if moment <= at]
    share = max(used, default=0)
    if share <= task.warned_share:
        return
    task.warned_share = share
    _record(task, TaskDueSoon(_step(task), str(task.id), share), at)
    people = {task.assignee_id} if task.assignee_id else leads_of(task.team_id, task.store_id)
    tell_of_clock("step_due_soon", task, people, at, share=share)


def _is_theirs(task: Task) -> bool:
    return task.added_to is None and bool(version_of(task.run.version_id).graph.node(task.element).step.asks)


def _step(task: Task) -> str:
    """As the flow calls it: the name of what a bend put in was written by hand."""
    return (version_of(task.run.version_id).graph.node(task.element).name or task.element)[:200]


def _record(task: Task, fact: Fact, at: datetime) -> None:
    about = [About("run", task.run_id), About(task.object_type, task.object_id)]
    record(fact, at=at, by=By(_CLOCK, task.store_id, element=task.element), about=about)
