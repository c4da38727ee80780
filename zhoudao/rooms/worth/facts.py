"""What the rooms know of some people at once: purchases, cases, ratings, and what was granted or refused."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.rooms.cases.models import ACTIVE
from zhoudao.rooms.worth.leaving import Seen

YEAR, RHYTHM, SERVICE = timedelta(days=365), timedelta(days=730), timedelta(days=180)
MOODS, OPEN_LONG = timedelta(days=90), timedelta(days=7)
_PEOPLE = "unnest(%(roots)s::uuid[], %(records)s::uuid[]) AS r (root, record)"
_BOUGHT = f"""
    SELECT r.root, o.currency, (o.placed_at AT TIME ZONE %(zone)s)::date, o.placed_at >= %(year)s,
           count(*) FILTER (WHERE o.payment <> 'refunded'),
           coalesce(sum(o.total_minor) FILTER (WHERE o.payment <> 'refunded'), 0)::bigint,
           coalesce(sum(o.total_minor) FILTER (WHERE o.payment = 'refunded'), 0)::bigint
      FROM {_PEOPLE} JOIN orders_order o ON o.customer_id = r.record
     WHERE o.placed_at >= %(rhythm)s AND o.placed_at <= %(at)s
       AND o.commercial <> 'cancelled' AND o.payment <> 'failed' AND o.source <> 'replacement'
     GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - only constants of this file
_SERVED = f"""
    SELECT r.root, count(*),
           count(*) FILTER (WHERE c.kind = 'complaint' AND c.opened_at >= %(service)s),
           count(*) FILTER (WHERE c.status = ANY(%(active)s) AND EXISTS (
               SELECT FROM cases_promise p WHERE p.case_id = c.id AND p.ended_at IS NULL
                  AND (p.broken_at IS NOT NULL OR p.due_at < %(at)s))),
           count(*) FILTER (WHERE c.status = ANY(%(active)s) AND c.opened_at < %(open_long)s),
           count(*) FILTER (WHERE c.came_back_at >= %(service)s),
           count(*) FILTER (WHERE c.outcome = 'unfounded' AND c.resolved_at >= %(service)s),
           (array_agg(c.mood ORDER BY c.mood_at DESC, c.id) FILTER (WHERE c.mood_at >= %(moods)s))[1] = -1,
           (array_agg(v.score ORDER BY v.rated_at DESC, c.id) FILTER (WHERE v.rated_at >= %(service)s))[1]
      FROM {_PEOPLE} JOIN cases_case c ON c.customer_id = r.record AND c.status <> 'merged'
      LEFT JOIN voice_rating v ON v.case_id = c.id
     WHERE c.opened_at <= %(at)s AND (c.opened_at >= %(service)s OR c.status = ANY(%(active)s))
     GROUP BY 1
"""  # noqa: S608 - only constants of this file
_GRANTED = f"""
    SELECT r.root, g.currency,
           coalesce(sum(g.amount_minor) FILTER (WHERE g.state = 'granted' AND g.kind = 'refund'
                                                  AND g.decided_at >= %(year)s), 0)::bigint,
           count(*) FILTER (WHERE g.state = 'refused' AND g.decided_at >= %(service)s)
      FROM {_PEOPLE} JOIN cases_case c ON c.customer_id = r.record JOIN teamwork_goodwill g ON g.case_id = c.id
     WHERE g.state IN ('granted', 'refused') AND g.decided_at >= %(year)s AND g.decided_at <= %(at)s
     GROUP BY 1, 2
"""  # noqa: S608 - only constants of this file


@dataclass
class Facts:
    """One person's. `bought` is net, by currency, of twelve months."""

    bought: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    given_back: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # with orders refunded as a whole
    granted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    orders: int = 0
    days: set[date] = field(default_factory=set)
    refusals: int = 0
    served: tuple[Any, ...] = (0, 0, 0, 0, 0, 0, None, None)

    @property
    def net(self) -> dict[str, int]:
        """What was bought, less refunds granted in cases, as far as no order refunded as a whole tells of them."""
        less = {one: max(0, self.granted[one] - self.given_back[one]) for one in self.bought}
        return {one: max(0, minor - less[one]) for one, minor in self.bought.items() if minor}

    @property
    def seen(self) -> Seen:
        """As the reasons for leaving are looked for."""
        cases, complaints, late, open_long, came_back, unfounded, is_upset, stars = self.served
        return Seen(
            days=sorted(self.days),
            cases=cases,
            complaints=complaints,
            late=late,
            open_long=open_long,
            came_back=came_back,
            refused=unfounded + self.refusals,
            is_upset=bool(is_upset),
            stars=stars,
        )


def facts_of(groups: Mapping[UUID, Sequence[UUID]], *, at: datetime, zone: str) -> dict[UUID, Facts]:
    """Of each person, by the record that speaks for them (three statements, however many they are)."""
    pairs = [(root, record) for root, records in groups.items() for record in records]
    values: dict[str, Any] = {"roots": [root for root, _ in pairs], "records": [record for _, record in pairs]}
    values |= {"at": at, "zone": zone, "active": list(ACTIVE), "year": at - YEAR, "rhythm": at - RHYTHM}
    values |= {"service": at - SERVICE, "moods": at - MOODS, "open_long": at - OPEN_LONG}
    found = {root: Facts() for root in groups}
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT, values)
        for root, currency, day, is_of_year, orders, minor, refunded in cursor.fetchall():
            _buy(found[root], currency, day, is_of_year, (orders, minor, refunded))
        cursor.execute(_SERVED, values)
        for root, *served in cursor.fetchall():
            found[root].served = tuple(served)
        cursor.execute(_GRANTED, values)
        for root, currency, refunds, refusals in cursor.fetchall():
            found[root].granted[currency] += refunds
            found[root].refusals += refusals
    return found


def _buy(one: Facts, currency: str, day: date, is_of_year: bool, counted: tuple[int, int, int]) -> None:
    orders, minor, refunded = counted
    if orders:
        one.days.add(day)
    if is_of_year:
        one.orders += orders
        one.bought[currency] += minor
        one.given_back[currency] += refunded
