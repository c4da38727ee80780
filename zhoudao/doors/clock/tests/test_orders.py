"""Orders that passed the review go on, also when whoever approves them was killed."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.clock.knocks import orders_to_approve
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.commands.reviewing import review_order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.orders.tests.reviewing import bought, open_review

pytestmark = pytest.mark.django_db(transaction=True)
SOON, LATER = TEN + timedelta(seconds=5), TEN + timedelta(minutes=1)


def test_one_that_nobody_approved_is_asked_for_once_and_then_is() -> None:
    open_review()
    order = bought("who", Item("LP-7", 1, 5_000))
    review_order(order_id=order.id, at=TEN)
    assert list(orders_to_approve(SOON, SOON)) == []
    for _ in range(2):
        for _name, call in orders_to_approve(LATER, LATER):
            call()
    assert ProcrastinateJob.objects.filter(task_name="orders.approve_passed").count() == 1
    approve_passed(now=lambda: LATER)
    order.refresh_from_db()
    assert (order.commercial, order.approved_at) == ("approved", LATER)
    assert list(orders_to_approve(LATER + timedelta(minutes=1), LATER)) == []
