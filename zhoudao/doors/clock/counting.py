"""The days' figures, counted anew by the analyst: yesterday's still change (a case comes back), today's always."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.models import Installation
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries import board, effort
from zhoudao.rooms.cases.queries.transfers import totals
from zhoudao.rooms.visits import figures as visits
from zhoudao.rooms.visits.models import Line
from zhoudao.rooms.visits.queries.figures import Asked, counted
from zhoudao.rooms.voice.board import SATISFACTION, satisfaction

_ALL = Viewer(actor="system:analyst", permissions=frozenset())
_DAYS_BACK = 3  # first-contact resolution looks 72 hours ahead
HISTORY = 90  # days a baseline and a proposal look back
_OF_PERIODS = frozenset(
    one.code for one in (*figures.OF_PERIODS, SATISFACTION)
)  # what can be counted of any day; the others only while it lasts


def count_days(*, at: datetime) -> int:
    """This will write the figures of the last days, for the company and every store; returns how many."""
    backs = [back for back in range(_DAYS_BACK + 1) if back in (0, *_lived(at))]
    rows = [row for store in [None, *Store.objects.all()] for row in _of_store(store, backs, at)]
    rows += [row for line in Line.objects.select_related("store") for row in _of_queue(line.store, at)]
    return _keep(rows)


def count_history(*, at: datetime, most: int) -> int:
    """This will count days of the last three months that nobody counted (the program stood still, or a figure is new),
    newest first; returns how many, at most `most`.
    """
    today = _today(at)
    rows = DailyFigure.objects.filter(store_id=None, metric__in=_OF_PERIODS)
    since = today - timedelta(days=HISTORY)
    whole = Counter(rows.filter(day_date__gte=since).values_list("day_date", flat=True))
    backs = (back for back in _lived(at) if back > _DAYS_BACK)
    missing = [back for back in backs if whole[today - timedelta(days=back)] < len(_OF_PERIODS)][:most]
    for store in [None, *Store.objects.all()] if missing else []:
        _keep(_of_store(store, missing, at))
    return len(missing)


def _lived(at: datetime) -> range:
    """How many days ago the days were, newest first, on which there was a first case already: before, nothing is."""
    since = Case.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    if since is None:
        return range(0)
    days = (_today(at) - since.astimezone(ZoneInfo(_head_office_zone())).date()).days
    return range(min(days, HISTORY) + 1)


def _today(at: datetime) -> date:
    return at.astimezone(ZoneInfo(_head_office_zone())).date()


def _keep(rows: Iterable[DailyFigure]) -> int:
    kept = DailyFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["metric", "store_id", "day_date"],
        update_fields=["value", "cases", "counted_at"],
    )
    return len(kept)


def _of_store(store: Store | None, backs: Iterable[int], at: datetime) -> Iterator[DailyFigure]:
    zone = ZoneInfo(store.zone if store else _head_office_zone())
    today = at.astimezone(zone).date()
    for back in backs:
        asked = _day(store, today - timedelta(days=back), zone)
        values = _of_period(asked, at) | (_as_it_stands(asked, at) if back == 0 else {})
        for metric, (value, cases) in values.items():
            yield DailyFigure(
                metric=metric,
                store_id=store.id if store else None,
                day_date=today - timedelta(days=back),
                value=value,
                cases=cases,
                counted_at=at,
            )


def _day(store: Store | None, day: date, zone: ZoneInfo) -> board.Asked:
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return board.Asked(start, end, store_id=store.id if store else None)


def _of_period(asked: board.Asked, at: datetime) -> dict[str, tuple[float | None, int]]:
    """What can be counted of a day at any time: its value, and how many cases are behind it."""
    found, passed, cost = board.period(_ALL, asked), totals(_ALL, asked, at=at), effort.total(_ALL, asked)
    rated = satisfaction(board.scope(_ALL, asked), start=asked.start, end=asked.end)
    held = board.promises(_ALL, asked)
    kept, judged = sum(one.kept for one in held), sum(one.kept + one.missed for one in held)
    waited = cost.sums["waited_seconds"] / cost.cases / 60 if cost.cases else None
    return {
        figures.TRANSFERS_PER_CASE.code: (passed.per_case, passed.resolved),
        figures.TRANSFERS.code: (passed.count, passed.cases),
        figures.BOUNCES.code: (passed.bounces, passed.count),
        figures.OPENED.code: (found.opened, found.opened),
        figures.ANSWERED.code: (found.answered / found.opened if found.opened else None, found.opened),
        figures.FIRST_REPLY.code: (found.first_reply, found.answered),
        figures.RESOLVED.code: (found.resolved, found.resolved),
        figures.RESOLUTION.code: (found.resolution, found.resolved),
        figures.FIRST_CONTACT.code: (found.first_contact_share, found.resolved),
        figures.REPEATS.code: (found.repeat_share, found.contacts),
        figures.KEPT.code: (kept / judged if judged else None, judged),
        figures.EFFORT_CONTACTS.code: (cost.each("contacts"), cost.cases),
        figures.EFFORT_WAITING.code: (waited, cost.cases),
        SATISFACTION.code: (rated.share, rated.ratings),
    }


def _as_it_stands(asked: board.Asked, at: datetime) -> dict[str, tuple[float | None, int]]:
    """What is counted now only: the last count of a day stays as that day's end."""
    now = board.standing(_ALL, asked, at=at)
    return {
        figures.WAITING.code: (now.waiting, now.waiting),
        figures.OVERDUE.code: (now.overdue, now.overdue),
        figures.UPSET.code: (now.upset, now.active),
    }


def _of_queue(store: Store, at: datetime) -> Iterator[DailyFigure]:
    """Numbers, waiting, service and no-shows of a store with a queue; times in minutes."""
    today = at.astimezone(ZoneInfo(store.zone)).date()
    for row in counted(Asked(store.id, today - timedelta(days=_DAYS_BACK), today)).by_day:
        assert row.day is not None
        values: dict[str, tuple[float | None, int]] = {
            visits.TAKEN.code: (row.taken, row.taken),
            visits.WAITING.code: (_minutes(row.waiting.median), row.called),
            visits.SERVICE.code: (_minutes(row.service.median), row.served),
            visits.NO_SHOW.code: (row.no_show, row.called),
            visits.GONE.code: (row.gone_share, row.taken),
        }
        for metric, (value, cases) in values.items():
            yield DailyFigure(
                metric=metric, store_id=store.id, day_date=row.day, value=value, cases=cases, counted_at=at
            )


def _minutes(span: timedelta | None) -> float | None:
    return span / timedelta(minutes=1) if span is not None else None


def _head_office_zone() -> str:
    return Installation.objects.values_list("zone", flat=True).first() or "Asia/Shanghai"
