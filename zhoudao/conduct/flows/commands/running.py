"""Runs: started, told something, suspended, resumed, cancelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows import events
from zhoudao.conduct.flows.doing import begin, walk
from zhoudao.conduct.flows.holding import hold_run, hold_tree
from zhoudao.conduct.flows.models import ALIVE, MOVING, Incident, Run, RunStatus
from zhoudao.conduct.flows.passing import Pass
from zhoudao.conduct.flows.refusals import FlowNotFound, RunNotMoving
from zhoudao.conduct.flows.saving import cancel_tree, record_tree, tree_of
from zhoudao.conduct.flows.subjects import Subject, subject_of
from zhoudao.conduct.flows.versions import Version, live_version, version_of
from zhoudao.engines.bpmn.graph import On
from zhoudao.engines.bpmn.marking import load
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.triggers import Message, Start
from zhoudao.ground.eventlog.recording import By


@transaction.atomic
def start_run(*, key: str, object_type: str, object_id: UUID, data: Mapping[str, Any], at: datetime, by: By) -> Run:
    """This will start the flow of this key that is in force in the object's store, and walk it as far as it goes.

    Raises: FlowNotFound
    """
    subject = subject_of(object_type, object_id)
    version = live_version(key, subject.store_id)
    if version is None:
        raise FlowNotFound(f"{FlowNotFound.__doc__} ({key})")
    return start_version(version, object_type, object_id, subject, data=data, at=at, by=by)


def start_version(
    version: Version,
    object_type: str,
    object_id: UUID,
    subject: Subject,
    *,
    at: datetime,
    by: By,
    data: Mapping[str, Any] | None = None,
    start: Start | None = None,
) -> Run:
    """As `start_run`, of this version, at this start event, for an object that stands like `subject`."""
    run = Run(
        version_id=version.id,
        object_type=object_type,
        object_id=object_id,
        store_id=subject.store_id,
        data=dict(data or {}),
        marking=b"",
        started_at=at,
    )
    begin(Pass(run, at=at, by=by, subject=subject), start or Start())
    return run


@transaction.atomic
def deliver_message(run: Run, name: str, *, at: datetime, by: By, values: Mapping[str, Any] | None = None) -> bool:
    """This will tell a run and those it called that something happened; returns whether one of them waited for it."""
    heard = False
    root = hold_run(run.id)
    for known in tree_of(root):
        each = root if known is root else Run.objects.get(id=known.id)  # an earlier one may have ended it
        if each.status in MOVING and _waits_for(each, name):
            walk(each, Message(name, values=values), at=at, by=by)
            heard = True
    return heard


def _waits_for(run: Run, name: str) -> bool:
    graph = version_of(run.version_id).graph
    open_now = waiting(graph, load(graph, bytes(run.marking)))
    return any(entry.node.event.on is On.MESSAGE and entry.node.event.code == name for entry in open_now)


@transaction.atomic
def cancel_run(*, run_id: UUID, why: str, at: datetime, by: By) -> None:
    """This will end a run where it is, with all it called. `why` is a code.

    Raises: RunNotFound, RunNotMoving
    """
    root = hold_tree(id=run_id)
    if root.status not in ALIVE:
        raise RunNotMoving
    cancel_tree(root, at=at, by=by, why=why)


@transaction.atomic
def suspend_run(*, run_id: UUID, why: str, at: datetime, by: By) -> None:
    """This will let a run rest with all it called: its tasks and timers wait.

    Raises: RunNotFound, RunNotMoving
    """
    root = hold_tree(id=run_id)
    if root.status not in MOVING:
        raise RunNotMoving
    tree = tree_of(root)
    Run.objects.filter(id__in=[run.id for run in tree]).update(status=RunStatus.SUSPENDED)
    record_tree(tree, events.RunSuspended(why), at=at, by=by)


@transaction.atomic
def resume_run(*, run_id: UUID, at: datetime, by: By) -> None:
    """This will let a suspended run go on; timers that came due meanwhile fire at the clock's next look.

    Raises: RunNotFound, RunNotMoving
    """
    root = hold_tree(id=run_id)
    if root.status != RunStatus.SUSPENDED:
        raise RunNotMoving
    tree = tree_of(root)
    ids = [run.id for run in tree]
    stuck = set(Incident.objects.filter(run__in=ids, resolved_at=None).values_list("run_id", flat=True))
    Run.objects.filter(id__in=ids).update(status=RunStatus.RUNNING)
    Run.objects.filter(id__in=stuck).update(status=RunStatus.INCIDENT)
    record_tree(tree, events.RunResumed(), at=at, by=by)
