"""How many parcels a place sends on a day: counted when goods are kept there, never above what the place can do.

Days are taken last, behind an order and its balances, and in one order; whoever finds one full begins anew.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.refusals import PlaceFull

_TRIES, _FARTHEST = 4, timedelta(days=60)
_TAKE = """
    INSERT INTO orders_placeday AS day (id, place_id, date, parcels)
    SELECT new.id, new.place_id, %s::date, 1 FROM unnest(%s::uuid[], %s::uuid[]) AS new (id, place_id)
    ORDER BY new.place_id
    ON CONFLICT (place_id, date) DO UPDATE SET parcels = day.parcels + 1
    WHERE day.parcels < coalesce((SELECT w.daily_capacity FROM stock_warehouse w WHERE w.id = day.place_id), 2147483647)
    RETURNING place_id
"""
_TAKE_EACH = """
    INSERT INTO orders_placeday AS day (id, place_id, date, parcels)
    SELECT new.id, new.place_id, new.date, new.n
      FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::int[]) AS new (id, place_id, date, n)
      JOIN stock_warehouse w ON w.id = new.place_id AND new.n <= coalesce(w.daily_capacity, 2147483647)
     ORDER BY new.place_id, new.date
    ON CONFLICT (place_id, date) DO UPDATE SET parcels = day.parcels + excluded.parcels
    WHERE day.parcels + excluded.parcels
          <= coalesce((SELECT w.daily_capacity FROM stock_warehouse w WHERE w.id = day.place_id), 2147483647)
    RETURNING place_id
"""
_GIVE = """
    UPDATE orders_placeday AS day SET parcels = greatest(0, day.parcels - 1)
      FROM (SELECT id FROM orders_placeday WHERE date = %s AND place_id = ANY(%s::uuid[]) ORDER BY place_id FOR UPDATE)
           AS mine
     WHERE day.id = mine.id
"""
_FIRST = """
    SELECT min(day)::date FROM generate_series(%s::date, %s::date, interval '1 day') AS day
     WHERE NOT EXISTS (SELECT FROM orders_placeday p JOIN stock_warehouse w ON w.id = p.place_id
                        WHERE p.place_id = ANY(%s::uuid[]) AND p.date = day::date AND p.parcels >= w.daily_capacity)
"""
_HOLD = """
    SELECT FROM orders_placeday WHERE date = ANY(%s::date[]) AND place_id = ANY(%s::uuid[])
    ORDER BY place_id, date FOR UPDATE
"""


def day_of(at: datetime) -> date:
    """The company's day."""
    return at.astimezone(clock.zone()).date()


def take_days(places: Iterable[UUID], day: date) -> None:
    """This will count a parcel more for each place on this day. Raises: PlaceFull (the caller rolls back)."""
    wanted = sorted(set(places))
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [day, [uuid7() for _ in wanted], wanted])
        taken = {row[0] for row in cursor.fetchall()}
    if len(taken) < len(wanted):
        raise PlaceFull(PlaceFull.__doc__)


def take_each_day(wanted: Mapping[tuple[UUID, date], int]) -> None:
    """This will count so many parcels more for each place and day. Raises: PlaceFull (the caller rolls back)."""
    if not wanted:
        return
    rows = [(uuid7(), place, day, count) for (place, day), count in wanted.items()]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_EACH, [list(column) for column in zip(*rows, strict=True)])
        taken = cursor.rowcount
    if taken < len(rows):
        raise PlaceFull(PlaceFull.__doc__)


def take_first_day(places: Collection[UUID], *, today: date) -> date | None:
    """This will count a parcel for each place on the first day on which all have room; None: not within two months, and
    nothing is counted.
    """
    for _ in range(_TRIES):
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, [today, today + _FARTHEST, sorted(places)])
            row = cursor.fetchone()
        day: date | None = row[0] if row else None
        if day is None:
            return None
        try:
            with transaction.atomic():
                take_days(places, day)
        except PlaceFull:  # somebody was faster
            continue
        return day
    return None


def give_back(places: Iterable[UUID], day: date | None, *, today: date) -> None:
    """This will count a parcel less for each place, unless that day is over."""
    wanted = sorted(set(places))
    if not wanted or day is None or day < today:
        return
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [day, wanted])


def move_days(before: Iterable[UUID], was: date | None, after: Iterable[UUID], day: date, *, today: date) -> None:
    """This will count an order's parcels from other places, or on another day. Raises: PlaceFull."""
    old, new = set(before), set(after)
    if was == day:
        old, new = old - new, new - old
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [[one for one in (was, day) if one], sorted(old | new)])
    give_back(old, was, today=today)
    take_days(new, day)
