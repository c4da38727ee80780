"""What can be wrong with a flow: a stable code, what is wrong and what to do, in English for doors to translate."""

from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a text for translation; doors translate it, for this floor knows no language."""
    return text


WORDS: dict[str, tuple[str, str]] = {
    "unreadable": (_("{detail}"), _("Save the flow again as a BPMN 2.0 file.")),
    "too-large": (_("There are more than {detail} elements."), _("Split it with call activities.")),
    "no-process": (_("There is no process in this file."), _("Draw the flow inside one process.")),
    "several-processes": (_("There is more than one process: {detail}."), _("Keep one process in a file.")),
    "unsupported": (_("{detail} is not supported."), _("Use an element from the list in the flow guide.")),
    "script": (
        _("{detail} holds a script; scripts are never run."),
        _("Use a service task with a registered command."),
    ),
    "duplicate-id": (_("The id {detail} is used more than once."), _("Give every element its own id.")),
    "missing-reference": (
        _("It refers to {detail}, which is not in the flow."),
        _("Connect it to an element that exists."),
    ),
    "crosses-scope": (_("The flow leaves or enters a sub-process."), _("End the flow at the sub-process itself.")),
    "boundary-without-activity": (
        _("It is not attached to an activity."),
        _("Attach it to the activity it belongs to."),
    ),
    "timer-invalid": (
        _("The time {detail} cannot be read."),
        _("Write it as PT30M, 2026-01-31T09:00:00+08:00 or R3/PT1H."),
    ),
    "value-invalid": (_("The value of {detail} cannot be read."), _("Correct the value in the step's properties.")),
    "message-unnamed": (_("The message has no name."), _("Choose the message it waits for or sends.")),
    "event-misplaced": (_("A {detail} event cannot stand here."), _("Choose another kind of event.")),
    "no-start": (_("There is no start event."), _("Add one start event.")),
    "several-starts": (
        _("There are several plain start events."),
        _("Keep one; give the others a message or a timer."),
    ),
    "start-entered": (_("A flow leads into a start event."), _("Let the flow end at the first step instead.")),
    "end-left": (_("A flow leads out of an end event."), _("Use an intermediate event, or remove the flow.")),
    "loop-unbounded": (_("It repeats, but nothing says how often."), _("Give a number or a list to repeat over.")),
    "unreachable": (_("No path leads here."), _("Connect it, or remove it.")),
    "no-way-out": (_("No path leads from here to an end."), _("Connect it to an end event.")),
    "no-default": (_("No flow is the default."), _("Mark the flow to take when no condition holds.")),
    "condition-missing": (_("The flow {detail} has no condition."), _("Give it a condition or make it the default.")),
    "gateway-arm": (
        _("{detail} cannot follow an event gateway."),
        _("Let it lead to a timer, message or receive task."),
    ),
    "join-never-fires": (_("It waits for a path that does not come."), _("Join with the kind of gateway that split.")),
    "tokens-left": (_("Work can circle here for ever without an end."), _("Add a way from here to an end.")),
    "runs-twice": (_("It can be started twice by one run."), _("Join the parallel paths before it.")),
    "not-proven": (
        "The flow is too large to try every way through.",
        "Split it with call activities.",
    ),
    "no-command": (_("The service step has no command."), _("Choose the command it runs.")),
    "unknown-command": (_("There is no command {detail}."), _("Choose a registered command.")),
    "unknown-argument": (_("The command has no argument {detail}."), _("Correct the name of the argument.")),
    "no-decision": (_("The rule step has no decision."), _("Choose the decision table it asks.")),
    "unknown-decision": (_("There is no decision {detail}."), _("Choose a published decision table.")),
    "unknown-team": (_("There is no team {detail}."), _("Choose an existing team.")),
    "unknown-event": (_("There is no event {detail}."), _("Choose an event that the system records.")),
    "ask-misplaced": (
        _("Only a step that a person does, once, can ask the customer."),
        _("Put the question into a step of its own."),
    ),
    "ask-unworded": (_("The customer is not told what is asked."), _("Write the text for the customer.")),
    "ask-empty": (_("The customer is asked nothing."), _("Add what the customer fills in to the form.")),
    "no-flow": (_("The call step names no flow."), _("Choose the flow it calls.")),
    "unknown-flow": (_("There is no flow {detail}."), _("Choose a published flow.")),
    "expression-invalid": (_("The expression cannot be read: {detail}."), _("Correct the expression.")),
    "name-undeclared": (_("The field {detail} is not declared."), _("Declare it as an input, or correct the name.")),
}


@dataclass(frozen=True, slots=True)
class Problem:
    element: str
    name: str
    code: str
    detail: str = ""

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return WORDS[self.code][0].format(detail=self.detail)

    @property
    def what_to_do(self) -> str:
        """How to put it right, in English."""
        return WORDS[self.code][1]

    @property
    def blocks(self) -> bool:
        """Whether the flow must not be deployed with it."""
        return self.code != "not-proven"


class FlowRefused(Exception):
    """This file is not a flow we run."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.element}: {problem.what}" for problem in problems))
        self.problems = problems
