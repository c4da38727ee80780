"""What can be wrong with a flow: a stable code, what is wrong and what to do, in English for doors to translate."""

from dataclasses import dataclass

WORDS: dict[str, tuple[str, str]] = {
    "unreadable": ("{detail}", "Save the flow again as a BPMN 2.0 file."),
    "no-process": ("There is no process in this file.", "Draw the flow inside one process."),
    "several-processes": ("There is more than one process: {detail}.", "Keep one process in a file."),
    "unsupported": ("{detail} is not supported.", "Use an element from the list in the flow guide."),
    "script": ("{detail} holds a script; scripts are never run.", "Use a service task with a registered command."),
    "duplicate-id": ("The id {detail} is used more than once.", "Give every element its own id."),
    "missing-reference": ("It refers to {detail}, which is not in the flow.", "Connect it to an element that exists."),
    "crosses-scope": ("The flow leaves or enters a sub-process.", "End the flow at the sub-process itself."),
    "boundary-without-activity": ("It is not attached to an activity.", "Attach it to the activity it belongs to."),
    "timer-invalid": ("The time {detail} cannot be read.", "Write it as PT30M, 2026-01-31T09:00:00+08:00 or R3/PT1H."),
    "value-invalid": ("The value of {detail} cannot be read.", "Correct the value in the step's properties."),
    "message-unnamed": ("The message has no name.", "Choose the message it waits for or sends."),
    "event-misplaced": ("A {detail} event cannot stand here.", "Choose another kind of event."),
    "no-start": ("There is no start event.", "Add one start event."),
    "several-starts": ("There are several plain start events.", "Keep one; give the others a message or a timer."),
    "start-entered": ("A flow leads into a start event.", "Let the flow end at the first step instead."),
    "end-left": ("A flow leads out of an end event.", "Use an intermediate event, or remove the flow."),
    "loop-unbounded": ("It repeats, but nothing says how often.", "Give a number or a list to repeat over."),
    "unreachable": ("No path leads here.", "Connect it, or remove it."),
    "no-way-out": ("No path leads from here to an end.", "Connect it to an end event."),
    "no-default": ("No flow is the default.", "Mark the flow to take when no condition holds."),
    "condition-missing": ("The flow {detail} has no condition.", "Give it a condition or make it the default."),
    "gateway-arm": ("{detail} cannot follow an event gateway.", "Let it lead to a timer, message or receive task."),
    "join-never-fires": ("It waits for a path that does not come.", "Join with the kind of gateway that split."),
    "tokens-left": ("Work can circle here for ever without an end.", "Add a way from here to an end."),
    "runs-twice": ("It can be started twice by one run.", "Join the parallel paths before it."),
    "not-proven": (
        "The flow is too large to try every way through.",
        "Split it with call activities.",
    ),
    "no-command": ("The service step has no command.", "Choose the command it runs."),
    "unknown-command": ("There is no command {detail}.", "Choose a registered command."),
    "unknown-argument": ("The command has no argument {detail}.", "Correct the name of the argument."),
    "no-decision": ("The rule step has no decision.", "Choose the decision table it asks."),
    "unknown-decision": ("There is no decision {detail}.", "Choose a published decision table."),
    "unknown-team": ("There is no team {detail}.", "Choose an existing team."),
    "unknown-event": ("There is no event {detail}.", "Choose an event that the system records."),
    "no-flow": ("The call step names no flow.", "Choose the flow it calls."),
    "unknown-flow": ("There is no flow {detail}.", "Choose a published flow."),
    "expression-invalid": ("The expression cannot be read: {detail}.", "Correct the expression."),
    "name-undeclared": ("The field {detail} is not declared.", "Declare it as an input, or correct the name."),
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
