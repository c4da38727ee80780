"""What can happen to a run from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Start:
    """Begins at the plain start event, or at the named one, or at the one that waits for this message."""

    element: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """The work of this token is done. A mapping is merged into the run's data, or kept under the step's `zd:result`."""

    token: int
    result: object = None


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The work was refused by name; it becomes a BPMN error of that code."""

    token: int
    code: str


@dataclass(frozen=True, slots=True)
class TimerDue:
    """`due` is the moment it was set for, so that a cycle does not drift when it is noticed late."""

    token: int
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A fact: every waiting element takes it once, its oldest token first; or only the named token does."""

    name: str
    token: int | None = None
    values: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Raised from outside at an open step."""

    token: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """An authorised person leaves out this step's work and goes on behind it, with what it would have found out."""

    token: int
    result: object = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """An authorised person goes from this open step back to an earlier one."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Ends the run where it is."""


Trigger = Start | Complete | CommandRefused | TimerDue | Message | Escalation | Skip | Repeat | Cancel
