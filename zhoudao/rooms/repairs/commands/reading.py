"""Photos are read: asked for by whoever wants a repair, done by the analyst, used in the request or forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files import store as files
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.commands.requesting import PICTURES
from zhoudao.rooms.conversations.models import Attachment
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.holding import hold_device, hold_repair, in_turn, tell, tell_device
from zhoudao.rooms.repairs.commands.registering import name_device
from zhoudao.rooms.repairs.commands.requesting import (
    MOST_PHOTOS,
    How,
    Said,
    check_photo,
    liken,
    request_for_line,
)
from zhoudao.rooms.repairs.events import DeviceDescribed, ErrorCodeNoted, PhotoRead
from zhoudao.rooms.repairs.judging import propose
from zhoudao.rooms.repairs.kinds import OPEN, PhotoOf, ReadState, State
from zhoudao.rooms.repairs.models import PhotoReading, Repair, RepairPhoto
from zhoudao.rooms.repairs.refusals import ReadingNotFound, TooManyReadings

JOB, QUEUE = "repairs.read_photo", "photos"
KEPT = timedelta(days=1)
_MOST_UNUSED, _MOST_READ_LATER, _MOST_FORGOTTEN = 2 * MOST_PHOTOS, 4, 200


@frozen
class Seen:
    """What may be believed of a photo, and why no more may: see `PhotoReading`."""

    sku: str = ""
    serial: str = ""
    serial_how: str = ""
    serial_why: str = ""
    offered: str = ""
    error_code: str = ""
    error_why: str = ""


@transaction.atomic
def ask_reading(*, order_id: UUID, photo: bytes, by: By, at: datetime) -> PhotoReading:
    """This will keep a photo and have it read for a repair of something of an order. The same photo again is the same
    reading.

    Raises: NotAPhoto, TooManyReadings
    """
    check_photo(photo)
    order = Order.objects.select_for_update(of=("self",)).select_related("customer").get(id=order_id)
    unused = PhotoReading.objects.filter(order=order, repair=None).count()
    stored = files.keep(photo, subject_id=order.customer_id, key_id=order.customer.key_id)
    known = PhotoReading.objects.filter(order=order, file=stored).first()
    if known is not None:
        return known
    if unused >= _MOST_UNUSED:
        raise TooManyReadings(TooManyReadings.__doc__)
    made = PhotoReading.objects.create(
        order=order, customer_id=order.customer_id, file=stored, asked_at=at, asked_by=by.actor
    )
    _defer(made.id)
    return made


@transaction.atomic
def ask_readings_of_thread(*, order_id: UUID, conversation_id: UUID, by: By, at: datetime) -> list[PhotoReading]:
    """This will have the newest pictures of a conversation about an order read for a repair of it.

    Raises: TooManyReadings
    """
    rows = Attachment.objects.filter(message__conversation_id=conversation_id, file__content_type__in=PICTURES)
    newest = list(rows.select_related("file").order_by("-id")[:_MOST_READ_LATER])
    return [ask_reading(order_id=order_id, photo=files.read(one.file), by=by, at=at) for one in reversed(newest)]


def _defer(reading_id: UUID) -> None:
    transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(reading_id=str(reading_id)))


@transaction.atomic
def begin_reading(reading_id: UUID) -> PhotoReading | None:
    """The reading as the job finds it; None when it was read already, or is gone."""
    found = PhotoReading.objects.select_for_update(of=("self",)).select_related("file").filter(id=reading_id).first()
    if found is None or not found.is_waited_for:
        return None
    found.state = ReadState.READING
    found.save(update_fields=["state"])
    return found


@transaction.atomic
def finish_reading(*, reading_id: UUID, seen: Seen, fault: str = "", at: datetime) -> None:
    """This will note what was read, or (`fault`) why the picture could not be read at all; nothing when it is gone."""
    held = PhotoReading.objects.select_for_update().filter(id=reading_id).first()
    if held is None or not held.is_waited_for:
        return
    held.sku, held.serial, held.serial_how = seen.sku, seen.serial, seen.serial_how
    held.serial_why, held.offered = seen.serial_why, seen.offered
    held.error_code, held.error_why = seen.error_code, seen.error_why
    held.state, held.fault, held.read_at = ReadState.UNREAD if fault else ReadState.READ, fault[:12], at
    held.save()
    serial = "unread" if fault else seen.serial_how or seen.serial_why
    error = "unread" if fault else "found" if seen.error_code else seen.error_why
    fact = PhotoRead(seen.sku or "—", f"read_{serial}", f"read_{error}")
    about = [About("order", held.order_id), About("customer", held.customer_id)]
    record(fact, about=about, by=By("system:photos"), at=at)


@transaction.atomic
def request_with_photos(
    *,
    order_id: UUID,
    line_id: UUID,
    serial: str = "",
    said: Said,
    readings: Sequence[UUID] = (),
    how: How,
    by: By,
    at: datetime,
) -> Repair:
    """This will ask for the repair of a device of an order's line. The photos that were read for it are kept with it;
    those that came with the form are read now, for whoever judges it.

    Raises: what `request_for_line` raises
    """
    made = request_for_line(
        order_id=order_id, line_id=line_id, serial=serial, said=said, how=how, by=by, at=at
    )  # fmt: skip
    rows = PhotoReading.objects.select_for_update().filter(id__in=readings, order_id=order_id, repair=None)
    for one in rows.order_by("id")[:MOST_PHOTOS]:
        RepairPhoto.objects.get_or_create(repair=made, file_id=one.file_id, defaults={"of": PhotoOf.REPORTED, "at": at})
        one.repair = made
        one.save(update_fields=["repair"])
    _read_the_others(made, order_id, by=by, at=at)
    return made


def _read_the_others(repair: Repair, order_id: UUID, *, by: By, at: datetime) -> None:
    """This will have the photos of a repair read that nobody has had read yet."""
    known = PhotoReading.objects.filter(order_id=order_id).values_list("file_id", flat=True)
    for photo in repair.photos.exclude(file_id__in=known).order_by("id")[:_MOST_READ_LATER]:
        made = PhotoReading.objects.create(
            order_id=order_id, customer_id=repair.customer_id, repair=repair, file_id=photo.file_id, asked_at=at,
            asked_by=by.actor,
        )  # fmt: skip
        _defer(made.id)


@transaction.atomic
def take_over(*, repair_id: UUID, reading_id: UUID, by: By, at: datetime) -> Repair:
    """This will write on a repair what was read off a photo of it and a person looked at: the serial number of a device
    that has none yet, and the error code where none was said; what it likely is, is then proposed anew.

    Raises: RepairNotFound, NotNow, ReadingNotFound
    """
    owner = Repair.objects.filter(id=repair_id).values_list("customer_id", flat=True).first()
    if owner is not None:
        in_turn(owner)
    repair = hold_repair(repair_id, *OPEN)
    reading = repair.readings.filter(id=reading_id, state=ReadState.READ).first()
    if reading is None:
        raise ReadingNotFound(ReadingNotFound.__doc__)
    device = hold_device(repair.device_id)
    if reading.serial and device.serial_key is None and reading.sku == device.sku:
        name_device(device, reading.serial)
        tell_device(device, DeviceDescribed(device.sku), by=by, at=at)
    if reading.error_code and not repair.error_code:
        repair.error_code = reading.error_code
        if repair.state == State.REPORTED:
            liken(repair, propose(device, symptom=repair.symptom, error_code=repair.error_code))
        repair.save()
        tell(repair, ErrorCodeNoted(repair.number, repair.error_code), by=by, at=at)
    return repair


@transaction.atomic
def forget_readings(*, at: datetime) -> int:
    """This will destroy photos nobody asked for a repair with within a day; returns how many."""
    rows = PhotoReading.objects.select_for_update(skip_locked=True, of=("self",)).select_related("file")
    old = list(rows.filter(repair=None, asked_at__lt=at - KEPT).order_by("asked_at", "id")[:_MOST_FORGOTTEN])
    for one in old:
        one.delete()
        is_used = RepairPhoto.objects.filter(file_id=one.file_id).exists()
        if not is_used and not PhotoReading.objects.filter(file_id=one.file_id).exists():
            files.discard(one.file)
    return len(old)
