"""Waiting, service and no-shows of a store, and exactly which numbers are behind each figure."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.visits import figures
from zhoudao.rooms.visits.models import Turn

PAGE = 25
# One row a need, one a day and one in all: counts, and percentiles in seconds.
_COUNTED = """
    SELECT need_id, day, grouping(need_id, day), count(*), count(called_at),
           count(*) FILTER (WHERE outcome = 'no_show'),
           count(*) FILTER (WHERE called_at IS NULL AND outcome IN ('left', 'day_over')),
           count(*) FILTER (WHERE served),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM called_at - waits_since)),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
               ORDER BY CASE WHEN served THEN extract(epoch FROM ended_at - began_at) END)
      FROM (SELECT *, began_at IS NOT NULL AND outcome IN ('done', 'handed_over') AS served FROM visits_turn
             WHERE store_id = %(store)s AND day BETWEEN %(first)s AND %(last)s) AS turns
     GROUP BY GROUPING SETS ((need_id), (day), ())
"""
# How often each step of a need was timed, and how long it took, over the same numbers.
_LAPS = """
    SELECT turn.need_id, lap.code, count(*),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM lap.ended_at - lap.began_at))
      FROM visits_lap lap JOIN visits_turn turn ON turn.id = lap.turn_id
     WHERE turn.store_id = %(store)s AND turn.day BETWEEN %(first)s AND %(last)s AND lap.ended_at IS NOT NULL
     GROUP BY turn.need_id, lap.code
"""
_SERVED = Q(began_at__isnull=False, outcome__in=["done", "handed_over"])
_BEHIND = {
    figures.TAKEN.code: Q(),
    figures.WAITING.code: Q(called_at__isnull=False),
    figures.SERVICE.code: _SERVED,
    figures.NO_SHOW.code: Q(outcome="no_show"),
    figures.GONE.code: Q(called_at=None, outcome__in=["left", "day_over"]),
}


@frozen
class Asked:
    """A store and the first and last of its days."""

    store_id: UUID
    first: date
    last: date


@frozen
class Spans:
    """Median and 90th percentile; None when nothing was measured."""

    median: timedelta | None
    high: timedelta | None


@frozen
class Row:
    """The figures of one need, one day or all; `need_id` and `day` are None where it is of all of them."""

    need_id: UUID | None
    day: date | None
    taken: int
    called: int
    no_shows: int
    gone: int
    served: int
    waiting: Spans
    service: Spans

    @property
    def no_show(self) -> float | None:
        """Of those called."""
        return self.no_shows / self.called if self.called else None

    @property
    def gone_share(self) -> float | None:
        """Of all."""
        return self.gone / self.taken if self.taken else None


@frozen
class Step:
    """How long one step of a need took."""

    need_id: UUID
    code: str
    count: int
    took: Spans


@frozen
class Counted:
    """A store's period."""

    total: Row
    by_need: dict[UUID, Row]
    by_day: list[Row]


def counted(asked: Asked) -> Counted:
    """The figures of a store's period, the newest day first (one statement)."""
    rows = [(grouping, _row(need_id, day, *rest)) for need_id, day, grouping, *rest in _ask(_COUNTED, asked)]
    return Counted(
        total=next(row for grouping, row in rows if grouping == 3),
        by_need={row.need_id: row for grouping, row in rows if grouping == 1 and row.need_id},
        by_day=sorted((row for grouping, row in rows if grouping == 2), key=_day, reverse=True),
    )


def steps(asked: Asked) -> list[Step]:
    """The steps that were timed (one statement)."""
    return [Step(need_id, code, count, _spans(took)) for need_id, code, count, took in _ask(_LAPS, asked)]


def behind(asked: Asked, figure: str, need_id: UUID | None) -> QuerySet[Turn]:
    """The numbers behind a figure, the latest first. Raises: KeyError when there is no such figure."""
    rows = Turn.objects.filter(_BEHIND[figure], store_id=asked.store_id, day__range=(asked.first, asked.last))
    if need_id is not None:
        rows = rows.filter(need_id=need_id)
    return rows.select_related("visit__served_by", "visit__conversation__case", "need").order_by("-id")


def _ask(sql: str, asked: Asked) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"store": asked.store_id, "first": asked.first, "last": asked.last})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _row(need_id: UUID | None, day: date | None, *rest: Any) -> Row:
    taken, called, no_shows, gone, served, waiting, service = rest
    return Row(need_id, day, taken, called, no_shows, gone, served, _spans(waiting), _spans(service))


def _spans(seconds: list[float] | None) -> Spans:
    found = [timedelta(seconds=float(one)) if one is not None else None for one in seconds or (None, None)]
    return Spans(*found)


def _day(row: Row) -> date:
    assert row.day is not None
    return row.day
