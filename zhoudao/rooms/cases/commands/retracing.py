"""How a case stands by its own messages alone: from where it stood before a merge, walked once more without the other.

The rules are those of `contact`, `closing` and `settling`, on rows in hand; a test holds them to that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.cases.commands.closing import AGAIN
from zhoudao.rooms.cases.commands.promising import keep, pause, refresh_next_due, resume, set_due, start
from zhoudao.rooms.cases.models import ACTIVE, WORKING, BeforeMerge, Case, Promise, Status
from zhoudao.rooms.cases.promise_rules import rules_for

_PLAIN = ("status", "awaits_us", "reopened")
_MOMENTS = ("snoozed_until", "resolved_at", "closed_at", "came_back_at", "first_human_contact_at")
_AGAIN = ("answer", "next_update", "resolution")
Key = tuple[str, datetime, UUID | None]


@dataclass
class Course:
    """A case on its way. `promises` are its clocks since then; `spare` are rows stored before, found by their key."""

    case: Case
    promises: list[Promise]
    spare: dict[Key, Promise] = field(default_factory=dict)
    on_the_way: dict[UUID, dict[str, Any]] = field(default_factory=dict)  # absorbed case: how this one stood then

    def wrote(self, at: datetime) -> None:
        """The customer writes."""
        case = self.case
        if case.status in (Status.RESOLVED, Status.CLOSED):
            if case.resolved_at is not None and at - case.resolved_at <= AGAIN:
                case.came_back_at = at
            self.reopen(at)
        elif case.status in (Status.WAITING, Status.SNOOZED):
            self._open(at)
        self.make(["answer"], at)
        case.awaits_us = True

    def answered(self, at: datetime, *, expects_answer: bool) -> None:
        """A colleague answers."""
        case = self.case
        case.first_human_contact_at = case.first_human_contact_at or at
        self.keep(["first_contact", "answer", "next_update"], at)
        if case.status in ACTIVE:
            self.make(["next_update"], at)
            self._take_turns(expects_answer, at)
        case.awaits_us = False

    def settled(self, kind: str, at: datetime) -> None:
        """Somebody says that a promise was kept outside our messages."""
        self.case.first_human_contact_at = self.case.first_human_contact_at or at
        self.keep([kind, "first_contact", "next_update"], at)
        self.make(["next_update"], at)
        if self.case.status == Status.NEW:
            self.case.status = Status.OPEN
        self.case.awaits_us = False

    def resolved(self, at: datetime) -> None:
        """Somebody solves it; what was solved already stays as it was."""
        case = self.case
        if case.status == Status.RESOLVED:
            return
        case.status, case.resolved_at, case.snoozed_until, case.awaits_us = Status.RESOLVED, at, None, False
        self.keep(["resolution"], at)
        self._end(self.running(), at)

    def reopen(self, at: datetime) -> None:
        """It is opened again, with new clocks."""
        case = self.case
        case.status, case.resolved_at, case.closed_at = Status.OPEN, None, None
        case.reopened += 1
        self.make(_AGAIN, at)

    def retarget(self, at: datetime) -> None:
        """Running clocks get the targets of the tier."""
        rules = rules_for(self.case)
        self._end([one for one in self.running() if one.kind not in rules], at)
        for promise in self.running():
            fresh = start(self.case, rules[promise.kind], promise.started_at)
            promise.target_minutes, promise.basis = fresh.target_minutes, fresh.basis
            promise.calendar_id = fresh.calendar_id
            set_due(promise, rules[promise.kind])
        opening = [] if self.case.first_human_contact_at else ["first_contact", "answer"]
        self.make(["resolution", "next_update", *opening, "plan"], at)

    def absorb(self, other: Case, status: str, owed: Iterable[Promise], at: datetime) -> None:
        """Another case, which had this status and these clocks running, is merged into this one."""
        self.on_the_way[other.id] = remembered(self)
        case, is_done = self.case, self.case.status == Status.RESOLVED
        is_ours = status in WORKING or (status == Status.SNOOZED and case.status != Status.SNOOZED)
        if is_ours and case.status in (Status.WAITING, Status.SNOOZED, Status.RESOLVED):
            self._open(at)
        if case.status == Status.RESOLVED:
            return  # the other waits for the customer: their next word opens this one again
        for promise in owed:
            self._owe(promise, promise.from_case or other.id, at)
        if is_done:
            case.resolved_at, case.reopened = None, case.reopened + 1
            self.make([kind for kind in _AGAIN if kind != "answer" or other.awaits_us], at)
        case.awaits_us = case.awaits_us or other.awaits_us

    def running(self, kinds: Iterable[str] = ()) -> list[Promise]:
        """The clocks that run, of these kinds or all."""
        wanted = set(kinds)
        return [one for one in self.promises if one.ended_at is None and (not wanted or one.kind in wanted)]

    def make(self, kinds: Iterable[str], at: datetime) -> None:
        """Clocks of these kinds start, unless they run; a row stored before is used again."""
        rules, here = rules_for(self.case), {one.kind for one in self.running()}
        for kind in kinds:
            if kind in rules and kind not in here:
                stored = self.spare.pop((kind, at, None), None)
                self.promises.append(_fresh(stored) if stored else start(self.case, rules[kind], at))

    def keep(self, kinds: Iterable[str], at: datetime) -> None:
        """Running clocks of these kinds are done."""
        for promise in self.running(kinds):
            if promise.started_at <= at:
                keep(promise, at)

    def _open(self, at: datetime) -> None:
        self.case.status, self.case.snoozed_until = Status.OPEN, None
        for promise in self._pausable():
            resume(promise, rules_for(self.case)[promise.kind], at)

    def _take_turns(self, expects_answer: bool, at: datetime) -> None:
        case = self.case
        if expects_answer:
            case.status, case.snoozed_until = Status.WAITING, None
            for promise in self._pausable():
                pause(promise, rules_for(case)[promise.kind], at)
        elif case.status in (Status.NEW, Status.WAITING):
            self._open(at)

    def _pausable(self) -> list[Promise]:
        rules = rules_for(self.case)
        return [one for one in self.running() if one.kind in rules and rules[one.kind].pauses_while_waiting]

    def _owe(self, promise: Promise, origin: UUID, at: datetime) -> None:
        """Of two clocks of one kind the one due first stays; one that stood still counts again, if this case does."""
        stored = self.spare.get((promise.kind, promise.started_at, origin))
        copy = _copied(promise, self.case, origin, stored)
        if self.case.status != Status.WAITING:
            resume(copy, rules_for(self.case).get(copy.kind), at)
        mine = self.running([promise.kind])
        if any(_is_first(one, copy) for one in mine):
            return
        self._end(mine, at)
        self.spare.pop((promise.kind, promise.started_at, origin), None)
        self.promises.append(copy)

    def _end(self, promises: Iterable[Promise], at: datetime) -> None:
        for promise in promises:
            promise.ended_at, promise.next_check_at = at, None


def remembered(course: Course) -> dict[str, Any]:
    """How a case stands, as JSON: its state, and of each running clock what time changes."""
    case = course.case
    state: dict[str, Any] = {name: getattr(case, name) for name in _PLAIN}
    state |= {name: moment.isoformat() if (moment := getattr(case, name)) else None for name in _MOMENTS}
    responder = str(case.first_responder_id) if case.first_responder_id else None
    running = {str(one.id): {"pauses": one.pauses, "is_broken": one.broken_at is not None} for one in course.running()}
    return state | {"first_responder": responder, "promises": running}


def course_of(case: Case) -> Course:
    """A case as it stands, before anything happens to it."""
    return Course(case, list(case.promises.filter(ended_at=None)))


def course_from(case: Case, state: dict[str, Any], since: datetime) -> Course:
    """This will set a held case back to how it stood; rows made since are to be used again or go."""
    for name in _PLAIN:
        setattr(case, name, state[name])
    for name in _MOMENTS:
        setattr(case, name, datetime.fromisoformat(state[name]) if state[name] else None)
    case.first_responder_id = UUID(state["first_responder"]) if state["first_responder"] else None
    ran: dict[str, dict[str, Any]] = state["promises"]
    promises, spare = [], {}
    for promise in case.promises.all():
        before = ran.get(str(promise.id))
        if before is not None:
            promise.broken_at = promise.broken_at if before["is_broken"] else None
            promises.append(_running_again(promise, before["pauses"]))
        elif promise.ended_at is None or max(promise.started_at, promise.ended_at) >= since:
            spare[promise.kind, promise.started_at, promise.from_case] = promise
    return Course(case, promises, spare)


def course_of_merged(case: Case, merged_at: datetime) -> Course:
    """This will set the clocks of a held, merged case going again; its own columns stood still meanwhile."""
    owed = [_running_again(promise, promise.pauses) for promise in owed_by(case, merged_at)]
    return Course(case, owed)


def owed_by(case: Case, merged_at: datetime) -> list[Promise]:
    """The clocks that ran when a case was merged; an older version did not write down which."""
    memory = BeforeMerge.objects.filter(case=case).first()
    stopped = case.promises.filter(ended_at=merged_at, kept_at=None)
    return list((stopped.filter(id__in=memory.owed) if memory else stopped).order_by("id"))


def store(course: Course) -> None:
    """This will store the clocks (the caller saves the case): ended ones first, since only one of a kind runs."""
    case = course.case
    for promise in course.spare.values():
        promise.delete()
    case.promises.filter(ended_at=None).update(ended_at=case.updated_at)
    for promise in sorted(course.promises, key=lambda one: one.ended_at is None):
        if promise.ended_at is None:
            set_due(promise, rules_for(case).get(promise.kind))
        promise.save()
    refresh_next_due(case)


def _running_again(promise: Promise, pauses: list[Any]) -> Promise:
    promise.kept_at = promise.ended_at = None
    promise.pauses = pauses
    set_due(promise, None)
    return promise


def _fresh(stored: Promise) -> Promise:
    stored.broken_at = None
    return _running_again(stored, [])


def _copied(promise: Promise, case: Case, origin: UUID, stored: Promise | None) -> Promise:
    copy = stored or Promise(kind=promise.kind, started_at=promise.started_at, from_case=origin)
    copy.case = case
    for name in ("target_minutes", "basis", "calendar_id", "broken_at", "warned_share", "moves"):
        setattr(copy, name, getattr(promise, name))
    return _running_again(copy, list(promise.pauses))


def _is_first(one: Promise, other: Promise) -> bool:
    """Whether a clock is due no later than another; one that stands still is due after all."""
    return other.due_at is None or (one.due_at is not None and one.due_at <= other.due_at)
