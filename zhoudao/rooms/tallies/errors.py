"""What errors cost: each thing that went wrong is counted in one place only, with the cases it happened in."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation.clock import currency
from zhoudao.ground.metrics.definitions import Metric
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures as of_cases
from zhoudao.rooms.cases.models import Case, Kind
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.cases.queries.board import Asked, scope
from zhoudao.rooms.cases.queries.transfers import made
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.tallies import error_figures as figures
from zhoudao.rooms.tallies.models import Rates
from zhoudao.rooms.tallies.queries import period_of
from zhoudao.rooms.tallies.reading import NotCounted, Reader
from zhoudao.rooms.teamwork.models import Goodwill

_MISSED = Q(type="cases.PromiseBroken")
_FLAGGED = Q(type="parcels.ParcelFlagged") | Q(
    type="parcels.ParcelMoved", attributes__state__in=("parcel_exception", "parcel_expired")
)
_TAKEN_BACK = Q(type="cases.CaseReopened", attributes__why="colleague") | Q(type="cases.MergeUndone")


@frozen
class Loss:
    """One kind of error: how often, the work it made (minutes), and money given for it, in minor units."""

    metric: Metric
    count: int
    minutes: int
    given: int
    minute_minor: int

    @property
    def cost(self) -> int:
        """Both, in minor units."""
        return self.minutes * self.minute_minor + self.given


def losses(viewer: Viewer, asked: Asked, rates: Rates, *, at: datetime, zone: ZoneInfo) -> list[Loss]:
    """Every kind, the dearest first (at most twelve statements; twenty where something is uncounted)."""
    counts = {
        figures.MISSED: (_told(viewer, asked, _MISSED).count(), rates.promise_minutes),
        figures.AGAIN: (_repeats(viewer, asked, at, zone), rates.repeat_minutes),
        figures.BOUNCED: (made(viewer, asked).filter(is_bounce=True).count(), rates.bounce_minutes),
        figures.PARCELS: (_parcels(viewer, asked, at).count(), rates.parcel_minutes),
        figures.TAKEN_BACK: (_told(viewer, asked, _TAKEN_BACK).count(), rates.back_minutes),
    }
    found = [Loss(metric, n, n * each, 0, rates.minute_minor) for metric, (n, each) in counts.items()]
    given = given_by_case(viewer, asked)
    found.append(Loss(figures.GIVEN, len(given), 0, sum(given.values()), rates.minute_minor))
    return sorted(found, key=lambda one: (-one.cost, one.metric.code))


def given_by_case(viewer: Viewer, asked: Asked) -> dict[UUID, int]:
    """What each case's customer was given in the period, the same money once (two statements)."""
    cases = scope(viewer, asked).order_by().values("id")
    moment = {"start": asked.start, "end": asked.end}
    grants = Goodwill.objects.filter(
        case__in=cases,
        state=Goodwill.State.GRANTED,
        currency=currency(),
        decided_at__gte=moment["start"],
        decided_at__lt=moment["end"],
    )
    said = Answer.objects.filter(
        case__in=cases, cost_cents__gt=0, answered_at__gte=moment["start"], answered_at__lt=moment["end"]
    )
    found: dict[UUID, int] = defaultdict(int)
    found.update(grants.order_by().values_list("case_id").annotate(minor=Sum("amount_minor")))
    for case_id, cents in said.order_by().values_list("case_id").annotate(cents=Sum("cost_cents")):
        found[case_id] = max(found[case_id], cents)
    return dict(found)


def cases_of(viewer: Viewer, asked: Asked, code: str, *, at: datetime) -> QuerySet[Case]:
    """The cases in which it happened, newest change first.

    Raises: KeyError (no such figure)
    """
    return _BEHIND[code](viewer, asked, at).order_by("-updated_at", "-id")


def _told(viewer: Viewer, asked: Asked, what: Q) -> QuerySet[Event]:
    """What the log tells of cases the viewer's boards speak of."""
    rows = Event.objects.filter(what, occurred_at__gte=asked.start, occurred_at__lt=asked.end, primary_type="case")
    return rows.filter(primary_id__in=scope(viewer, asked).order_by().values("id"))


def _repeats(viewer: Viewer, asked: Asked, at: datetime, zone: ZoneInfo) -> int:
    try:
        return period_of(Reader(viewer, asked, at=at, zone=zone).figures()).repeats
    except NotCounted:
        return board.period(viewer, asked).repeats


def _in_log(what: Q) -> Callable[[Viewer, Asked, datetime], QuerySet[Case]]:
    def rows(viewer: Viewer, asked: Asked, at: datetime) -> QuerySet[Case]:
        return scope(viewer, asked).filter(id__in=_told(viewer, asked, what).order_by().values("primary_id"))

    return rows


def _bounced(viewer: Viewer, asked: Asked, at: datetime) -> QuerySet[Case]:
    return scope(viewer, asked).filter(id__in=made(viewer, asked).filter(is_bounce=True).values("case_id"))


def _again(viewer: Viewer, asked: Asked, at: datetime) -> QuerySet[Case]:
    return board.behind(viewer, asked, of_cases.REPEATS.code, at=at)


def _parcels(viewer: Viewer, asked: Asked, at: datetime) -> QuerySet[Case]:
    flagged = Event.objects.filter(_FLAGGED, occurred_at__gte=asked.start, occurred_at__lt=asked.end)
    numbers = set(flagged.values_list("attributes__number", flat=True))
    rows = scope(viewer, asked).filter(kind=Kind.ORDER_EXCEPTION, conversation__order_number__in=numbers)
    return rows.filter(opened_at__gte=asked.start, opened_at__lt=asked.end)


def _given(viewer: Viewer, asked: Asked, at: datetime) -> QuerySet[Case]:
    return scope(viewer, asked).filter(id__in=list(given_by_case(viewer, asked)))


_BEHIND: dict[str, Callable[[Viewer, Asked, datetime], QuerySet[Case]]] = {
    figures.MISSED.code: _in_log(_MISSED),
    figures.AGAIN.code: _again,
    figures.BOUNCED.code: _bounced,
    figures.TAKEN_BACK.code: _in_log(_TAKEN_BACK),
    figures.PARCELS.code: _parcels,
    figures.GIVEN.code: _given,
}
FIGURES = frozenset(_BEHIND)
