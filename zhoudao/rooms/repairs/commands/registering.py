"""Devices become known: with the line they were sold in, or bought elsewhere; twice is once."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.pieces import Had, had_of
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.repairs.commands.holding import in_turn, tell_device
from zhoudao.rooms.repairs.events import DeviceBatchNoted, DeviceRegistered
from zhoudao.rooms.repairs.kinds import Category
from zhoudao.rooms.repairs.models import Device, Make
from zhoudao.rooms.repairs.refusals import DeviceUnsound, LineUnknown, MoreThanBought, NotDelivered
from zhoudao.rooms.repairs.serials import serial_key
from zhoudao.rooms.repairs.warranties import terms_for
from zhoudao.rooms.stock.batches import batch_on_label

_LONGEST, _LONGEST_NAME = 80, 200


@frozen
class What:
    """A device as it is said to be. Brand and category that are left out are those of its item number."""

    sku: str
    name: str
    serial: str = ""
    brand: str = ""
    category: str = ""
    bought_date: date | None = None
    batch: str = ""


@transaction.atomic
def register_device(
    *, customer_id: UUID, store_id: UUID, what: What, channel: str = "", by: By, at: datetime
) -> Device:
    """This will note that a customer has a device that was bought elsewhere, or of whose order we know nothing. The
    same serial number again is the same device; one that another customer has said is theirs is disputed.

    Raises: DeviceUnsound, SerialUnsound, BatchUnsound
    """
    customer = Customer.objects.get(id=customer_id)
    in_turn(customer.id)
    key, batch = serial_key(what.serial), batch_on_label(what.batch)
    _check(what, at)
    group = group_ids(customer.id)
    known = _theirs(group, what.sku.strip(), key) if key else None
    if known is not None:
        return with_batch(known, batch, by=by, at=at)
    device = Device(customer=customer, store_id=store_id, sku=what.sku.strip(), bought_date=what.bought_date)
    return _registered(device, what, key, group, channel=channel, by=by, at=at)


@transaction.atomic
def register_sold(*, order_id: UUID, line_id: UUID, serial: str = "", batch: str = "", by: By, at: datetime) -> Device:
    """This will note which device of an order's line a customer has; without a serial number it is the line's nameless
    one. The same again is the same device; a batch that is said of it later is noted.

    Raises: LineUnknown, NotDelivered, SerialUnsound, BatchUnsound, MoreThanBought
    """
    device = _sold(order_id=order_id, line_id=line_id, serial=serial, batch=batch, by=by, at=at)
    return with_batch(device, batch_on_label(batch), by=by, at=at)


def _sold(*, order_id: UUID, line_id: UUID, serial: str, batch: str, by: By, at: datetime) -> Device:
    order = Order.objects.select_related("customer", "store").get(id=order_id)
    in_turn(order.customer_id)
    had = _had(order, line_id)
    key, group = serial_key(serial), group_ids(order.customer_id)
    known = list(Device.objects.filter(order_line=had.line, is_gone=False).order_by("id"))
    if (found := _same(known, group, had.line.sku, key)) is not None:
        return found
    nameless = next((one for one in known if one.serial_key is None), None)
    if nameless is not None and len(known) >= had.line.quantity:
        return _named(nameless, serial, key, group)
    if len(known) >= had.line.quantity:
        raise MoreThanBought(MoreThanBought.__doc__)
    zone = ZoneInfo(order.store.zone)
    device = Device(
        customer=order.customer,
        store_id=order.store_id,
        order_line=had.line,
        sku=had.line.sku,
        bought_date=order.placed_at.astimezone(zone).date(),
        delivered_date=had.delivered_at.astimezone(zone).date() if had.delivered_at else None,
    )
    what = What(had.line.sku, had.line.name, serial, batch=batch)
    return _registered(device, what, key, group, channel=order.source, by=by, at=at)


def taken_by_others(sku: str, key: str | None, group: Sequence[UUID]) -> bool:
    """Whether another customer has a device with this serial number (one statement)."""
    rows = Device.objects.filter(sku=sku, serial_key=key, is_disputed=False, is_gone=False)
    return key is not None and rows.exclude(customer_id__in=group).exists()


def describe(device: Device, what: What, *, channel: str) -> None:
    """This will write on a device in hand what it is, and the terms goods like it have now; the caller saves it."""
    make = Make.objects.filter(sku=device.sku).first() or Make(sku=device.sku)
    category = what.category if what.category in Category.values else make.category
    brand = what.brand.strip()[:60] or make.brand
    if (brand, category) != (make.brand, make.category):
        make.brand, make.category = brand, category
        make.save()
    device.brand, device.category, device.name = brand, category, what.name.strip()[:_LONGEST_NAME] or device.sku
    asked = {"sku": device.sku, "brand": brand, "category": category, "channel": channel, "store": device.store.code}
    terms = terms_for(asked)
    device.warranty_months, device.parts_months = terms.months, dict(terms.parts)
    device.terms_why, device.terms_version = terms.why[:20], terms.version


def _registered(
    device: Device, what: What, key: str | None, group: Sequence[UUID], *, channel: str, by: By, at: datetime
) -> Device:
    device.serial, device.serial_key = what.serial.strip()[:60] if key else "", key
    device.registered_at, device.registered_by, device.batch = at, by.actor, batch_on_label(what.batch)
    device.is_disputed = taken_by_others(device.sku, key, group)
    describe(device, what, channel=channel)
    _save(device)
    tell_device(device, DeviceRegistered(device.sku, device.is_disputed), by=by, at=at)
    return device


def with_batch(device: Device, batch: str, *, by: By, at: datetime) -> Device:
    """A device that is known, with the batch that was said of it now, if one was."""
    if batch and batch != device.batch:
        before, device.batch = device.batch, batch
        device.save(update_fields=["batch"])
        tell_device(device, DeviceBatchNoted(device.sku, batch, before or "—"), by=by, at=at)
    return device


def _save(device: Device) -> None:
    """Somebody else may have said the same number is theirs a moment ago: then it is disputed."""
    is_new = device._state.adding
    try:
        with transaction.atomic():
            device.save(force_insert=is_new)
    except IntegrityError:
        device.is_disputed = True
        device.save(force_insert=is_new)


def name_device(device: Device, serial: str) -> Device:
    """This will give a nameless device in hand its number. Raises: SerialUnsound."""
    return _named(device, serial, serial_key(serial), group_ids(device.customer_id))


def _named(device: Device, serial: str, key: str | None, group: Sequence[UUID]) -> Device:
    """The nameless device of a line gets its number."""
    if key is not None:
        device.serial, device.serial_key = serial.strip()[:60], key
        device.is_disputed = taken_by_others(device.sku, key, group)
        _save(device)
    return device


def _same(known: Sequence[Device], group: Sequence[UUID], sku: str, key: str | None) -> Device | None:
    if key is None:
        return next((one for one in known if one.serial_key is None), None)
    return next((one for one in known if one.serial_key == key), None) or _theirs(group, sku, key)


def _theirs(group: Sequence[UUID], sku: str, key: str) -> Device | None:
    return Device.objects.filter(customer_id__in=group, sku=sku, serial_key=key, is_gone=False).first()


def _had(order: Order, line_id: UUID) -> Had:
    had = next((one for one in had_of(order) if one.line.id == line_id), None)
    if had is None:
        raise LineUnknown(LineUnknown.__doc__)
    if not had.delivered:
        raise NotDelivered(NotDelivered.__doc__)
    return had


def _check(what: What, at: datetime) -> None:
    sku = what.sku.strip()
    is_sound = 0 < len(sku) <= _LONGEST and sku.isprintable() and what.name.strip()
    if not is_sound or (what.bought_date is not None and what.bought_date > at.date()):
        raise DeviceUnsound(DeviceUnsound.__doc__)


def line_of(order: Order, position: int) -> OrderLine:
    """The line at this place of an order. Raises: LineUnknown."""
    found = OrderLine.objects.filter(order=order, position=position).first()
    if found is None:
        raise LineUnknown(LineUnknown.__doc__)
    return found
