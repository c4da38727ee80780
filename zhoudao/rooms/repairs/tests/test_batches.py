"""A device knows its batch, from its registration or read off on the bench; what was noted before is remembered."""

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.repairs.commands.owning import describe_device, note_batch
from zhoudao.rooms.repairs.commands.registering import What, register_device
from zhoudao.rooms.repairs.tests.workshop import CLERK, LIU, SERIAL, TEN, asked, device, sold
from zhoudao.rooms.stock.refusals import BatchUnsound

pytestmark = pytest.mark.django_db


def noted() -> list[tuple[str, str]]:
    rows = Event.objects.filter(type="repairs.DeviceBatchNoted").order_by("id")
    return [(one.attributes["batch"], one.attributes["before"]) for one in rows]


def test_registered_with_its_batch_and_said_otherwise_on_the_bench() -> None:
    order = sold()
    assert device(order, batch=" l 7 ").batch == "L7"
    repair = asked(order)
    note_batch(repair_id=repair.id, batch="l8", by=LIU, at=TEN)
    note_batch(repair_id=repair.id, batch="L8", by=LIU, at=TEN)
    repair.device.refresh_from_db()
    assert (repair.device.batch, noted()) == ("L8", [("L8", "L7")])
    with pytest.raises(BatchUnsound):
        note_batch(repair_id=repair.id, batch="?", by=LIU, at=TEN)


def test_said_with_the_repair_a_known_device_gets_it_and_nothing_said_takes_nothing() -> None:
    order = sold()
    device(order)
    asked(order, batch="L7")
    assert device(order).batch == "L7"
    assert device(order, SERIAL).batch == "L7"
    assert noted() == [("L7", "—")]


def test_bought_elsewhere_it_is_registered_and_put_right() -> None:
    order = sold()
    what = What("WM-9", "洗衣机", "WM-9999", batch="a1")
    made = register_device(customer_id=order.customer_id, store_id=order.store_id, what=what, by=CLERK, at=TEN)
    assert made.batch == "A1"
    right = describe_device(device_id=made.id, what=What("WM-9", "洗衣机", "WM-9999", batch="a2"), by=CLERK, at=TEN)
    assert (right.batch, noted()) == ("A2", [("A2", "A1")])
