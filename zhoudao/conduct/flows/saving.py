"""Writing a pass: a handful of statements, however many steps it walked."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.conduct.flows import events
from zhoudao.conduct.flows.models import ALIVE, Incident, Run, RunStatus, Task, Timer
from zhoudao.conduct.flows.passing import Pass
from zhoudao.engines.bpmn.graph import Kind, Node, On
from zhoudao.engines.bpmn.marking import dump
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.ground.rows import store_new


def save(this: Pass) -> None:
    """This will store the run, its tasks, timers and incidents, and the facts about them."""
    run = this.run
    Incident.objects.bulk_create(this.incidents)
    _withdraw(this)
    run.marking = dump(this.graph, this.marking)
    if this.ended:
        run.status, run.ended_at = RunStatus.COMPLETED, this.at
        this.tell(events.RunCompleted(this.version.key, this.error), by=this.by)
    fresh = [*this.tasks.values(), *this.timers.values()]
    if run._state.adding:
        store_new(run, *fresh)
    else:
        run.save(update_fields=["marking", "data", "passed", "skipped", "added", "status", "ended_at"])
        store_new(*fresh)
    record_all(this.entries, at=this.at, by=this.by)
    this.entries = []


def _withdraw(this: Pass) -> None:
    """Takes back what the run no longer waits for."""
    gone = this.withdrawn
    if timers := _tokens(gone, lambda node: node.event.on is On.TIMER):
        Timer.objects.filter(run=this.run, token__in=timers).delete()
    if tasks := _tokens(gone, lambda node: node.kind in (Kind.USER, Kind.MANUAL)):
        for task in cancel_tasks([this.run.id], this.at, tokens=tasks):
            this.run.added -= task.added_to is not None
            this.tell(events.TaskCancelled(this.label(task.element), str(task.id)), task.element)
    if calls := _tokens(gone, lambda node: node.kind is Kind.CALL):
        rows = Run.objects.filter(parent=this.run, parent_token__in=calls, status__in=ALIVE)
        for child in rows:
            cancel_tree(child, at=this.at, by=this.by, why="withdrawn")
    if this.run.status == RunStatus.INCIDENT and (gone or this.ended):
        settle_incidents(this, list(gone))


def _tokens(gone: dict[int, Node], fits: Callable[[Node], bool]) -> list[int]:
    return [token for token, node in gone.items() if fits(node)]


def settle_incidents(this: Pass, tokens: list[int]) -> None:
    """This will close the incidents of these tokens, or all at the run's end, and see whether the run is free again."""
    opened = Incident.objects.filter(run=this.run, resolved_at=None)
    gone = opened if this.ended else opened.filter(token__in=tokens)
    if gone.update(resolved_at=this.at, resolved_by=this.by.actor):
        this.tell(events.IncidentResolved())
    if not opened.exists():
        this.run.status = RunStatus.RUNNING


def cancel_tasks(run_ids: Iterable[UUID], at: datetime, *, tokens: list[int] | None = None) -> list[Task]:
    """This will take back open tasks, with what a bend put in before them; returns them."""
    rows = Task.objects.filter(run__in=run_ids, completed_at=None, cancelled_at=None)
    found = list(rows if tokens is None else rows.filter(Q(token__in=tokens) | Q(added_to__in=tokens)))
    Task.objects.filter(id__in=[task.id for task in found]).update(cancelled_at=at)
    return found


def tree_of(run: Run) -> list[Run]:
    """A run and the living runs it called, however deep."""
    found, level = [run], [run.id]
    while level:
        children = list(Run.objects.filter(parent__in=level, status__in=ALIVE))
        found += children
        level = [child.id for child in children]
    return found


def cancel_tree(run: Run, *, at: datetime, by: By, why: str) -> None:
    """This will end a run (whose tree is held) and all it called, where they are."""
    tree = tree_of(run)
    ids = [each.id for each in tree]
    cancel_tasks(ids, at)
    Timer.objects.filter(run__in=ids).delete()
    Incident.objects.filter(run__in=ids, resolved_at=None).update(resolved_at=at, resolved_by=by.actor)
    Run.objects.filter(id__in=ids).update(status=RunStatus.CANCELLED, ended_at=at)
    record_tree(tree, events.RunCancelled(why), at=at, by=by)


def record_tree(tree: list[Run], fact: Fact, *, at: datetime, by: By) -> None:
    """This will record one fact about every run of a held tree."""
    entries = [
        Entry(fact, [About("run", run.id), About(run.object_type, run.object_id)], By(by.actor, run.store_id))
        for run in tree
    ]
    record_all(entries, at=at, by=by)
