"""Counting what customers are worth: everybody once a day, some at a time, beside whatever else is to be done."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from zhoudao.rooms.cases.queries.people import groups_of
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.worth.facts import Facts, facts_of
from zhoudao.rooms.worth.grades import BY_CLASS, FEWEST, SHARES, best_of
from zhoudao.rooms.worth.leaving import factors_of, level_of, usual_days
from zhoudao.rooms.worth.models import Weighing, Worth

MOST = 500
_FIELDS = (
    "bought_minor", "currency", "others", "orders", "last_date", "usual_days",
    "grade", "graded_by", "points", "level", "factors",
)  # fmt: skip
_LIMITS = """
    SELECT currency, percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY bought_minor)
      FROM worth_worth WHERE bought_minor > 0 GROUP BY currency HAVING count(*) >= %s
"""
_TELL = """
    UPDATE customers_customer AS c SET grade = said.grade, risk = said.risk
      FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS said (id, grade, risk)
     WHERE c.id = said.id AND (c.grade, c.risk) IS DISTINCT FROM (said.grade, said.risk)
"""


@transaction.atomic
def weigh_customers(*, at: datetime, zone: str, most: int = MOST) -> int:
    """This will count up to `most` customers that were not counted today; returns how many, 0 when all were.

    Limits of grades hold for a whole day; on the first everybody is counted twice, since there are none before.
    """
    row = Weighing.objects.select_for_update(skip_locked=True).filter(id=1).first()
    today = at.astimezone(ZoneInfo(zone)).date()
    if row is None:
        if Weighing.objects.filter(id=1).exists():
            return 0  # somebody else is counting
        row = Weighing(day_date=today, rounds_left=2)
    elif row.day_date < today:
        row.day_date, row.last_id, row.rounds_left, row.limits = today, None, 1 if row.done_at else 2, limits()
    if not row.rounds_left:
        return 0
    people = _next_people(row.last_id, most)
    _weigh(people, row.limits, at=at, zone=zone)
    row.last_id = people[-1].id if people else row.last_id
    if len(people) < most:
        row.rounds_left, row.last_id = row.rounds_left - 1, None
        row.limits = row.limits if not row.rounds_left else limits()
        row.done_at = at if not row.rounds_left else row.done_at
    row.save()
    return len(people)


def weigh_anew() -> None:
    """This will have everybody counted again from the beginning: much was taken over from elsewhere."""
    Weighing.objects.all().delete()


def limits() -> dict[str, list[int]]:
    """From which amount on a customer has A, B and C, by currency, over whoever bought (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS, [list(SHARES), FEWEST])
        return {currency: [int(minor) for minor in found] for currency, found in cursor.fetchall()}


def _next_people(after: UUID | None, most: int) -> list[Customer]:
    rows = Customer.objects.filter(merged_into=None, erased_at=None)
    rows = rows.filter(id__gt=after) if after else rows
    return list(rows.only("id", "value_class").order_by("id")[:most])


def _weigh(people: Sequence[Customer], limits: dict[str, list[int]], *, at: datetime, zone: str) -> None:
    groups = groups_of([one.id for one in people])
    facts = facts_of(groups, at=at, zone=zone)
    known = Worth.objects.in_bulk(list(groups))
    counted = [_counted(one, facts[one.id], limits, at=at, zone=zone) for one in people if one.id in groups]
    changed = [one for one in counted if one.pk not in known or _said(one) != _said(known[one.pk])]
    Worth.objects.bulk_create(changed, update_conflicts=True, unique_fields=["customer"], update_fields=_FIELDS)
    joined = [(one, "", "") for root, group in groups.items() for one in group if one != root]
    if joined:
        Worth.objects.filter(customer_id__in=[one for one, *_ in joined]).delete()
    tell_customers([*((one.pk, one.grade, one.level) for one in counted), *joined])


def tell_customers(said: Iterable[tuple[UUID, str, str]]) -> None:
    """This will write grade and risk where they are read with the customer (one statement)."""
    columns = [list(column) for column in zip(*said, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_TELL, columns)


def _counted(one: Customer, facts: Facts, limits: dict[str, list[int]], *, at: datetime, zone: str) -> Worth:
    seen, net = facts.seen, facts.net
    factors = factors_of(seen, today=at.astimezone(ZoneInfo(zone)).date())
    currency, grade = best_of(net, limits)
    graded_by = "bought" if grade else ""
    if not limits and one.value_class in BY_CLASS:
        grade, graded_by = BY_CLASS[one.value_class], "class"
    currency = currency or max(net, key=lambda each: (net[each], each), default="")
    return Worth(
        customer_id=one.id,
        bought_minor=net.get(currency, 0),
        currency=currency,
        others={each: minor for each, minor in sorted(net.items()) if each != currency},
        orders=facts.orders,
        last_date=seen.days[-1] if seen.days else None,
        usual_days=usual_days(seen.days),
        grade=grade,
        graded_by=graded_by,
        points=sum(factor.points for factor in factors),
        level=level_of(seen, factors),
        factors=[[factor.code, factor.points, factor.number] for factor in factors],
    )


def _said(one: Worth) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in _FIELDS)
