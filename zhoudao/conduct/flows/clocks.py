"""The clock of a person's step: how long it may take, in every hour or in its team's working hours, and what was used.

A clock runs from the step's opening to its date on one calendar, which stays with it when the step goes to others. Its
target is whatever counts between the two, so a date that was moved by hand needs no second rule.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from zhoudao.conduct.flows.models import Task
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.graph import Step
from zhoudao.engines.worktime import Span, due, explain, warnings, worked
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id

_NONE = timedelta(0)
_SOON = 80


@frozen
class StepClock:
    """A step's clock at a moment. `share` is what is used of `target`; `left` is counted time, below zero when late."""

    due_at: datetime
    target: timedelta
    share: float
    left: timedelta
    is_business: bool
    is_late: bool
    warned_at: int

    @property
    def percent(self) -> int:
        """The share used, 0 to 100, for bars."""
        return max(0, min(100, round(self.share * 100)))

    @property
    def level(self) -> str:
        """`calm`, `soon` (warned of) or `over`, for colour beside the words."""
        return "over" if self.is_late else "soon" if self.share * 100 >= self.warned_at else "calm"


def begin(task: Task, step: Step) -> None:
    """This will give a step that just opened its date and the moment to look at it (the caller saves it)."""
    if step.target is None:
        return
    task.calendar_id = team_calendar_id(task.team_id) if step.business else None
    task.due_at = due(task.opened_at, step.target, calendar(task.calendar_id))
    look_again(task, step.warn, task.opened_at)


def move(task: Task, due_at: datetime | None, at: datetime) -> None:
    """This will have an open step be due at another time (the caller saves it)."""
    task.due_at, task.broken_at = due_at, None
    look_again(task, shares_of(task), at)


def look_again(task: Task, shares: Iterable[int], at: datetime) -> None:
    """This will note the next moment after `at` to warn, or the step's date if it was not seen missed yet."""
    moments = [moment for _share, moment in marks(task, shares) if moment > at]
    if task.due_at is not None and task.broken_at is None:
        moments.append(task.due_at)
    task.next_check_at = min(moments, default=None)


def marks(task: Task, shares: Iterable[int]) -> list[tuple[int, datetime]]:
    """When each of these shares (per cent, below 100) of the clock is used, in order."""
    target = target_of(task)
    below = [share for share in sorted(set(shares)) if share < 100]
    if target <= _NONE or not below:
        return []
    found = warnings(task.opened_at, target, [share / 100 for share in below], calendar(task.calendar_id))
    return [(share, mark.at) for share, mark in zip(below, found, strict=True)]


def target_of(task: Task) -> timedelta:
    """What counts from the step's opening to its date."""
    return worked(task.opened_at, task.due_at, calendar(task.calendar_id)) if task.due_at else _NONE


def shares_of(task: Task) -> tuple[int, ...]:
    """At which shares the flow warns of this step; of what a bend put in, and of what the customer does, at none."""
    step = version_of(task.run.version_id).graph.node(task.element).step
    return () if task.added_to is not None or step.asks else step.warn


def clock_of(task: Task, at: datetime) -> StepClock | None:
    """The clock of a step whose run was read; none where it has no date."""
    if task.due_at is None:
        return None
    end, target = task.completed_at or at, target_of(task)
    used = worked(task.opened_at, end, calendar(task.calendar_id))
    is_late = end > task.due_at
    share = used / target if target > _NONE else float(is_late)
    left = -worked(task.due_at, end, calendar(task.calendar_id)) if is_late else target - used
    warned_at = max(shares_of(task), default=_SOON)
    return StepClock(task.due_at, target, share, left, task.calendar_id is not None, is_late, warned_at)


def explain_step(task: Task, at: datetime) -> list[Span]:
    """Every minute of a step's clock until it was done (or now), and why it counted or not."""
    return explain(task.opened_at, task.completed_at or at, calendar(task.calendar_id))
