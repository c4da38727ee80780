"""Getting hold of devices and repairs, and telling what happened to them."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.repairs.kinds import State
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.refusals import DeviceNotFound, NotNow, RepairNotFound


def in_turn(customer_id: UUID) -> None:
    """This will have whoever registers or asks for this customer wait for each other, until the transaction ends. It
    comes before every other lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 67))", [f"repairs.{customer_id}"])


def hold_device(device_id: UUID) -> Device:
    """A device, locked. Raises: DeviceNotFound."""
    rows = Device.objects.select_for_update(of=("self",)).select_related("customer", "store", "order_line__order")
    found = rows.filter(id=device_id).first()
    if found is None:
        raise DeviceNotFound(DeviceNotFound.__doc__)
    return found


def hold_repair(repair_id: UUID, *states: State) -> Repair:
    """A repair, locked, which stands at one of these states. Raises: RepairNotFound, NotNow."""
    rows = Repair.objects.select_for_update(of=("self",)).select_related("device", "customer", "store")
    found = rows.filter(id=repair_id).first()
    if found is None:
        raise RepairNotFound(RepairNotFound.__doc__)
    if states and found.state not in states:
        raise NotNow(NotNow.__doc__)
    return found


def tell(repair: Repair, *facts: Fact, by: By, at: datetime) -> None:
    """This will record what happened to a held repair, for it, its order, customer, case and device."""
    record_all([entry(repair, fact, by=by, at=at) for fact in facts], at=at, by=by)


def entry(repair: Repair, fact: Fact, *, by: By, at: datetime) -> Entry:
    """What happened to a held repair, to be recorded with other things."""
    about = [About("repair", repair.id), About("device", repair.device_id), About("customer", repair.customer_id)]
    if repair.order_id is not None:
        about.append(About("order", repair.order_id))
    if repair.conversation_id is not None:
        about.append(About("conversation", repair.conversation_id))
    return Entry(fact, about, By(by.actor, store_id=repair.store_id, channel=repair.channel), at)


def tell_device(device: Device, fact: Fact, *, by: By, at: datetime) -> None:
    """This will record what happened to a held device, for it and its customer."""
    about = [About("device", device.id), About("customer", device.customer_id)]
    record_all([Entry(fact, about, By(by.actor, store_id=device.store_id, channel=by.channel), at)], at=at, by=by)
