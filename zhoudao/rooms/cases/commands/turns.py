"""What happened to a case since a moment, in order: the messages of its own threads, and what people did by hand."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.retracing import Course, owed_by
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.conversations.models import Message

_LATE = timedelta(minutes=1)  # a message that was on its way while somebody merged
_ANSWERS = ("answer", "first_contact")
Turn = tuple[datetime, int, Callable[[Course], None]]


def walk(course: Course, since: datetime, *, after: int) -> None:
    """This will let everything happen to the case again that belongs to it since then, as if it had stood alone; what
    people did is told by its events `after` this number.
    """
    turns = [*_messages(course, since), *_hands(course.case, after)]
    for _at, _seq, happens in sorted(turns, key=lambda turn: turn[:2]):
        happens(course)


def _messages(course: Course, since: datetime) -> Iterator[Turn]:
    for thread_id, begins in _threads(course.case, since).items():
        own = Q(conversation_id=thread_id) | Q(conversation__main=thread_id)
        spoken = Q(direction="in") | Q(direction="out", is_auto=False, status__in=["sent", "delivered"])
        rows = Message.objects.filter(own & spoken, sent_at__gt=begins - _LATE).only(
            "direction", "actor", "sent_at", "created_at", "expects_answer"
        )
        for message in rows.order_by("created_at", "id"):
            turn = _turn(message)
            if turn is not None and (turn[0] > begins or _is_late(course, message)):
                yield turn


def _turn(message: Message) -> Turn | None:
    if message.direction == "in":
        at = message.created_at
        return at, 0, lambda course: course.wrote(at)
    if not message.actor.startswith(("user:", "token:")):
        return None
    sent_at, expects = message.sent_at, message.expects_answer
    return sent_at, 0, lambda course: course.answered(sent_at, expects_answer=expects)


def _is_late(course: Course, message: Message) -> bool:
    """Whether a question was not yet heard when the case was merged: no clock of it ran then."""
    at = message.created_at
    clocks = [one for one in course.case.promises.all() if one.kind in _ANSWERS and one.started_at <= at]
    return message.direction == "in" and not any(one.ended_at is None or one.ended_at >= at for one in clocks)


def _threads(case: Case, since: datetime) -> dict[UUID, datetime]:
    """The case's own conversation and those of what is merged into it, each with when its messages began to count."""
    found = {case.conversation_id: since} if case.conversation_id else {}
    for other in case.absorbed.filter(status=Status.MERGED):
        assert other.merged_at is not None
        found |= _threads(other, max(since, other.merged_at))
    return found


def _hands(case: Case, after: int) -> Iterator[Turn]:
    for event in Event.objects.filter(primary_id=case.id, seq__gt=after, type__in=_ACTS).order_by("seq"):
        act = _ACTS[event.type](event.attributes, event.occurred_at)
        if act is not None:
            yield event.occurred_at, event.seq, act


def _absorbed(told: dict[str, Any], at: datetime) -> Callable[[Course], None]:
    def act(course: Course) -> None:
        other = course.case.absorbed.filter(id=told["case_id"], status=Status.MERGED, merged_at=at).first()
        if other is not None:
            course.absorb(other, other.status_before_merge, owed_by(other, at), at)

    return act


def _reopened(told: dict[str, Any], at: datetime) -> Callable[[Course], None] | None:
    return (lambda course: course.reopen(at)) if told["why"] == "colleague" else None


def _closed(told: dict[str, Any], at: datetime) -> Callable[[Course], None]:
    def act(course: Course) -> None:
        course.resolved(at)
        course.case.status, course.case.closed_at = Status.CLOSED, at

    return act


def _snoozed(told: dict[str, Any], at: datetime) -> Callable[[Course], None]:
    def act(course: Course) -> None:
        course.case.status, course.case.snoozed_until = Status.SNOOZED, datetime.fromisoformat(told["until"])

    return act


def _woken(told: dict[str, Any], at: datetime) -> Callable[[Course], None] | None:
    def act(course: Course) -> None:
        if course.case.status == Status.SNOOZED:
            course.case.status, course.case.snoozed_until = Status.OPEN, None

    return act if told["why"] == "woken" else None


def _assigned(told: dict[str, Any], at: datetime) -> Callable[[Course], None] | None:
    def act(course: Course) -> None:
        if course.case.status == Status.NEW:
            course.case.status = Status.OPEN

    return act if told["owner"] else None


_ACTS: dict[str, Callable[[dict[str, Any], datetime], Callable[[Course], None] | None]] = {
    "cases.CaseAbsorbed": _absorbed,
    "cases.CaseResolved": lambda _told, at: lambda course: course.resolved(at),
    "cases.CaseClosed": _closed,
    "cases.CaseReopened": _reopened,
    "cases.CaseSnoozed": _snoozed,
    "cases.CaseResumed": _woken,
    "cases.CaseAssigned": _assigned,
    "cases.CaseClassified": lambda _told, at: lambda course: course.retarget(at),
    "cases.PromiseSettled": lambda told, at: lambda course: course.settled(told["promise"], at),
}
