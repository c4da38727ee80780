"""Timers: the clock door asks which are due and fires each in its own transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from zhoudao.conduct.flows.commands.running import start_version
from zhoudao.conduct.flows.doing import walk
from zhoudao.conduct.flows.events import TimerFired
from zhoudao.conduct.flows.holding import hold_tree, run_in
from zhoudao.conduct.flows.models import MOVING, Timer
from zhoudao.conduct.flows.passing import Pass
from zhoudao.conduct.flows.refusals import RunNotFound
from zhoudao.conduct.flows.saving import save
from zhoudao.conduct.flows.subjects import Subject
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.advance import NotWaiting
from zhoudao.engines.bpmn.triggers import Start, TimerDue
from zhoudao.ground.eventlog.recording import By

_TRIES = 6
_CLOCK = By("system:clock")


def due_timers(at: datetime, *, limit: int = 100) -> list[UUID]:
    """The timers whose moment has come, longest overdue first (those that failed go behind)."""
    moving = Q(run=None) | Q(run__status__in=MOVING)
    rows = Timer.objects.filter(moving, due_at__lte=at).order_by("attempts", "due_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


def fire_timer(timer_id: UUID, at: datetime) -> None:
    """This will let a timer's run go on; one that is gone, early or of a resting run does nothing.

    A timer that fails is left for another try; after six its run becomes an incident.
    """
    try:
        with transaction.atomic():
            _fire(timer_id, at)
    except Exception as error:
        with transaction.atomic():
            _count(timer_id, at, error)
        raise


def _fire(timer_id: UUID, at: datetime) -> None:
    try:
        root = hold_tree(timers=timer_id)
    except RunNotFound:
        return _begin(timer_id, at)
    timer = Timer.objects.filter(id=timer_id, due_at__lte=at).first()
    if timer is None or timer.run_id is None or root.status not in MOVING:
        return None
    run = run_in(root, timer.run_id)
    name = version_of(run.version_id).graph.node(timer.element).name or timer.element
    timer.delete()
    try:
        with transaction.atomic():
            told = [(TimerFired(name), timer.element)]
            walk(run, TimerDue(timer.token, timer.due_at), at=at, by=_CLOCK, told=told)
    except NotWaiting:
        return None  # the run has gone on; the timer was a leftover
    return None


def _begin(timer_id: UUID, at: datetime) -> None:
    """A version's timer start: one run, however many moments of its cycle have passed."""
    timer = Timer.objects.select_for_update().filter(id=timer_id, run=None, due_at__lte=at).first()
    if timer is None:
        return
    version = version_of(timer.version_id)
    cycle = version.graph.node(timer.element).event.timer
    begun_at, timer.due_at = timer.due_at, timer.due_at
    while cycle and cycle.repeats != 1 and timer.due_at <= at:
        timer.due_at = cycle.again(timer.due_at)
    if timer.due_at > begun_at and timer.token != 1:
        timer.token = max(0, timer.token - 1)
        timer.save(update_fields=["due_at", "token"])
    else:
        timer.delete()
    start_version(version, "flow", version.id, Subject(), at=at, by=_CLOCK, start=Start(element=timer.element))


def _count(timer_id: UUID, at: datetime, error: Exception) -> None:
    Timer.objects.filter(id=timer_id).update(attempts=F("attempts") + 1)
    timer = Timer.objects.filter(id=timer_id, attempts__gte=_TRIES, run__isnull=False).select_related("run").first()
    if timer is None or timer.run is None:
        return
    this = Pass(run_in(hold_tree(timers=timer_id), timer.run.id), at=at, by=_CLOCK)
    this.stuck(TimerDue(timer.token, timer.due_at), timer.element, "timer-failed", f"{type(error).__name__}: {error}")
    timer.delete()
    save(this)
