"""Cases, orders and days as outcomes are counted on: one query set each, with the value of every row beside it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract, Greatest

from zhoudao.ground.installation.clock import currency
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import Refund, RefundState
from zhoudao.rooms.cases import models as cases
from zhoudao.rooms.cases.models import Promise, Status
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.orders.models import REPLACEMENT, Commercial, Order
from zhoudao.rooms.tallies.rates import rates
from zhoudao.rooms.teamwork.models import Goodwill
from zhoudao.rooms.visits.models import Visit

AFTER = timedelta(days=30)
_HOUR = 3600.0
_SOLVED = (Status.RESOLVED, Status.CLOSED)
_NO, _YES = (Value(said, output_field=BooleanField()) for said in (False, True))
Rows = QuerySet[Any]


@frozen
class Frame:
    """Which stores, and what began from `since` until before `until`, as it is known `at`. `kind`: of which cases."""

    stores: tuple[UUID, ...]
    since: datetime
    until: datetime
    at: datetime
    kind: str = ""


class Seen(NamedTuple):
    """One case, order or day: when it began, what it came to; an open one with what it took so far."""

    id: UUID
    number: str
    store_id: UUID
    began_at: datetime
    value: float
    is_open: bool


def _cases(frame: Frame) -> Rows:
    rows = cases.Case.objects.filter(
        store_id__in=frame.stores, opened_at__gte=frame.since, opened_at__lt=frame.until
    ).exclude(status=Status.MERGED)
    rows = rows.filter(kind=frame.kind) if frame.kind else rows
    return rows.annotate(began_at=F("opened_at"))


def resolution(frame: Frame) -> Rows:
    """Hours from the opening to the last solution."""
    return _timed(_cases(frame), "resolved_at", Q(status__in=_SOLVED, resolved_at__isnull=False), frame.at)


def first_reply(frame: Frame) -> Rows:
    """Hours from the opening to the first answer by a person; what was solved without one is left out."""
    answered = Q(first_human_contact_at__isnull=False)
    waiting = _cases(frame).filter(answered | ~Q(status__in=_SOLVED))
    return _timed(waiting, "first_human_contact_at", answered, frame.at)


def _timed(rows: Rows, field: str, done: Q, at: datetime) -> Rows:
    """Hours from the opening to that moment; of what is not done, until now."""
    end = Case(When(done, then=F(field)), default=Value(at))
    value = Extract(end - F("opened_at"), "epoch") / _HOUR
    is_open = Case(When(done, then=_NO), default=_YES)
    return _valued(rows, value, is_open)


def kept(frame: Frame) -> Rows:
    """Of a case's judged promises the share that was kept in time."""
    of_case = Promise.objects.filter(case=OuterRef("pk")).order_by().values("case")
    kept, missed = Q(kept_at__isnull=False, broken_at=None), Q(broken_at__isnull=False)
    rows = _cases(frame).annotate(
        kept=Subquery(of_case.annotate(n=Count("id", filter=kept)).values("n")),
        judged=Subquery(of_case.annotate(n=Count("id", filter=kept | missed)).values("n")),
    )
    return _valued(rows.filter(judged__gt=0), F("kept") * 1.0 / F("judged"))


def satisfied(frame: Frame) -> Rows:
    """Of rated cases: 1 for four or five stars, else 0."""
    return _valued(_cases(frame).filter(rating__isnull=False), _flag(Q(rating__score__gte=4)))


def contacts(frame: Frame) -> Rows:
    """How often the customer came to us for a solved case."""
    return _valued(_solved(frame).filter(effort__isnull=False), F("effort__contacts") * 1.0)


def reopened(frame: Frame) -> Rows:
    """Of cases that were solved once: 1 if they were opened again, else 0."""
    once = _cases(frame).filter(Q(status__in=_SOLVED) | Q(reopened__gt=0))
    return _valued(once, _flag(Q(reopened__gt=0)))


def cost(frame: Frame) -> Rows:
    """What answering took, at the rates in force, and what was granted; the larger of what grants and answers say."""
    minute = rates()
    granted = Goodwill.objects.filter(case=OuterRef("pk"), state=Goodwill.State.GRANTED, currency=currency())
    said = Answer.objects.filter(case=OuterRef("pk"))
    given = Greatest(_sum(granted, "case", "amount_minor"), _sum(said, "case", "cost_cents"))
    answers = Coalesce(F("effort__answers"), F("effort__contacts"))
    rows = _solved(frame).filter(effort__isnull=False)
    each = float(minute.answer_minutes * minute.minute_minor)
    return _valued(rows, (answers * each + given) / _minor())


def _solved(frame: Frame) -> Rows:
    return _cases(frame).filter(status__in=_SOLVED)


def _orders(frame: Frame) -> Rows:
    rows = Order.objects.filter(
        store_id__in=frame.stores, placed_at__gte=frame.since, placed_at__lt=frame.until, currency=currency()
    )
    real = rows.exclude(commercial=Commercial.CANCELLED).exclude(source=REPLACEMENT)
    return real.annotate(began_at=F("placed_at"))


def visits(frame: Frame) -> Rows:
    """How many numbers a store gave on one day, of days it gave any; each day by its first."""
    rows = Visit.objects.filter(store_id__in=frame.stores, taken_at__gte=frame.since, taken_at__lt=frame.until)
    same_day = Visit.objects.filter(store=OuterRef("store"), day=OuterRef("day"))
    first = rows.exclude(Exists(same_day.filter(id__lt=OuterRef("id")))).annotate(began_at=F("taken_at"))
    count = same_day.order_by().values("day").annotate(n=Count("id")).values("n")
    found: Rows = _valued(first, Subquery(count)).annotate(label=Cast("day", CharField()))
    return found


def _old_enough(frame: Frame) -> Rows:
    return _orders(frame).filter(placed_at__lte=frame.at - AFTER)


def bought_again(frame: Frame) -> Rows:
    """Of orders thirty days old: 1 if their customer placed another one in that time, else 0."""
    later = (
        Order.objects.filter(
            customer=OuterRef("customer"),
            placed_at__gt=OuterRef("placed_at"),
            placed_at__lte=OuterRef("placed_at") + AFTER,
        )
        .exclude(commercial=Commercial.CANCELLED)
        .exclude(source=REPLACEMENT)
    )
    return _valued(_old_enough(frame), Case(When(Exists(later), then=1.0), default=0.0, output_field=FloatField()))


def basket(frame: Frame) -> Rows:
    """What an order costs, in the company's currency."""
    return _valued(_orders(frame), F("total_minor") * 1.0 / _minor())


def refunded(frame: Frame) -> Rows:
    """Of orders thirty days old: what was paid back in that time."""
    paid = Refund.objects.filter(
        order=OuterRef("pk"), state=RefundState.PAID, is_credit=False, paid_at__lte=OuterRef("placed_at") + AFTER
    )
    return _valued(_old_enough(frame), _sum(paid, "order", "amount_minor") * 1.0 / _minor())


def _sum(rows: Rows, by: str, field: str) -> Any:
    total = rows.order_by().values(by).annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total), 0, output_field=FloatField())


def _flag(condition: Q) -> Any:
    return Case(When(condition, then=1.0), default=0.0, output_field=FloatField())


def _valued(rows: Rows, value: Any, is_open: Any = _NO) -> Rows:
    found: Rows = rows.annotate(value=ExpressionWrapper(value, output_field=FloatField()), is_open=is_open)
    return found


def _minor() -> float:
    """How many of the smallest unit make one."""
    return float(1 / Money(1, currency()).amount)
