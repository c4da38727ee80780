"""A store's queue as it stands: who waits, who is at which counter, and how long it takes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Case, Count, F, QuerySet, SmallIntegerField, When
from django.db.models.expressions import Combinable

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.visits.hours import opens_at
from zhoudao.rooms.visits.models import Line, Need, State, Turn, Visit
from zhoudao.rooms.visits.waiting import time_until_free

MEASURED_DAYS = 28
LEAST_MEASURED = 5
LONGEST_LINE = 500
_RECENT = timedelta(minutes=30)  # a counter that served within this still counts as open


@frozen
class Standing:
    """One store's queue at one moment. `waiting` in the order of calling; `opens_at` is `at` when numbers are given."""

    line: Line
    at: datetime
    opens_at: datetime | None
    needs: list[Need]
    waiting: list[Turn]
    busy: list[Turn]
    served: Mapping[UUID | None, timedelta]  # measured mean by need; None: of the whole store
    counters: int

    @property
    def is_open(self) -> bool:
        """Whether numbers are given."""
        return self.opens_at == self.at

    def before(self, visit_id: UUID) -> int | None:
        """How many are called before this one; None when it does not wait."""
        return next((place for place, turn in enumerate(self.waiting) if turn.visit_id == visit_id), None)

    def wait_of(self, visit_id: UUID) -> timedelta | None:
        """How long until this number is called, as far as was measured; None when nobody can say."""
        place = self.before(visit_id)
        return None if place is None else self._until(self.waiting[:place])

    def wait_for(self, need: Need) -> timedelta | None:
        """How long who takes a number for this now will wait; None when nobody can say."""
        return self._until([turn for turn in self.waiting if turn.need.priority >= need.priority])

    def waiting_for(self, need_id: UUID) -> int:
        """How many wait for this."""
        return sum(turn.need_id == need_id for turn in self.waiting)

    def _until(self, ahead: Sequence[Turn]) -> timedelta | None:
        spans = [self._span(turn) for turn in ahead]
        left = [self._left(turn) for turn in self.busy]
        if any(span is None for span in (*spans, *left)):
            return None
        free = [span for span in left if span is not None]
        free += [timedelta(0)] * max(0, self.counters - len(free))
        return time_until_free(free, [span for span in spans if span is not None])

    def _span(self, turn: Turn) -> timedelta | None:
        return self.served.get(turn.need_id) or self.served.get(None)

    def _left(self, turn: Turn) -> timedelta | None:
        """What is left of a service: what is usual, less what passed, and never less than a fifth of what is usual."""
        usual = self._span(turn)
        if usual is None:
            return None
        passed = self.at - turn.began_at if turn.began_at else timedelta(0)
        return max(usual - passed, usual / 5)


def line_of(code: str) -> Line | None:
    """The queue of the store with this code."""
    return Line.objects.select_related("store").filter(store__code=code[:40], store__closed_at=None).first()


def standing(line: Line, *, at: datetime) -> Standing:
    """The queue now, in four statements however long it is."""
    turns = list(
        Turn.objects.filter(store_id=line.store_id, ended_at=None)
        .select_related("visit__served_by", "need")
        .order_by(*_order(at))[:LONGEST_LINE]
    )
    busy = [turn for turn in turns if turn.visit.state != State.WAITING]
    return Standing(
        line=line,
        at=at,
        opens_at=opens_at(line, at),
        needs=list(Need.objects.filter(store_id=line.store_id, retired_at=None).order_by("letter")),
        waiting=[turn for turn in turns if turn.visit.state == State.WAITING],
        busy=sorted(busy, key=lambda turn: (turn.called_at or at, turn.visit_id), reverse=True),
        served=served(line.store_id, at=at),
        counters=_counters(line.store_id, {turn.visit.counter for turn in busy}, at),
    )


def waiting_turns(store_id: UUID, *, at: datetime) -> QuerySet[Turn]:
    """Who waits, in the order of calling: whose appointment it is, the higher priority, within it who came first."""
    rows = Turn.objects.filter(store_id=store_id, ended_at=None, visit__state=State.WAITING)
    return rows.order_by(*_order(at))


def _order(at: datetime) -> tuple[str | Combinable, ...]:
    is_due = Case(When(visit__due_at__lte=at, then=0), default=1, output_field=SmallIntegerField())
    since = Case(When(visit__due_at__lte=at, then=F("visit__due_at")), default=F("visit__taken_at"))
    return is_due, "-need__priority", since, "visit_id"


def served(store_id: UUID, *, at: datetime) -> dict[UUID | None, timedelta]:
    """How long serving took, by need and (None) in all, over 28 days; what was measured less than five times is not
    in it (one statement)."""
    rows = (
        Turn.objects.filter(
            store_id=store_id,
            began_at__isnull=False,
            ended_at__gte=at - timedelta(days=MEASURED_DAYS),
            outcome__in=["done", "handed_over"],
        )
        .order_by()
        .values("need_id")
        .annotate(n=Count("id"), mean=Avg(F("ended_at") - F("began_at")))
    )
    found = [(row["need_id"], row["n"], row["mean"]) for row in rows]
    means: dict[UUID | None, timedelta] = {need: mean for need, n, mean in found if n >= LEAST_MEASURED}
    total = sum(n for _need, n, _mean in found)
    if total >= LEAST_MEASURED:
        means[None] = sum((mean * n for _need, n, mean in found), timedelta(0)) / total
    return means


def visit_of(token: str) -> Visit | None:
    """The number behind an unguessable link."""
    if not 20 <= len(token) <= 40:
        return None
    return Visit.objects.select_related("store__line", "need").filter(token=token).first()


def warm(turns: Sequence[Turn]) -> None:
    """This will fetch the keys of what was said, in one statement."""
    box.warm(turn.visit.told_sealed for turn in turns)


def _counters(store_id: UUID, busy: set[str], at: datetime) -> int:
    """How many counters serve: those with somebody there, and those that had somebody a moment ago; at least one."""
    recent = Visit.objects.filter(store_id=store_id, turns__ended_at__gte=at - _RECENT).exclude(counter="")
    return max(1, len(busy | set(recent.order_by().values_list("counter", flat=True).distinct())))
