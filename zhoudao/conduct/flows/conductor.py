"""What events mean to flows: which begin a run, which a run waits for, which end, rest or wake it.

Runs for the subscriber "flows", one event at a time, each object's in order; safe to repeat.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Coalesce

from zhoudao.conduct.flows import calls
from zhoudao.conduct.flows.commands.running import (
    cancel_run,
    deliver_message,
    resume_run,
    start_version,
    suspend_run,
)
from zhoudao.conduct.flows.commands.tasks import complete_by_event
from zhoudao.conduct.flows.heard import TYPES
from zhoudao.conduct.flows.holding import hold_runs_of
from zhoudao.conduct.flows.models import ALIVE, MOVING, RunStatus
from zhoudao.conduct.flows.subjects import subject_of
from zhoudao.conduct.flows.versions import live_version, live_versions, version_of
from zhoudao.engines.bpmn.graph import On
from zhoudao.engines.bpmn.triggers import Start
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.queries import mains_of

__all__ = ["TYPES", "on_event"]

# The cases and bookings an event names, and the cases its conversations belong to (their survivors after a merge).
_DONE_ON = """
    SELECT t.id FROM flows_task t
    WHERE t.object_id IN (
            SELECT unnest(%(objects)s::uuid[])
            UNION SELECT coalesce(c.merged_into_id, c.id) FROM cases_case c
                  WHERE c.conversation_id = ANY(%(conversations)s::uuid[]))
      AND t.done_on = %(type)s AND t.completed_at IS NULL AND t.cancelled_at IS NULL AND t.opened_at <= %(at)s
    ORDER BY t.opened_at, t.id
"""
_MESSAGES = {
    "cases.CaseResolved": "case.resolved",
    "cases.CaseReopened": "case.reopened",
    "cases.CaseClosed": "case.closed",
    "conversations.MessageReceived": "customer.replied",
    "aftersales.ReturnDeclined": "return.over",
    "aftersales.ReturnWithdrawn": "return.over",
    "aftersales.ReturnRejected": "return.over",
    "aftersales.ReturnExpired": "return.over",
    "aftersales.RefundPaid": "return.paid",
    "repairs.RepairClosed": "repair.over",
    "repairs.RepairCancelled": "repair.over",
}


def on_event(event: Event) -> None:
    """This will let every run the event concerns react to it once, as of the event's own time."""
    finished = _tasks_done_on(event)  # found first: what the event itself opens, it must not finish
    if event.type in _ACTS:
        _ACTS[event.type](event)
    if event.type in _MESSAGES and not event.attributes.get("is_first"):
        _tell(event, _MESSAGES[event.type])
    for task_id in finished:
        complete_by_event(task_id, at=event.occurred_at, by=_by(event))


def _open(event: Event) -> None:
    """A new case walks the live flow of its kind, if there is one."""
    _start(event.primary_id, str(event.attributes["kind"]), event)


def _start(case_id: UUID, kind: str, event: Event) -> None:
    """Begins unless the case walks already."""
    subject = subject_of("case", case_id)
    version = live_version(kind, subject.store_id, unless_walking=case_id)
    if version is not None:
        start_version(version, "case", case_id, subject, at=event.occurred_at, by=_by(event))


def _classify(event: Event) -> None:
    """A case of another kind walks that kind's flow from its beginning; without one it keeps what it has."""
    kind, before = event.attributes["kind"], event.attributes["previous_kind"]
    if kind == before or live_version(kind, subject_of("case", event.primary_id).store_id) is None:
        return
    for run in hold_runs_of(event.primary_id, ALIVE):
        if version_of(run.version_id).key == before:
            cancel_run(run_id=run.id, why="kind_changed", at=event.occurred_at, by=_by(event))
    _start(event.primary_id, kind, event)


def _merge(event: Event) -> None:
    for run in hold_runs_of(event.primary_id, MOVING):
        suspend_run(run_id=run.id, why="case_merged", at=event.occurred_at, by=_by(event))


def _unmerge(event: Event) -> None:
    for run in hold_runs_of(event.primary_id, (RunStatus.SUSPENDED,)):
        resume_run(run_id=run.id, at=event.occurred_at, by=_by(event))


def _message_sent(event: Event) -> None:
    """One flow tells the object's other flows."""
    for object_id in event.object_ids:
        if object_id != event.primary_id:
            _deliver(object_id, str(event.attributes["message"]), event, sender=event.primary_id)


def _tell(event: Event, name: str) -> None:
    for case_id in _cases(event):
        heard = _deliver(case_id, name, event)
        if event.type == "cases.CaseClosed":
            for run in hold_runs_of(case_id, ALIVE):
                if run.id not in heard:
                    cancel_run(run_id=run.id, why="case_closed", at=event.occurred_at, by=_by(event))
        if event.type == "cases.CaseReopened":
            kind = Case.objects.values_list("kind", flat=True).get(id=case_id)
            _start(case_id, kind, event)


def _deliver(object_id: UUID, name: str, event: Event, sender: UUID | None = None) -> set[UUID]:
    """Tells the object's runs; returns those that waited for it. A flow that starts with the message may begin."""
    heard, walking = set(), set()
    for run in hold_runs_of(object_id, MOVING):
        walking.add(version_of(run.version_id).key)
        if run.id != sender and deliver_message(run, name, at=event.occurred_at, by=_by(event)):
            heard.add(run.id)
    for version in live_versions(object_id, without=walking):
        if any(node.event.on is On.MESSAGE and node.event.code == name for node in version.graph.starts()):
            kind, start = _kind_of(object_id, event), Start(message=name)
            subject = subject_of(kind, object_id)
            start_version(version, kind, object_id, subject, at=event.occurred_at, by=_by(event), start=start)
    return heard


def _kind_of(object_id: UUID, event: Event) -> str:
    return next((kind for kind, id_, _ in event.parties if id_ == str(object_id)), "case")


def _tasks_done_on(event: Event) -> list[UUID]:
    """The open steps that name this event; none before there is a case.

    What nobody did (an acknowledgement, the flow's own step) finishes none.
    """
    is_answer = event.type.startswith("conversations.")
    is_ours = event.actor.startswith("flow:") or (is_answer and event.attributes.get("is_auto"))
    if is_ours or event.type == "cases.CaseOpened" or event.attributes.get("is_first"):
        return []
    asked: dict[str, Any] = {
        "objects": _parties(event, "case") + _parties(event, "booking"),
        "conversations": _parties(event, "conversation"),
        "type": event.type,
        "at": event.occurred_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DONE_ON, asked)
        return [task_id for (task_id,) in cursor.fetchall()]


def _parties(event: Event, kind: str) -> list[UUID]:
    return [UUID(id_) for kind_, id_, _ in event.parties if kind_ == kind]


def _behind(conversations: list[UUID]):  # type: ignore[no-untyped-def]  # a values() queryset has no short type
    return Case.objects.filter(conversation__in=mains_of(conversations)).values(top=Coalesce("merged_into_id", "id"))


def _cases(event: Event) -> Iterator[UUID]:
    if event.primary_type == "case":
        yield event.primary_id
    else:
        yield from _behind(_parties(event, "conversation")).values_list("top", flat=True)


def _by(event: Event) -> By:
    return By(event.actor, event.store_id, event.channel)


_ACTS: dict[str, Callable[[Event], None]] = {
    "cases.CaseOpened": _open,
    "cases.CaseClassified": _classify,
    "cases.CaseMerged": _merge,
    "cases.MergeUndone": _unmerge,
    "flows.MessageSent": _message_sent,
    "bookings.BookingMoved": calls.on_moved,
    "bookings.BookingCancelled": calls.on_over,
    "bookings.BookingMissed": calls.on_over,
}
