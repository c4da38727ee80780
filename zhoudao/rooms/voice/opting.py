"""Customers who do not want to be asked, and the rule for those who are."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.voice.events import FollowUpAllowed, FollowUpRefused, FollowUpRuled
from zhoudao.rooms.voice.models import FollowUpRule, OptOut

MOST_DELAY_MINUTES = 30 * 24 * 60
MOST_REST_DAYS = 365
MOST_ORDER_DAYS = 30
_NOTHING = UUID(int=0)


class FollowUpUnsound(Exception):
    """Ask within 30 days, after an order one at least; rest at most a year; give both quiet hours or none."""


@frozen
class NewFollowUpRule:
    """What somebody wants the rule to be."""

    is_on: bool
    delay_minutes: int
    quiet_from: time | None
    quiet_until: time | None
    rest_days: int
    tells_progress: bool = True
    asks_orders: bool = True
    order_days: int = 2
    silent_stores: Sequence[UUID] = ()


@transaction.atomic
def refuse_follow_up(*, case_id: UUID | None = None, order_id: UUID | None = None, at: datetime) -> None:
    """This will never ask the customer of this case or order again, on no channel; said twice it changes nothing."""
    customer = _customer(case_id, order_id)
    if not is_opted_out(customer.id):
        OptOut.objects.create(customer=customer, since=at)
        _tell(FollowUpRefused(), customer, at)


@transaction.atomic
def allow_follow_up(*, case_id: UUID | None = None, order_id: UUID | None = None, at: datetime) -> None:
    """This will ask the customer of this case or order again, as if they had never refused."""
    customer = _customer(case_id, order_id)
    if OptOut.objects.filter(customer_id__in=group_ids(customer.id)).delete()[0]:
        _tell(FollowUpAllowed(), customer, at)


def is_opted_out(customer_id: UUID) -> bool:
    """Whether this person, on any of their records, does not want to be asked."""
    return OptOut.objects.filter(customer_id__in=group_ids(customer_id)).exists()


@transaction.atomic
def set_follow_up_rule(new: NewFollowUpRule, *, by: By, at: datetime) -> FollowUpRule:
    """This will keep the rule for questions planned from now on; quiet hours and switching off hold at once.

    Raises: FollowUpUnsound
    """
    fits = 0 <= new.delay_minutes <= MOST_DELAY_MINUTES and 0 <= new.rest_days <= MOST_REST_DAYS
    fits = fits and 1 <= new.order_days <= MOST_ORDER_DAYS
    if not fits or (new.quiet_from is None) != (new.quiet_until is None):
        raise FollowUpUnsound(FollowUpUnsound.__doc__)
    rule, _made = FollowUpRule.objects.update_or_create(
        id=1,
        defaults={
            "is_on": new.is_on,
            "delay_minutes": new.delay_minutes,
            "quiet_from": new.quiet_from,
            "quiet_until": new.quiet_until,
            "rest_days": new.rest_days,
            "tells_progress": new.tells_progress,
            "asks_orders": new.asks_orders,
            "order_days": new.order_days,
            "silent_stores": list(new.silent_stores),
        },
    )
    record(FollowUpRuled(new.is_on, new.delay_minutes, new.rest_days), at=at, by=by, about=[About("rule", UUID(int=1))])
    return rule


def _customer(case_id: UUID | None, order_id: UUID | None) -> Customer:
    """Locked, so that two who say it at once say it once."""
    if case_id is not None:
        found = Case.objects.values_list("customer_id", flat=True).get(id=case_id)
    else:
        found = Order.objects.values_list("customer_id", flat=True).get(id=order_id or _NOTHING)
    return Customer.objects.select_for_update().get(id=found)


def _tell(fact: Fact, customer: Customer, at: datetime) -> None:
    record(fact, at=at, by=By(f"customer:{customer.id}"), about=[About("customer", customer.id)])
