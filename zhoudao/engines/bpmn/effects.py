"""What the conductor has to do after an advance, in this order. `token` goes back to us in the answering trigger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A person's work: a user or manual task."""

    token: int
    element: str
    team: str = ""
    item: object = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class RunCommand:
    token: int
    element: str
    command: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Decide:
    token: int
    element: str
    decision: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CallFlow:
    token: int
    element: str
    flow: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SendMessage:
    element: str
    message: str
    args: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    token: int
    element: str
    message: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """`due` is empty for business time: then the conductor counts `duration` on the calendar."""

    token: int
    element: str
    due: datetime | None
    duration: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """This open task, command, timer, message wait or called flow is no longer wanted."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep these values in the run's data."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Passed:
    """This element was left in the regular way; for the event log and the page that shows what is done."""

    element: str


@dataclass(frozen=True, slots=True)
class RaisedError:
    """Nothing in the flow catches this error. The refused step stays open (`token`), or the run is over (no token)."""

    element: str
    code: str
    token: int | None = None


@dataclass(frozen=True, slots=True)
class RaisedEscalation:
    """Nothing in the flow catches this escalation; the run goes on."""

    element: str
    code: str


@dataclass(frozen=True, slots=True)
class Completed:
    """Every token reached an end."""


@dataclass(frozen=True, slots=True)
class Terminated:
    """The run ended early: by a terminate end, an error end, or from outside (no element)."""

    element: str = ""


Effect = (
    OpenTask
    | RunCommand
    | Decide
    | CallFlow
    | SendMessage
    | AwaitMessage
    | SetTimer
    | Withdraw
    | Remember
    | Passed
    | RaisedError
    | RaisedEscalation
    | Completed
    | Terminated
)
