"""What hangs on an order, down to its returns, for tests of whose it is."""

from datetime import datetime
from uuid import UUID, uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.files.store import keep
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.tests.returns import PNG
from zhoudao.rooms.fieldwork.sealed import Told
from zhoudao.rooms.fieldwork.tests.network import plain_visit
from zhoudao.rooms.fulfilment.tests.depot import hung_on as hung_below
from zhoudao.rooms.orders.models import Order


def hung_on(order: Order, store: Store, code: str, *, at: datetime) -> dict[str, UUID | str]:
    """A wave, a tote and a parcel of an order; a return of it with a photo and a refund that waits; a visit."""
    request = ReturnRequest.objects.create(
        number="R2026-999999",
        order=order,
        store=store,
        customer_id=order.customer_id,
        kind="return_refund",
        reason="quality",
        policy_version=1,
        terms=Terms(is_allowed=True).stored(),
        language="en",
        key=uuid4(),
        asked_at=at,
        asked_by="customer:link",
        channel="form",
    )
    file = keep(PNG, subject_id=order.customer_id, key_id=order.customer.key_id)
    photo = request.photos.create(file=file, at=at)
    money = {"goods_minor": 100, "amount_minor": 100, "currency": "CNY"}
    refund = Refund.objects.create(number="F9", request=request, order=order, asked_at=at, asked_by="x", **money)
    found: dict[str, UUID | str] = {"return_number": request.number, "photo_id": photo.id, "refund_id": refund.id}
    told = Told(code, code, "13912340000")
    found["visit_number"] = plain_visit(store, told, customer_id=order.customer_id, at=at).number
    return {**hung_below(order, store, code, at=at), **found}
