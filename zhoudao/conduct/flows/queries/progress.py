"""What the customer sees of the flow: done, now, next; only steps that have words for them."""

from datetime import datetime
from uuid import UUID

from zhoudao.conduct.flows.models import ALIVE, Run, Task
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.marking import load
from zhoudao.engines.bpmn.queries import upcoming
from zhoudao.engines.decisions.expressions import evaluate
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

_LEFT = ("flows.TaskCompleted", "flows.StepCompleted", "flows.TimerFired", "flows.RunStarted", "flows.RunCompleted")


@frozen
class Step:
    """`state`: done, now or next. `at`: when it was done; `due_at`: until when it should be. `is_told`: customers are
    written to when it is done.
    """

    text: str
    state: str
    at: datetime | None = None
    due_at: datetime | None = None
    element: str = ""
    is_told: bool = True


def progress(case_id: UUID, language: str) -> list[Step]:
    """The steps of the case's flow in order, in the customer's language (three statements)."""
    rows = list(Run.objects.filter(object_id=case_id, object_type="case", parent=None).order_by("-started_at", "-id"))
    run = next((run for run in rows if run.status in ALIVE), rows[0] if rows else None)
    if run is None:
        return []
    graph = version_of(run.version_id).graph
    ahead = upcoming(graph, load(graph, bytes(run.marking)), run.data, evaluate=evaluate) if run.status in ALIVE else ()
    now = {step.element for step in ahead if step.when == "now"}
    due = dict(
        Task.objects.filter(run=run, added_to=None, completed_at=None, cancelled_at=None).values_list(
            "element", "due_at"
        )
    )
    steps = [step for step in _done(graph, run, language, now)]
    for step in ahead:
        if text := pick(step.text, language):
            steps.append(Step(text, step.when, due_at=due.get(step.element), element=step.element))
    return steps


def _done(graph: Graph, run: Run, language: str, now: set[str]) -> list[Step]:
    events = Event.objects.filter(primary_id=run.id, type__in=_LEFT).order_by("seq")
    left = dict(events.values_list("element", "occurred_at"))
    nodes = [graph.nodes[index] for index in run.passed if index < len(graph.nodes)]
    done = [(node, pick(node.step.text, language)) for node in nodes if node.id not in now]
    return [
        Step(text, "done", at=left.get(node.id), element=node.id, is_told=node.step.tells != "no")
        for node, text in done
        if text
    ]
