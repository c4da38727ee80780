"""A courier that is ordered for another team's return, for the test of who sees what (`tests/test_matrix.py`)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.hung import hung_on as hung_below
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.sealed import seal_sender


def hung_on(order: Order, store: Store, code: str, *, at: datetime) -> dict[str, UUID | str]:
    """What hangs on an order below; and a courier who fetches its return."""
    found = hung_below(order, store, code, at=at)
    request = ReturnRequest.objects.get(number=found["return_number"])
    pickup = Pickup(number="P2026-999999", request=request, service="kd", carrier="jd", fee_minor=0, key=uuid4())
    pickup.starts_at, pickup.ends_at = at, at + timedelta(hours=2)
    pickup.asked_at, pickup.asked_by = at, "customer:link"
    seal_sender(pickup, order.customer.key_id, Recipient(code, "13912340000", code))
    pickup.save(force_insert=True)
    return found
