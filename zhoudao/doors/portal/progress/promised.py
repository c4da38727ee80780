"""What we promised about a case, in the customer's words: by when, kept or missed and why."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from zhoudao.conduct.flows.bends import customer_words
from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.promise_rules import CUSTOMER_WORDS, breach_words

_LAST = datetime.max.replace(tzinfo=UTC)


@frozen
class Promised:
    """One promise. `state` is running, paused, kept, late or missed; `reason` of what was not in time, or was moved."""

    kind: str
    words: str
    state: str
    due: Moment | None
    done: Moment | None
    reason: str


def promised(case: Case, promises: Sequence[Promise], now: datetime) -> list[Promised]:
    """Every kind once, as it stands now, and besides it whatever was missed; by the time they were due."""
    shown: list[Promise] = []
    latest: set[str] = set()
    for promise in sorted(promises, key=lambda each: (each.started_at, each.id), reverse=True):
        was_missed = promise.is_missed(now)
        given_up = promise.ended_at is not None and promise.kept_at is None and not was_missed
        if given_up or (promise.kind in latest and not was_missed):
            continue
        latest.add(promise.kind)
        shown.append(promise)
    shown.sort(key=lambda each: (each.due_at or each.broken_at or _LAST, each.started_at))
    return [_told(case, promise, now) for promise in shown]


def _told(case: Case, promise: Promise, now: datetime) -> Promised:
    zone, state = case.store.zone, _state(promise, now)
    due = promise.due_at or promise.broken_at
    return Promised(
        kind=promise.kind,
        words=str(CUSTOMER_WORDS.get(promise.kind, promise.kind)),
        state=state,
        due=moment(due, now, zone) if due else None,
        done=moment(promise.kept_at, now, zone) if promise.kept_at else None,
        reason=breach_words(case, promise) if state in ("late", "missed") else _moved(promise),
    )


def _state(promise: Promise, now: datetime) -> str:
    if promise.kept_at is not None:
        return "late" if promise.is_missed(now) else "kept"
    if promise.is_missed(now):
        return "missed"
    return "running" if promise.due_at is not None else "paused"


def _moved(promise: Promise) -> str:
    """Why the time we gave is another one now; a date that was moved back to where it was says nothing."""
    if not promise.moves:
        return ""
    first, last = promise.moves[0], promise.moves[-1]
    return customer_words(last[3], is_later=datetime.fromisoformat(last[2]) > datetime.fromisoformat(first[1]))


def apology(promises: Sequence[Promised]) -> str:
    """One sentence when something is overdue now."""
    return _("We are late. We are sorry.") if any(promise.state == "missed" for promise in promises) else ""
