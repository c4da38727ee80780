"""One run bent: a step left out, or an earlier one done again. What follows by itself is walked at once."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, F

from zhoudao.conduct.flows.bends import Why, allowed, by_person, note_bend
from zhoudao.conduct.flows.doing import walk
from zhoudao.conduct.flows.events import StepRepeated, StepSkipped
from zhoudao.conduct.flows.forms import read_form
from zhoudao.conduct.flows.holding import hold_tree, run_in
from zhoudao.conduct.flows.models import MOVING, Bend, BendKind, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.passing import Pass
from zhoudao.conduct.flows.refusals import (
    BendGetsStuck,
    BendUnsound,
    RunNotFound,
    RunNotMoving,
    StepNotFound,
    StepNotOpen,
    StepProtected,
)
from zhoudao.conduct.flows.telling import tell_teams
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.bending import BendRefused, between, needed, unknown
from zhoudao.engines.bpmn.graph import Graph, Kind, Node
from zhoudao.engines.bpmn.marking import Marking, Token, load
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.triggers import Repeat, Skip
from zhoudao.engines.decisions import expressions
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import hold_active
from zhoudao.rooms.cases.models import Case


@frozen
class At:
    """An open step of a run whose tree and case are held."""

    run: Run
    case: Case
    graph: Graph
    marking: Marking
    token: Token

    @property
    def node(self) -> Node:
        return self.graph.nodes[self.token.node]

    @property
    def label(self) -> str:
        """The step as people call it."""
        return self.node.name or self.node.id


@transaction.atomic
def skip_step(
    *, case_id: UUID, run_id: UUID, token: int, given: Mapping[str, Any], why: Why, viewer: Viewer, at: datetime
) -> Bend:
    """This will leave out an open step; `given` is what later conditions need of what it would have found out.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotOpen, StepProtected, BendNotAllowed,
    BendLimitReached, BendReasonMissing, BendUnsound, FormIncomplete, BendGetsStuck
    """
    here = hold_step(case_id, run_id, token, viewer)
    if "skip" in here.node.step.protected:
        raise StepProtected(here.label)
    limit = allowed(here.case, BendKind.SKIP, viewer)
    try:
        fields = unknown(needed(here.graph, here.node, expressions.names), here.run.data)
    except BendRefused as refusal:
        raise BendUnsound(refusal.code, refusal.name) from refusal
    values = read_form(fields, given)
    task = _task_of(here)
    bend = note_bend(here.run, here.case, limit, why, viewer=viewer, at=at, element=here.node.id, task=task)
    bend.minutes = _saved(here, task, at)
    fact = StepSkipped(here.label, bend.kind, bend.reason, str(bend.id))
    result = values if values or here.node.step.result else None
    _walk(here, Skip(token, result), bend, fact, viewer=viewer)
    if task is not None and task.completed_at is None:
        tell_teams("step_skipped", task, here.case, viewer, key=str(bend.id), at=at)
    return bend


@transaction.atomic
def repeat_step(
    *, case_id: UUID, run_id: UUID, token: int, element: str, why: Why, viewer: Viewer, at: datetime
) -> Bend:
    """This will take an open step's path back to an earlier step; all between is walked again.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotOpen, StepNotFound, StepProtected,
    BendNotAllowed, BendLimitReached, BendReasonMissing, BendUnsound, BendGetsStuck
    """
    here = hold_step(case_id, run_id, token, viewer)
    target = next((node for node in here.graph.nodes if node.id == element), None)
    if target is None or target.index not in {*here.run.passed, *here.run.skipped}:
        raise StepNotFound
    label = target.name or target.id
    if "repeat" in target.step.protected:
        raise StepProtected(label)
    limit = allowed(here.case, BendKind.REPEAT, viewer)
    bend = note_bend(here.run, here.case, limit, why, viewer=viewer, at=at, element=element, back_from=here.node.id)
    began = here.run.tasks.filter(element=element).order_by("-opened_at").values_list("opened_at", flat=True).first()
    bend.minutes = _minutes(at - (began or here.run.started_at))
    fact = StepRepeated(label, bend.kind, here.node.id, bend.reason, str(bend.id))
    again = between(here.graph, target, here.node)
    before = _before(here)
    here.run.passed = [index for index in here.run.passed if index not in again]
    here.run.skipped = [index for index in here.run.skipped if index not in again]
    _walk(here, Repeat(token, element), bend, fact, viewer=viewer, before=before)
    for task in Task.objects.filter(run=here.run, element=element, opened_at=at, completed_at=None, cancelled_at=None):
        tell_teams("step_again", task, here.case, viewer, key=str(task.id), at=at)
    return bend


def hold_step(case_id: UUID, run_id: UUID, token: int, viewer: Viewer) -> At:
    """This will lock a run's tree, then its case, and find the open step of this token.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, StepNotFound, RunNotMoving, StepNotOpen
    """
    run, case = hold_case_run(case_id, run_id, viewer)
    graph = version_of(run.version_id).graph
    marking = load(graph, bytes(run.marking))
    for entry in waiting(graph, marking):
        if entry.token.id == token and entry.node.kind is not Kind.BOUNDARY:
            return At(run, case, graph, marking, entry.token)
    raise StepNotOpen


def hold_case_run(case_id: UUID, run_id: UUID, viewer: Viewer) -> tuple[Run, Case]:
    """This will lock a case's run, which must be on its way, and the case.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, StepNotFound, RunNotMoving
    """
    try:
        root = hold_tree(id=run_id, object_id=case_id)
    except RunNotFound:
        raise StepNotFound from None
    case = hold_active(case_id, viewer)
    run = run_in(root, run_id)
    if run.status not in MOVING:
        raise RunNotMoving
    return run, case


def _walk(
    here: At,
    trigger: Skip | Repeat,
    bend: Bend,
    fact: StepSkipped | StepRepeated,
    *,
    viewer: Viewer,
    before: dict[str, Any] | None = None,
) -> None:
    was_free = here.run.status == RunStatus.RUNNING
    undo = before or _before(here)
    known = dict(here.run.data)
    bend.save(force_insert=True)
    by = by_person(viewer, here.run, bend.element)
    try:
        this = walk(here.run, trigger, at=bend.bent_at, by=by, told=[(fact, bend.element)])
    except BendRefused as refusal:
        raise BendUnsound(refusal.code, ", ".join(refusal.steps)) from refusal
    if any(incident.work["do"] == type(trigger).__name__ for incident in this.incidents):
        raise BendGetsStuck(this.incidents[0].detail)
    if was_free and _may_undo(this):
        bend.undo = undo | _after(here.run, this, known)
        bend.save(update_fields=["undo"])


def _may_undo(this: Pass) -> bool:
    """Whether only people's steps were opened or taken back: what ran by itself cannot be called back."""
    calls = any(node.kind in (Kind.CALL, Kind.SUBPROCESS) for node in this.withdrawn.values())
    return not (this.has_acted or this.ended or this.incidents or calls)


def _before(here: At) -> dict[str, Any]:
    timers = Timer.objects.filter(run=here.run).values("token", "element", "due_at", "attempts")
    return {
        "marking": b64encode(bytes(here.run.marking)).decode(),
        "passed": here.run.passed,
        "skipped": here.run.skipped,
        "timers": [timer | {"due_at": timer["due_at"].isoformat()} for timer in timers],
    }


def _after(run: Run, this: Pass, known: Mapping[str, Any]) -> dict[str, Any]:
    changed = [name for name, value in run.data.items() if known.get(name) != value]
    return {
        "then": b64encode(bytes(run.marking)).decode(),
        "data": {name: known[name] for name in changed if name in known},
        "added": [name for name in changed if name not in known],
        "withdrawn": list(this.withdrawn),
    }


def _task_of(here: At) -> Task | None:
    return Task.objects.filter(run=here.run, token=here.token.id).select_related("team").first()


def _saved(here: At, task: Task | None, at: datetime) -> int | None:
    """Minutes gained: the step's usual time in this version (else its target) without what it already waited."""
    done = Task.objects.filter(run__version=here.run.version_id, element=here.node.id, completed_at__isnull=False)
    mean = done.aggregate(mean=Avg(F("completed_at") - F("opened_at")))["mean"]
    usual = mean if mean is not None else here.node.step.target
    if usual is None or task is None:
        return None
    waited = (task.completed_at or at) - task.opened_at
    return min(0, -_minutes(usual - waited))


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
