"""Money for an order that carried others was paid in several payments: a person says which one it goes back to."""

import pytest

from zhoudao.doors.payments.tests.conftest import Till
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.models import Refund
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, TEN
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import placed

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_service_is_told_of_it_and_it_is_paid_by_hand(till: Till) -> None:
    till.serve()
    refund, other = till.refund(), placed()
    ended = {"commercial": "cancelled", "cancel_reason": "merged", "merged_into": refund.order_id}
    Order.objects.filter(id=other.id).update(**ended)
    till.hear()
    assert (till.work(), Refund.objects.get(id=refund.id).gateway) == (0, "")
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
    assert (Refund.objects.get(id=refund.id).state, till.platform.told) == ("paid", [])
