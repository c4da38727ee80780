"""Bringing an order to what its shop says now: placed, changed, paid, cancelled, by the same commands as anywhere."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.paying import note_payment
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.revising import revise_order
from zhoudao.rooms.orders.commands.setting_apart import apart, standing
from zhoudao.rooms.orders.models import LEFT, Commercial, Order, Payment, Reason, Storefront
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, HoldAlreadyOpen, OrderOver, SubmissionReused
from zhoudao.rooms.orders.storefronts.told import Told

_LOOK = timedelta(hours=1)  # until somebody looks at money that was given back
_GIVEN_BACK = (Payment.REFUNDED, Payment.PARTIALLY_REFUNDED)


def bring(
    shop: Storefront, order_id: UUID | None, told: Told, *, is_changed: bool, was_cancelled: bool, at: datetime
) -> Order:
    """This will place the order, or bring it along. Cancelled in the shop it is cancelled as long as it has not left;
    money given back holds it, so that a person decides.

    Raises: OrderRefused, CustomerNotFound
    """
    by = By(f"storefront:{shop.code}", store_id=shop.store_id, channel=shop.code)
    if order_id is None:
        order = _placed(shop, told, by, at)
    else:
        order = apart(order_id, lambda one: _is_its_own(one, told, is_changed=is_changed), by=by, at=at)
    if was_cancelled and not told.cancelled_for:
        raise OrderOver(OrderOver.__doc__)  # wanted again: cancelled is cancelled, so a person places it anew
    if order.merged_into is not None and (is_changed or told.cancelled_for):
        _check_not_gone(order.merged_into, order, told)
    if is_changed and order.is_open and not _is_only_money(order, told):
        _revise(order, shop, told, by, at)
    before = order.payment
    order = note_payment(order_id=order.id, payment=told.payment, by=by, at=at)
    if told.cancelled_for and order.merged_into is None:
        return cancel_order(order_id=order.id, reason=told.cancelled_for, by=by, at=at)
    if order.payment in _GIVEN_BACK and before not in _GIVEN_BACK:
        _hold(order, by, at)
    return order


def _is_its_own(order: Order, told: Told, *, is_changed: bool) -> bool:
    """Whether what the shop says is of this order alone, and not of those it goes with."""
    is_paid_otherwise = standing(told.payment) != standing(order.payment)
    return bool(told.cancelled_for) or is_changed or is_paid_otherwise


def _check_not_gone(first: Order, order: Order, told: Told) -> None:
    """What goes with another that has left is with its customer, or on its way to them.

    Raises: AlreadyOnItsWay, OrderOver
    """
    if first.fulfilment in LEFT and (told.cancelled_for or told.payment not in _GIVEN_BACK):
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    if told.cancelled_for and first.commercial == Commercial.COMPLETED:
        raise OrderOver(OrderOver.__doc__)


def _revise(order: Order, shop: Storefront, told: Told, by: By, at: datetime) -> None:
    """What is cancelled anyway need not be changed where it can be no more."""
    wanted, is_over = told.submission(shop.code, shop.store.code), bool(told.cancelled_for)
    with suppress(*([AlreadyOnItsWay] if is_over else [])):
        revise_order(order_id=order.id, wanted=wanted, goes_on=not is_over, by=by, at=at)


def _is_only_money(order: Order, told: Told) -> bool:
    """What was paid back after the goods had left is less in the shop, and no other order."""
    return order.fulfilment in LEFT and told.payment in _GIVEN_BACK


def _placed(shop: Storefront, told: Told, by: By, at: datetime) -> Order:
    wanted = told.submission(shop.code, shop.store.code)
    try:
        return place_order(wanted, by=by, at=at).order
    except SubmissionReused as before:  # it came another way, such as a list
        apart(before.order_id, lambda _one: True, by=by, at=at)
        return revise_order(order_id=before.order_id, wanted=wanted, by=by, at=at)


def _hold(order: Order, by: By, at: datetime) -> None:
    """Nothing that has left can be held; it is on its timeline, and comes back as a return."""
    if order.commercial not in (Commercial.PLACED, Commercial.APPROVED) or order.fulfilment in LEFT:
        return
    with suppress(HoldAlreadyOpen):
        open_hold(order_id=order.id, reason=Reason.REFUND_REQUESTED, due_at=at + _LOOK, by=by, at=at)
