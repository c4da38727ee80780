"""From asking to money: what the policy gives, what comes back, what is paid."""

import pytest

from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    CLERK,
    TEN,
    asked,
    delivered,
    found,
    here,
    purse,
    told,
)
from zhoudao.rooms.orders.tests.reviewing import book

pytestmark = pytest.mark.django_db


def test_a_chair_comes_back_as_new_and_its_part_is_paid_to_the_cent() -> None:
    order = delivered()
    request = asked(order)
    assert (request.state, request.number[:5]) == ("approved", "R2026")
    here(request)
    request = found(request, Finding("CH-1", 1, "as_new", "restock"))
    [refund] = request.refunds.all()
    line = order.lines.get(position=1)
    assert refund.amount_minor == 12_900 - line.unit_parts("discount")[0]
    assert (refund.state, request.state) == ("approved", "inspected")
    pay_by_hand(refund_id=refund.id, reference="B-77", by=CLERK, at=TEN + 4 * A_DAY)
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.state, order.payment) == ("refunded", "partially_refunded")
    assert purse(order) == (31_000, refund.amount_minor, refund.amount_minor)
    assert book("CH-1") == (1, 0)
    assert told(request) == [
        "ReturnRequested", "ReturnApproved", "ReturnReceived", "ReturnInspected", "RefundApproved", "RefundPaid",
    ]  # fmt: skip
