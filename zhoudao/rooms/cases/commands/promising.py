"""The clocks of a case: started, paused, kept, warned of, broken."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from zhoudao.engines.worktime import PausedWithoutEnd, due, warnings
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.rows import store_new
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.events import PromiseBroken, PromiseKept, PromiseMade, PromiseWarned
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.promise_rules import Rule, rules_for

Pause = tuple[datetime, datetime | None]


def make_promises(case: Case, kinds: Iterable[str], *, at: datetime, actor: str) -> list[Promise]:
    """This will start the clocks of these kinds that the case's tier has and that do not run yet."""
    running = set(_running(case).values_list("kind", flat=True))
    made = _started(case, [kind for kind in kinds if kind not in running], at)
    store_new(*made)
    tell(case, *map(made_fact, made), actor=actor, at=at)
    refresh_next_due(case)
    return made


def first_promises(case: Case, kinds: Iterable[str], *, at: datetime) -> tuple[list[Promise], list[Fact]]:
    """The clocks of a case about to be stored and what is to be told of them, both for the caller to write."""
    made = _started(case, kinds, at)
    case.next_due_at = min((promise.due_at for promise in made if promise.due_at), default=None)
    return made, [made_fact(promise) for promise in made]


def keep_promises(case: Case, kinds: Iterable[str], *, at: datetime, actor: str) -> None:
    """This will end the running clocks of these kinds as done at `at`; one past its time is done late."""
    kept: list[Fact] = []
    for promise in _running(case).filter(kind__in=list(kinds)):
        if promise.started_at > at:
            continue
        was_noted = promise.broken_at is not None
        late = keep(promise, at)
        if promise.broken_at is not None and not was_noted:
            tell(case, PromiseBroken(promise.kind, str(promise.id)), actor="system:clock", at=promise.broken_at)
        promise.save(update_fields=["kept_at", "ended_at", "broken_at", "next_check_at"])
        kept.append(PromiseKept(promise.kind, str(promise.id), late))
    tell(case, *kept, actor=actor, at=at)
    refresh_next_due(case)


def end_promises(case: Case, *, at: datetime) -> None:
    """This will stop all running clocks without keeping them: nothing is owed any more."""
    _running(case).update(ended_at=at, next_check_at=None)
    case.next_due_at = None


def drop_promises(case: Case, kinds: Iterable[str], *, at: datetime) -> None:
    """This will stop the running clocks of these kinds without keeping them: that is not owed any more."""
    _running(case).filter(kind__in=list(kinds), broken_at=None).update(ended_at=at, next_check_at=None)
    refresh_next_due(case)


def pause_promises(case: Case, *, at: datetime) -> None:
    """This will stop counting while we wait for the customer, for the kinds whose rule says so."""
    for promise, rule in _pausable(case):
        if pause(promise, rule, at):
            promise.save(update_fields=["pauses", "due_at", "next_check_at"])
    refresh_next_due(case)


def resume_promises(case: Case, *, at: datetime) -> None:
    """This will count again."""
    for promise, rule in _pausable(case):
        if resume(promise, rule, at):
            promise.save(update_fields=["pauses", "due_at", "next_check_at"])
    refresh_next_due(case)


def pause(promise: Promise, rule: Rule | None, at: datetime) -> bool:
    """This will stop a running clock, unless it stands still already (the caller saves it)."""
    pauses = read_pauses(promise)
    if pauses and pauses[-1][1] is None:
        return False
    _write_pauses(promise, [*pauses, (at, None)])
    set_due(promise, rule)
    return True


def resume(promise: Promise, rule: Rule | None, at: datetime) -> bool:
    """This will have a clock count again, if it stands still (the caller saves it)."""
    pauses = read_pauses(promise)
    if not pauses or pauses[-1][1] is not None:
        return False
    _write_pauses(promise, [*pauses[:-1], (pauses[-1][0], max(at, pauses[-1][0]))])
    set_due(promise, rule)
    return True


def keep(promise: Promise, at: datetime) -> bool:
    """This will end a clock as done at `at`; returns whether it was missed before (the caller saves it)."""
    promise.kept_at = promise.ended_at = at
    promise.next_check_at = None
    if promise.broken_at is None and promise.due_at is not None and promise.due_at < at:
        promise.broken_at = promise.due_at
    return promise.broken_at is not None


@transaction.atomic
def check_promise(promise_id: UUID, *, at: datetime) -> None:
    """This will warn or break a promise whose moment has come; safe to repeat."""
    promise = Promise.objects.get(id=promise_id)
    case = hold(promise.case_id)
    promise.refresh_from_db()
    if promise.ended_at is not None or promise.next_check_at is None or promise.next_check_at > at:
        return
    rule = rules_for(case).get(promise.kind)
    if promise.due_at is not None and promise.due_at <= at and promise.broken_at is None:
        promise.broken_at = promise.due_at
        tell(case, PromiseBroken(promise.kind, str(promise.id)), actor="system:clock", at=promise.due_at)
    else:
        _warn(case, promise, rule, at)
    set_due(promise, rule)
    promise.save()
    refresh_next_due(case)
    case.save(update_fields=["next_due_at"])


def retarget_promises(case: Case, *, at: datetime, actor: str) -> None:
    """This will give running clocks the targets of the case's new tier; time already counted stays counted."""
    rules = rules_for(case)
    for promise in _running(case):
        rule = rules.get(promise.kind)
        if rule is None:
            promise.ended_at, promise.next_check_at = at, None
        else:
            promise.target_minutes, promise.basis = rule.target_minutes, rule.basis
            promise.calendar_id = team_calendar_id(case.team_id) if rule.basis == "business" else None
            set_due(promise, rule)
        promise.save()
    opening = ["resolution", "next_update"] + ([] if case.first_human_contact_at else ["first_contact", "answer"])
    make_promises(case, [*opening, "plan"], at=at, actor=actor)


def refresh_next_due(case: Case) -> None:
    """This will note the earliest running promise on the case (the caller saves it)."""
    rows = _running(case).filter(due_at__isnull=False, broken_at=None).order_by("due_at")
    case.next_due_at = rows.values_list("due_at", flat=True).first()


def read_pauses(promise: Promise) -> Sequence[Pause]:
    """The stored pauses as moments."""
    return [
        (datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None)
        for since, until in promise.pauses
    ]


def _started(case: Case, kinds: Iterable[str], at: datetime) -> list[Promise]:
    rules = rules_for(case)
    return [start(case, rules[kind], at) for kind in kinds if kind in rules]


def start(case: Case, rule: Rule, at: datetime) -> Promise:
    """A clock that starts at `at`, not yet stored."""
    promise = Promise(
        case=case,
        kind=rule.kind,
        target_minutes=rule.target_minutes,
        basis=rule.basis,
        calendar_id=team_calendar_id(case.team_id) if rule.basis == "business" else None,
        started_at=at,
    )
    set_due(promise, rule)
    return promise


def set_due(promise: Promise, rule: Rule | None) -> None:
    """This will count anew when a clock is due and when to look at it next (the caller saves it)."""
    hours, target = calendar(promise.calendar_id), timedelta(minutes=promise.target_minutes)
    pauses = read_pauses(promise)
    try:
        promise.due_at = due(promise.started_at, target, hours, pauses)
    except PausedWithoutEnd:
        promise.due_at = promise.next_check_at = None
        return
    shares = [share for share in (rule.warn_shares if rule else []) if share > promise.warned_share]
    marks = warnings(promise.started_at, target, [share / 100 for share in shares], hours, pauses)
    moments = [mark.at for mark in marks] + ([promise.due_at] if promise.broken_at is None else [])
    promise.next_check_at = min(moments) if moments and promise.broken_at is None else None


def _warn(case: Case, promise: Promise, rule: Rule | None, at: datetime) -> None:
    hours, target = calendar(promise.calendar_id), timedelta(minutes=promise.target_minutes)
    shares = [share / 100 for share in (rule.warn_shares if rule else [])]
    passed = [
        mark for mark in warnings(promise.started_at, target, shares, hours, read_pauses(promise)) if mark.at <= at
    ]
    reached = round(passed[-1].share * 100) if passed else 0
    if reached > promise.warned_share:
        promise.warned_share = reached
        tell(case, PromiseWarned(promise.kind, str(promise.id), reached), actor="system:clock", at=passed[-1].at)


def _running(case: Case):  # type: ignore[no-untyped-def]  # a related manager's queryset type is private
    return case.promises.filter(ended_at=None)


def _pausable(case: Case) -> list[tuple[Promise, Rule]]:
    rules = rules_for(case)
    pairs = [(promise, rules.get(promise.kind)) for promise in _running(case)]
    return [(promise, rule) for promise, rule in pairs if rule is not None and rule.pauses_while_waiting]


def _write_pauses(promise: Promise, pauses: Sequence[Pause]) -> None:
    assert all(first[1] is not None for first, _ in pairwise(pauses))
    promise.pauses = [
        [since.astimezone(UTC).isoformat(), until.astimezone(UTC).isoformat() if until else None]
        for since, until in pauses
    ]


def made_fact(promise: Promise) -> PromiseMade:
    """What is told of a clock that starts."""
    due_at = promise.due_at.isoformat() if promise.due_at else ""
    return PromiseMade(promise.kind, str(promise.id), promise.target_minutes, promise.basis, due_at)
