"""The days' figures, counted anew by the analyst: yesterday's still change (a case comes back), today's always."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.models import Installation
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.cases.queries.transfers import totals
from zhoudao.rooms.visits import figures as visits
from zhoudao.rooms.visits.models import Line
from zhoudao.rooms.visits.queries.figures import Asked, counted
from zhoudao.rooms.voice.board import SATISFACTION, satisfaction

_ALL = Viewer(actor="system:analyst", permissions=frozenset())
_DAYS_BACK = 3  # first-contact resolution looks 72 hours ahead


def count_days(*, at: datetime) -> int:
    """This will write the figures of the last days, for the company and every store; returns how many."""
    rows = [row for store in [None, *Store.objects.all()] for row in _of_store(store, at)]
    rows += [row for line in Line.objects.select_related("store") for row in _of_queue(line.store, at)]
    DailyFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["metric", "store_id", "day_date"],
        update_fields=["value", "cases", "counted_at"],
    )
    return len(rows)


def _of_store(store: Store | None, at: datetime) -> Iterator[DailyFigure]:
    zone = ZoneInfo(store.zone if store else _head_office_zone())
    today = at.astimezone(zone).date()
    for back in range(_DAYS_BACK + 1):
        yield from _of_day(store, today - timedelta(days=back), zone, at)


def _of_day(store: Store | None, day: date, zone: ZoneInfo, at: datetime) -> Iterator[DailyFigure]:
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    asked = board.Asked(start, end, store_id=store.id if store else None)
    found = board.period(_ALL, asked)
    rated = satisfaction(board.scope(_ALL, asked), start=start, end=end)
    passed = totals(_ALL, asked, at=at)
    values: dict[str, tuple[float | None, int]] = {
        figures.TRANSFERS_PER_CASE.code: (passed.per_case, passed.resolved),
        figures.TRANSFERS.code: (passed.count, passed.cases),
        figures.BOUNCES.code: (passed.bounces, passed.count),
        figures.OPENED.code: (found.opened, found.opened),
        figures.FIRST_REPLY.code: (found.first_reply, found.answered),
        figures.RESOLUTION.code: (found.resolution, found.resolved),
        figures.FIRST_CONTACT.code: (found.first_contact_share, found.resolved),
        figures.REPEATS.code: (found.repeat_share, found.contacts),
        SATISFACTION.code: (rated.share, rated.ratings),
    }
    for metric, (value, cases) in values.items():
        yield DailyFigure(
            metric=metric,
            store_id=store.id if store else None,
            day_date=day,
            value=value,
            cases=cases,
            counted_at=at,
        )


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
