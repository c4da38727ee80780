"""What breaks: faults by product, how soon they were put right, and what came back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.kinds import State
from zhoudao.rooms.repairs.queries.listing import REPEATED_WITHIN

# A repair counts with the day it was asked for. `again`: done before, of the same device and fault, within 90 days.
_SQL = """
    SELECT d.sku, min(d.name), r.fault, count(*), count(*) FILTER (WHERE r.is_covered),
           count(*) FILTER (WHERE r.repaired_at IS NOT NULL AND r.fault <> ''),
           count(*) FILTER (WHERE r.repaired_at IS NOT NULL AND r.fault <> '' AND EXISTS (
               SELECT FROM repairs_repair b
               WHERE b.device_id = r.device_id AND b.fault = r.fault AND b.repaired_at IS NOT NULL
                 AND b.asked_at < r.asked_at AND b.asked_at >= r.asked_at - %(within)s)),
           count(r.repaired_at), coalesce(sum(r.repaired_at - r.asked_at), interval '0')
    FROM repairs_repair r JOIN repairs_device d ON d.id = r.device_id
    WHERE r.asked_at >= %(since)s AND r.asked_at < %(until)s AND r.state <> %(cancelled)s
      AND (%(stores)s::uuid[] IS NULL OR r.store_id = ANY (%(stores)s::uuid[]))
    GROUP BY d.sku, r.fault ORDER BY d.sku, r.fault
"""


@frozen
class Broken:
    """One product's repairs. `faults` counts them as judged (empty: not judged yet); of `judged` ones that were done,
    `again` had been done before; `done` took `taken` altogether from the customer's word on.
    """

    sku: str
    name: str
    repairs: int
    covered: int
    faults: Mapping[str, int]
    judged: int
    again: int
    done: int
    taken: timedelta

    @property
    def mean(self) -> timedelta | None:
        """How long one took from the customer's word until it was repaired; None of none."""
        return self.taken / self.done if self.done else None


def broken(since: datetime, until: datetime, stores: Sequence[UUID] | None = None) -> list[Broken]:
    """Every product that was to be repaired from `since` to before `until`, most often first (one statement); of all
    stores, or of these. What was called off is not counted.
    """
    asked: dict[str, Any] = {"since": since, "until": until, "within": REPEATED_WITHIN}
    asked |= {"stores": None if stores is None else list(stores), "cancelled": State.CANCELLED.value}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, asked)
        rows = cursor.fetchall()
    products = {row[0]: row[1] for row in rows}
    found = [together(sku, name, [row for row in rows if row[0] == sku]) for sku, name in products.items()]
    return sorted(found, key=lambda one: (-one.repairs, one.sku))


def together(sku: str, name: str, rows: Sequence[Sequence[object]]) -> Broken:
    """The rows of one product, or of all, as one."""
    faults: dict[str, int] = {}
    for row in rows:
        faults[str(row[2])] = faults.get(str(row[2]), 0) + _whole(row[3])
    counts = [sum(_whole(row[place]) for row in rows) for place in (3, 4, 5, 6, 7)]
    taken = sum((row[8] for row in rows if isinstance(row[8], timedelta)), timedelta())
    repairs, covered, judged, again, done = counts
    return Broken(sku, name, repairs, covered, faults, judged, again, done, taken)


def altogether(found: Sequence[Broken]) -> Broken:
    """All products as one."""
    faults: dict[str, int] = {}
    for one in found:
        for fault, count in one.faults.items():
            faults[fault] = faults.get(fault, 0) + count
    names = ("repairs", "covered", "judged", "again", "done")
    sums = {name: sum(getattr(one, name) for one in found) for name in names}
    return Broken("", "", faults=faults, taken=sum((one.taken for one in found), timedelta()), **sums)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int) else 0
