"""What a customer is worth after pieces of an order were cancelled: what is left of it."""

from datetime import timedelta

import pytest

from zhoudao.rooms.aftersales.tests.returns import TEN, cancelled, waiting
from zhoudao.rooms.worth.facts import facts_of

pytestmark = pytest.mark.django_db


def test_what_was_cancelled_of_an_order_counts_no_more() -> None:
    order = waiting()

    def bought() -> int:
        who = order.customer_id
        return sum(facts_of({who: [who]}, at=TEN + timedelta(days=1), zone="Asia/Shanghai")[who].net.values())

    assert bought() == 31_000
    done = cancelled(order)
    assert bought() == 31_000 - done.less_minor
    cancelled(order, {0: 1, 1: 1})
    assert bought() == 0
