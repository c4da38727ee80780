"""A device and its repair of another team's order, for the test of who sees what (`tests/test_matrix.py`)."""

from datetime import datetime
from uuid import UUID, uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.files.store import keep
from zhoudao.rooms.aftersales.tests.returns import PNG
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.pickups.tests.hung import hung_on as hung_below
from zhoudao.rooms.repairs.models import Device, Repair


def hung_on(order: Order, store: Store, code: str, *, at: datetime) -> dict[str, UUID | str]:
    """What hangs on an order below; and a device of it in repair, with a photo that is also its signature."""
    device = Device.objects.create(
        sku="WM-8", name=code, serial=code, customer_id=order.customer_id, store=store, registered_at=at,
        order_line=order.lines.get(position=1), registered_by="customer:link",
    )  # fmt: skip
    file = keep(PNG, subject_id=order.customer_id, key_id=order.customer.key_id)
    repair = Repair.objects.create(
        number="M2026-999999", device=device, customer_id=order.customer_id, order=order, store=store, symptom="leak",
        language="en", key=uuid4(), asked_at=at, asked_by="customer:link", channel="form", covered_why="over",
        currency="CNY", signature=file, signed_at=at,
    )  # fmt: skip
    photo = repair.photos.create(file=file, at=at)
    found: dict[str, UUID | str] = {
        "repair_number": repair.number,
        "device_id": device.id,
        "picture_id": photo.id,
    }
    return {**hung_below(order, store, code, at=at), **found}
