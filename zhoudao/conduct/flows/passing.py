"""One pass over one run: advance, do what that asks for, and again, until a person, a message or time is needed.

All of it happens in the caller's transaction. The run is held by the caller and saved once, by `saving.save`.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from zhoudao.conduct.flows import events
from zhoudao.conduct.flows import work as works
from zhoudao.conduct.flows.models import Incident, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.opening import business_end, new_task
from zhoudao.conduct.flows.subjects import Subject, subject_of
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn import effects as asked
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.graph import ACTIVITIES, Kind, Node, On
from zhoudao.engines.bpmn.marking import Marking, load
from zhoudao.engines.bpmn.run import FlowFault
from zhoudao.engines.bpmn.triggers import CommandRefused, Skip, Trigger
from zhoudao.engines.decisions.expressions import ExpressionFailed, ExpressionInvalid, evaluate
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry

_log = logging.getLogger(__name__)
_BY_HAND = frozenset({Kind.USER, Kind.MANUAL})


class Pass:
    """What has become of a run so far, and what must be written."""

    def __init__(self, run: Run, *, at: datetime, by: By, subject: Subject | None = None) -> None:
        self.run, self.at, self.by = run, at, by
        self.version = version_of(run.version_id)
        self.graph = self.version.graph
        self.marking = load(self.graph, bytes(run.marking)) if run.marking else Marking()
        self.todo: deque[works.Work] = deque()
        self.tried: dict[int, works.Work] = {}
        self.tasks: dict[int, Task] = {}
        self.timers: dict[int, Timer] = {}
        self.incidents: list[Incident] = []
        self.withdrawn: dict[int, Node] = {}
        self.entries: list[Entry] = []
        self.escalations: list[str] = []
        self.ended, self.error = False, ""
        self.has_acted = False  # something ran or was sent that cannot be called back
        self._left_out = -1
        self._subject = subject

    @property
    def subject(self) -> Subject:
        """The object the run walks for."""
        if self._subject is None:
            self._subject = subject_of(self.run.object_type, self.run.object_id)
        return self._subject

    def changed_outside(self) -> None:
        """A command may have changed the object: it is read anew when next asked for."""
        self._subject = None

    def take(self, trigger: Trigger) -> None:
        """This will advance once and note the effects. What the flow itself gets wrong makes an incident.

        Raises: NotWaiting
        """
        data = self.run.data
        self._left_out = _skipped_by(trigger, self.marking)
        try:
            self.marking, effects = advance(
                self.graph, self.marking, trigger, data, at=self.at, evaluate=self._evaluate
            )
        except FlowFault as fault:
            self.stuck(trigger, fault.element, fault.code, fault.detail)
        except (ExpressionFailed, ExpressionInvalid) as fault:
            self.stuck(trigger, self._asking(str(fault)), "expression-failed", str(fault))
        else:
            for effect in effects:
                _EFFECTS[type(effect)](self, effect)

    def by_element(self, element: str) -> By:
        """The flow itself, at this element."""
        return By(f"flow:{self.version.id}/{element}"[:120], self.run.store_id, element=element)

    def tell(self, fact: Fact, element: str = "", *, by: By | None = None) -> None:
        """This will note a fact about the run, told by the flow unless by somebody else."""
        who = self.by_element(element) if by is None else By(by.actor, self.run.store_id, by.channel, element)
        about = [About("run", self.run.id), About(self.run.object_type, self.run.object_id)]
        self.entries.append(Entry(fact, about, who))

    def stuck(self, work: works.Work, element: str, code: str, detail: str) -> None:
        """This will keep the work for a retry and show the run as an incident."""
        _log.warning("Run %s is stuck at %s: %s", self.run.id, element, code)
        self.incidents.append(
            Incident(
                run=self.run,
                token=works.token_of(work),
                element=element[:120],
                code=code[:60],
                detail=detail[:2000],
                happened_at=self.at,
                work=works.to_json(work),
            )
        )
        self.run.status = RunStatus.INCIDENT
        self.tell(events.IncidentRaised(code[:60]), element)

    def label(self, element: str) -> str:
        """The element as people call it."""
        return self.graph.node(element).name or element

    def _evaluate(self, expression: str, data: Mapping[str, object]) -> object:
        """The declared inputs are the object's facts as they are now."""
        facts = self.subject.facts if self.graph.inputs else {}
        now = {entry.name: facts[entry.name] for entry in self.graph.inputs if entry.name in facts}
        return evaluate(expression, {**data, **now})

    def _asking(self, fault: str) -> str:
        """The element whose expression failed: the engine's fault names only the expression."""
        for flow in self.graph.flows:
            if flow.condition and fault.startswith(f"{flow.condition}:"):
                return self.graph.nodes[flow.source].id
        for node in self.graph.nodes:
            if any(fault.startswith(f"{expression}:") for _, expression in node.step.args):
                return node.id
        return ""

    def _open_task(self, effect: asked.OpenTask) -> None:
        node = self.graph.node(effect.element)
        task = new_task(self.run, node, effect, self.subject, self.at)
        self.tasks[effect.token] = task
        team = str(task.team_id) if task.team_id else None
        self.tell(events.TaskOpened(task.name, str(task.id), team), effect.element)
        if node.step.asks:
            self.tell(events.CustomerAsked(task.name, str(task.id)), effect.element)

    def _automatic(self, effect: works.Automatic) -> None:
        self.has_acted = True
        self.todo.append(effect)

    def _send(self, effect: asked.SendMessage) -> None:
        self.has_acted = True
        self.tell(events.MessageSent(effect.message), effect.element)

    def _set_timer(self, effect: asked.SetTimer) -> None:
        node = self.graph.node(effect.element)
        team = (node if node.host is None else self.graph.nodes[node.host]).step.team
        due = effect.due or business_end(self.at, effect.duration, "" if team[:1] == "=" else team, self.subject)
        self.timers[effect.token] = Timer(
            version_id=self.run.version_id, run=self.run, token=effect.token, element=effect.element, due_at=due
        )

    def _withdraw(self, effect: asked.Withdraw) -> None:
        self.todo = deque(entry for entry in self.todo if works.token_of(entry) != effect.token)
        fresh = self.tasks.pop(effect.token, None) or self.timers.pop(effect.token, None)
        if fresh is None:
            self.withdrawn[effect.token] = self.graph.node(effect.element)

    def _remember(self, effect: asked.Remember) -> None:
        self.run.data = {**self.run.data, **effect.values}

    def _passed(self, effect: asked.Passed) -> None:
        node = self.graph.node(effect.element)
        if node.index == self._left_out:
            self._left_out = -1
            self.run.skipped = [*self.run.skipped, node.index]
            return
        if node.index not in self.run.passed:
            self.run.passed = [*self.run.passed, node.index]
        caught = node.kind in (Kind.CATCH, Kind.BOUNDARY) and node.event.on is not On.TIMER
        if caught or node.kind in ACTIVITIES - _BY_HAND:
            self.tell(events.StepCompleted(self.label(effect.element)), effect.element)

    def _uncaught(self, effect: asked.RaisedError) -> None:
        if effect.token is None:
            self.error = effect.code
        else:
            tried = self.tried.get(effect.token) or CommandRefused(effect.token, effect.code)
            self.stuck(tried, effect.element, f"refused:{effect.code}", "Nothing in the flow catches this refusal.")

    def _escalation(self, effect: asked.RaisedEscalation) -> None:
        self.escalations.append(effect.code)
        self.tell(events.EscalationRaised(effect.code), effect.element)

    def _end(self, effect: asked.Completed | asked.Terminated) -> None:
        self.ended = True

    def _nothing(self, effect: asked.AwaitMessage) -> None:
        """The marking itself knows what is waited for."""


def _skipped_by(trigger: Trigger, marking: Marking) -> int:
    """The node a bend leaves out: it is not noted as done. One entry of a repeated step does not leave out the step."""
    if not isinstance(trigger, Skip):
        return -1
    return next((token.node for token in marking.tokens if token.id == trigger.token and token.nth < 0), -1)


_EFFECTS: dict[type, Callable[[Pass, Any], None]] = {
    asked.OpenTask: Pass._open_task,
    asked.RunCommand: Pass._automatic,
    asked.Decide: Pass._automatic,
    asked.CallFlow: Pass._automatic,
    asked.SendMessage: Pass._send,
    asked.AwaitMessage: Pass._nothing,
    asked.SetTimer: Pass._set_timer,
    asked.Withdraw: Pass._withdraw,
    asked.Remember: Pass._remember,
    asked.Passed: Pass._passed,
    asked.RaisedError: Pass._uncaught,
    asked.RaisedEscalation: Pass._escalation,
    asked.Completed: Pass._end,
    asked.Terminated: Pass._end,
}
