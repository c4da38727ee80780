"""What people put right about a device: its warranty extended, whose it is, what it is."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.repairs.commands.holding import hold_device, hold_repair, in_turn, tell_device
from zhoudao.rooms.repairs.commands.registering import What, describe, taken_by_others, with_batch
from zhoudao.rooms.repairs.events import DeviceDescribed, DeviceSettled, WarrantyExtended
from zhoudao.rooms.repairs.kinds import OPEN
from zhoudao.rooms.repairs.models import Device, Extension, Repair
from zhoudao.rooms.repairs.refusals import DeviceUnsound, ExtensionUnsound, NotDisputed, SerialTaken
from zhoudao.rooms.repairs.serials import serial_key
from zhoudao.rooms.stock.batches import batch_on_label

_MOST_MONTHS = 60


@transaction.atomic
def extend_warranty(
    *, device_id: UUID, months: int, is_sold: bool, reason: str, key: UUID, by: By, at: datetime
) -> Extension:
    """This will add months to a device's warranty, sold or granted, with a reason. The same `key` twice is once.

    Raises: DeviceNotFound, ExtensionUnsound
    """
    words = " ".join(reason.split())[:200]
    if not 1 <= months <= _MOST_MONTHS or not words:
        raise ExtensionUnsound(ExtensionUnsound.__doc__)
    device = hold_device(device_id)
    known = Extension.objects.filter(key=key).first()
    if known is not None:
        return known
    made = Extension.objects.create(
        device=device, months=months, is_sold=is_sold, reason=words, key=key, at=at, actor=by.actor
    )
    tell_device(device, WarrantyExtended(device.sku, months, is_sold), by=by, at=at)
    return made


@transaction.atomic
def settle_dispute(*, device_id: UUID, is_theirs: bool, by: By, at: datetime) -> Device:
    """This will settle whose a disputed device is: theirs, and whoever said so before has passed it on; or not theirs,
    and its serial number was read wrongly.

    Raises: DeviceNotFound, NotDisputed
    """
    device = hold_device(device_id)
    if not device.is_disputed:
        raise NotDisputed(NotDisputed.__doc__)
    if is_theirs:
        same = Device.objects.filter(sku=device.sku, serial_key=device.serial_key, is_gone=False)
        same.exclude(id=device.id).update(is_gone=True)
    else:
        device.serial, device.serial_key = "", None
    device.is_disputed = False
    device.save(update_fields=["serial", "serial_key", "is_disputed"])
    tell_device(device, DeviceSettled(device.sku, is_theirs), by=by, at=at)
    return device


@transaction.atomic
def describe_device(*, device_id: UUID, what: What, delivered_date: date | None = None, by: By, at: datetime) -> Device:
    """This will put right what is known of a device; its warranty terms are those that goods like it have now.

    Raises: DeviceNotFound, DeviceUnsound, SerialUnsound, BatchUnsound, SerialTaken
    """
    key, batch = serial_key(what.serial), batch_on_label(what.batch)
    known = Device.objects.filter(id=device_id).values_list("customer_id", flat=True).first()
    if known is not None:
        in_turn(known)
    device = hold_device(device_id)
    days = [one for one in (what.bought_date, delivered_date) if one is not None]
    if any(one > at.date() for one in days) or not what.name.strip():
        raise DeviceUnsound(DeviceUnsound.__doc__)
    if key != device.serial_key and taken_by_others(device.sku, key, group_ids(device.customer_id)):
        raise SerialTaken(SerialTaken.__doc__)
    device.serial, device.serial_key = what.serial.strip()[:60] if key else "", key
    device.bought_date, device.delivered_date = what.bought_date, delivered_date
    channel = device.order_line.order.source if device.order_line else ""
    describe(device, what, channel=channel)
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError as error:
        raise SerialTaken(SerialTaken.__doc__) from error
    tell_device(device, DeviceDescribed(device.sku), by=by, at=at)
    return with_batch(device, batch, by=by, at=at)


@transaction.atomic
def note_batch(*, repair_id: UUID, batch: str, by: By, at: datetime) -> Repair:
    """This will note the batch on the label of what lies on the bench. What was noted before stays in its history.

    Raises: RepairNotFound, NotNow, BatchUnsound
    """
    repair = hold_repair(repair_id, *OPEN)
    with_batch(hold_device(repair.device_id), batch_on_label(batch), by=by, at=at)
    return repair
