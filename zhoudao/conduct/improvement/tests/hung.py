"""What hangs on an order, and what somebody else is to improve, for tests of whose it is."""

from datetime import datetime
from uuid import UUID

from zhoudao.conduct.improvement.models import Initiative
from zhoudao.ground.accounts.models import Store, User
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.tests.hung import hung_on as hung_below


def hung_on(order: Order, store: Store, code: str, *, at: datetime) -> dict[str, UUID | str]:
    """As below, and an initiative of somebody who is none of those who ask."""
    owner = User.objects.order_by("id")[0]
    made = {"stage_at": at, "made_at": at, "made_by": owner, "owner": owner, "due_date": at.date()}
    one = Initiative.objects.create(title=code, problem=code, **made)
    return {**hung_below(order, store, code, at=at), "initiative_id": one.id}
