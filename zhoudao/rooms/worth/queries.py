"""One customer's worth, with its reasons."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.worth.leaving import POINTS, Factor
from zhoudao.rooms.worth.models import Weighing, Worth


@frozen
class Weighed:
    """As it was counted the last time; `bought` has the currency of the grade first."""

    bought: Sequence[Money]
    orders: int
    last_date: date | None
    usual_days: int | None
    grade: str
    graded_by: str
    points: int
    level: str
    factors: Sequence[Factor]
    counted_at: datetime | None


def worth_of(group: Sequence[UUID]) -> Weighed | None:
    """What the person with these records is worth; None when nobody has counted yet (two statements)."""
    row = Worth.objects.filter(customer_id__in=group, customer__merged_into=None).first()
    if row is None:
        return None
    first = [Money(row.bought_minor, row.currency)] if row.currency else []
    return Weighed(
        bought=first + [Money(minor, currency) for currency, minor in row.others.items()],
        orders=row.orders,
        last_date=row.last_date,
        usual_days=row.usual_days,
        grade=row.grade,
        graded_by=row.graded_by,
        points=row.points,
        level=row.level,
        factors=[Factor(code, number) for code, _points, number in row.factors if code in POINTS],
        counted_at=Weighing.objects.filter(id=1).values_list("done_at", flat=True).first(),
    )
