"""Promises as people read them."""

from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.utils.translation import get_language

from zhoudao.engines.worktime import Span, explain, share
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.commands.promising import read_pauses
from zhoudao.rooms.cases.models import Promise
from zhoudao.rooms.cases.promise_rules import KIND_LABELS


@frozen
class PromiseView:
    """One clock: `state` is running, paused, kept, late (kept after its time), broken or ended."""

    id: UUID
    kind: str
    label: str
    target_minutes: int
    basis: str
    started_at: datetime
    due_at: datetime | None
    kept_at: datetime | None
    broken_at: datetime | None
    state: str
    share: float
    remaining: timedelta | None

    @property
    def percent(self) -> int:
        """The share used, 0 to 100, for bars."""
        return max(0, min(100, round(self.share * 100)))

    @property
    def level(self) -> str:
        """`calm`, `soon` (80 % used) or `over`, for colour beside the words."""
        if self.state == "broken" or self.share >= 1:
            return "over"
        return "soon" if self.share >= 0.8 else "calm"


def promise_view(promise: Promise, *, at: datetime) -> PromiseView:
    """A promise at a moment."""
    used = share(
        promise.started_at,
        timedelta(minutes=promise.target_minutes),
        promise.ended_at or at,
        calendar(promise.calendar_id),
        read_pauses(promise),
    )
    running = promise.ended_at is None and promise.due_at is not None
    return PromiseView(
        id=promise.id,
        kind=promise.kind,
        label=_labels(get_language()).get(promise.kind, promise.kind),
        target_minutes=promise.target_minutes,
        basis=promise.basis,
        started_at=promise.started_at,
        due_at=promise.due_at,
        kept_at=promise.kept_at,
        broken_at=promise.broken_at,
        state=_state(promise, at),
        share=used,
        remaining=promise.due_at - at if running and promise.due_at else None,
    )


def explain_promise(promise: Promise, *, at: datetime) -> list[Span]:
    """Every minute of a promise's clock from its start to its end (or now), and why it counted or not."""
    end = min(promise.ended_at or at, at)
    return explain(promise.started_at, end, calendar(promise.calendar_id), read_pauses(promise))


@lru_cache(maxsize=8)
def _labels(language: str | None) -> dict[str, str]:
    """The active language's names of the clocks, looked up once."""
    return {kind: str(words) for kind, words in KIND_LABELS.items()}


def _state(promise: Promise, at: datetime) -> str:
    if promise.kept_at is not None:
        return "late" if promise.broken_at is not None else "kept"
    if promise.broken_at is not None or (promise.due_at is not None and promise.due_at <= at and not promise.ended_at):
        return "broken"
    if promise.ended_at is not None:
        return "ended"
    return "running" if promise.due_at is not None else "paused"
