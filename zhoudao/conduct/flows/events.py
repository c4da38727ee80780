"""What happens to runs: the process log. The element a fact is about is in its `By.element`."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen


@frozen
class FlowDeployed(Fact):
    """A version of a flow became the live one."""

    name: ClassVar[str] = "flows.FlowDeployed"
    words: ClassVar = _("Version %(version)s of the flow %(flow)s is live")
    flow: str
    version: int


@frozen
class FlowShelved(Fact):
    """A version of a flow is stored and live nowhere yet."""

    name: ClassVar[str] = "flows.FlowShelved"
    words: ClassVar = _("Version %(version)s of the flow %(flow)s is stored, to be tried")
    flow: str
    version: int


@frozen
class PilotSet(Fact):
    """A version is live in some stores only. `stores` are their codes."""

    name: ClassVar[str] = "flows.PilotSet"
    words: ClassVar = _("Version %(version)s of the flow %(flow)s is on trial in: %(stores)s")
    flow: str
    version: int
    stores: str


@frozen
class PilotEnded(Fact):
    """A version's pilot is over; its stores take what is live for all."""

    name: ClassVar[str] = "flows.PilotEnded"
    words: ClassVar = _("The pilot of version %(version)s of the flow %(flow)s is over")
    flow: str
    version: int


@frozen
class DraftSaved(Fact):
    """Somebody draws the next version. Told when a person begins or takes over, not for every stroke."""

    name: ClassVar[str] = "flows.DraftSaved"
    words: ClassVar = _("The next version of the flow %(flow)s is being drawn")
    flow: str


@frozen
class DraftDropped(Fact):
    """A drawing was thrown away."""

    name: ClassVar[str] = "flows.DraftDropped"
    words: ClassVar = _("The drawn version of the flow %(flow)s was thrown away")
    flow: str


@frozen
class RunStarted(Fact):
    """The flow begins."""

    name: ClassVar[str] = "flows.RunStarted"
    words: ClassVar = _("The flow %(flow)s began (version %(version)s)")
    flow: str
    version: int


@frozen
class TaskOpened(Fact):
    """A person is asked to do a step."""

    name: ClassVar[str] = "flows.TaskOpened"
    words: ClassVar = _("To do: %(step)s")
    step: str
    task: str
    team: str | None


@frozen
class CustomerAsked(Fact):
    """The customer is asked to do a step: what, with which form, is the step's."""

    name: ClassVar[str] = "flows.CustomerAsked"
    words: ClassVar = _("The customer is asked: %(step)s")
    step: str
    task: str


@frozen
class ProgressTold(Fact):
    """The customer was written to, unasked, how their case stands."""

    name: ClassVar[str] = "flows.ProgressTold"
    words: ClassVar = _("The customer was told how it stands")
    steps: int
    promises: int


@frozen
class ProgressRefused(Fact):
    """A customer does not want to be written to about every step."""

    name: ClassVar[str] = "flows.ProgressRefused"
    words: ClassVar = _("The customer looks by themselves how it stands: no messages about steps")


@frozen
class ProgressAllowed(Fact):
    """They do want it again."""

    name: ClassVar[str] = "flows.ProgressAllowed"
    words: ClassVar = _("The customer wants to be told how it stands")


@frozen
class TaskTaken(Fact):
    """Somebody does it now."""

    name: ClassVar[str] = "flows.TaskTaken"
    words: ClassVar = _("Taken over: %(step)s")
    step: str
    task: str
    member: str


@frozen
class TaskDueSoon(Fact):
    """A step used a share (per cent) of its time at which its flow warns."""

    name: ClassVar[str] = "flows.TaskDueSoon"
    words: ClassVar = _("%(share)s%% of the time is used: %(step)s")
    step: str
    task: str
    share: int


@frozen
class TaskOverdue(Fact):
    """A step was not done by its time; the team's leads are told."""

    name: ClassVar[str] = "flows.TaskOverdue"
    words: ClassVar = _("Not done in time: %(step)s")
    step: str
    task: str


@frozen
class TaskCompleted(Fact):
    """A person did a step."""

    name: ClassVar[str] = "flows.TaskCompleted"
    words: ClassVar = _("Done: %(step)s")
    step: str
    task: str


@frozen
class TaskCancelled(Fact):
    """A step is no longer needed."""

    name: ClassVar[str] = "flows.TaskCancelled"
    words: ClassVar = _("No longer needed: %(step)s")
    step: str
    task: str


@frozen
class StepCompleted(Fact):
    """A step without a person was left: a command, a decision, a called flow, a message."""

    name: ClassVar[str] = "flows.StepCompleted"
    words: ClassVar = _("Step done: %(step)s")
    step: str


@frozen
class DecisionMade(Fact):
    """A decision table answered."""

    name: ClassVar[str] = "flows.DecisionMade"
    words: ClassVar = _("Decided by the table %(decision)s, version %(version)s")
    decision: str
    version: int


@frozen
class TimerFired(Fact):
    """A moment the run waited for has come."""

    name: ClassVar[str] = "flows.TimerFired"
    words: ClassVar = _("Time is up: %(step)s")
    step: str


@frozen
class MessageSent(Fact):
    """The flow tells the other flows of the same object something."""

    name: ClassVar[str] = "flows.MessageSent"
    words: ClassVar = _("Message to other flows: %(message)s")
    message: str


@frozen
class EscalationRaised(Fact):
    """An escalation that nothing in the flow catches."""

    name: ClassVar[str] = "flows.EscalationRaised"
    words: ClassVar = _("Escalated by the flow: %(code)s")
    code: str


@frozen
class RunCompleted(Fact):
    """The flow reached its end; `error` names the error end it reached, if it was one."""

    name: ClassVar[str] = "flows.RunCompleted"
    words: ClassVar = _("The flow %(flow)s is done")
    flow: str
    error: str


@frozen
class RunCancelled(Fact):
    """The flow was ended from outside. `why` is a code: case_closed, kind_changed, booking_over, by_hand."""

    name: ClassVar[str] = "flows.RunCancelled"
    words: ClassVar = _("The flow was cancelled: %(why)s")
    why: str


@frozen
class RunSuspended(Fact):
    """The flow rests."""

    name: ClassVar[str] = "flows.RunSuspended"
    words: ClassVar = _("The flow was suspended: %(why)s")
    why: str


@frozen
class RunResumed(Fact):
    """The flow goes on."""

    name: ClassVar[str] = "flows.RunResumed"
    words: ClassVar = _("The flow goes on")


@frozen
class IncidentRaised(Fact):
    """The run cannot go on by itself at this element."""

    name: ClassVar[str] = "flows.IncidentRaised"
    words: ClassVar = _("The flow is stuck: %(code)s")
    code: str


@frozen
class IncidentResolved(Fact):
    """It goes on, or is no longer needed."""

    name: ClassVar[str] = "flows.IncidentResolved"
    words: ClassVar = _("The flow is no longer stuck")


@frozen
class StepSkipped(Fact):
    """A bend: an authorised person left a step out. `reason` and `kind` are codes; `bend` is the row."""

    name: ClassVar[str] = "flows.StepSkipped"
    words: ClassVar = _("Left out: %(step)s (%(reason)s)")
    step: str
    kind: str
    reason: str
    bend: str


@frozen
class StepRepeated(Fact):
    """A bend: the run went back to an earlier step. `back_from` is the element where it stood."""

    name: ClassVar[str] = "flows.StepRepeated"
    words: ClassVar = _("Back to: %(step)s (%(reason)s)")
    step: str
    kind: str
    back_from: str
    reason: str
    bend: str


@frozen
class StepAdded(Fact):
    """A bend: a step was put in, and the named one waits for it."""

    name: ClassVar[str] = "flows.StepAdded"
    words: ClassVar = _("A step was added; it holds up: %(step)s (%(reason)s)")
    step: str
    kind: str
    task: str
    team: str | None
    reason: str
    bend: str


@frozen
class AddedStepDone(Fact):
    """The added step is done."""

    name: ClassVar[str] = "flows.AddedStepDone"
    words: ClassVar = _("The added step at %(step)s is done")
    step: str
    task: str


@frozen
class StepReassigned(Fact):
    """A bend: other people do a step."""

    name: ClassVar[str] = "flows.StepReassigned"
    words: ClassVar = _("Given to others: %(step)s (%(reason)s)")
    step: str
    kind: str
    task: str
    team: str | None
    member: str | None
    reason: str
    bend: str


@frozen
class StepDateMoved(Fact):
    """A bend: a step, or a promise (then `step` is its kind), is due at another time."""

    name: ClassVar[str] = "flows.StepDateMoved"
    words: ClassVar = _("Due %(due_at)s now: %(step)s (%(reason)s)")
    step: str
    kind: str
    task: str | None
    promise: str | None
    due_before: str
    due_at: str
    reason: str
    bend: str


@frozen
class BendTakenBack(Fact):
    """What was bent is as it was before."""

    name: ClassVar[str] = "flows.BendTakenBack"
    words: ClassVar = _("Taken back: %(kind)s, %(step)s")
    step: str
    kind: str
    bend: str


@frozen
class BendLimitSet(Fact):
    """How far a role may bend cases was changed."""

    name: ClassVar[str] = "flows.BendLimitSet"
    words: ClassVar = _("Bending limits: %(role)s, %(kind)s, %(per_case)s a case, %(most_days)s days")
    role: str
    kind: str
    per_case: int
    most_days: int


name_codes(
    {
        "case_closed": _("the case was closed"),
        "case_merged": _("the case was merged"),
        "kind_changed": _("the case is of another kind now"),
        "withdrawn": _("no longer needed"),
        "booking_moved": _("the booking has another time"),
        "booking_over": _("the booking is over"),
        "by_hand": _("by hand"),
    }
)
