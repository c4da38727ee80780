"""Asking for a repair: the warranty is answered and the likely fault proposed at once; its case is there with it."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files import store as files
from zhoudao.ground.files.kinds import kind_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.commands.requesting import PICTURES
from zhoudao.rooms.repairs.commands.holding import hold_device, in_turn, tell
from zhoudao.rooms.repairs.commands.joining import join_case
from zhoudao.rooms.repairs.commands.registering import register_sold
from zhoudao.rooms.repairs.events import RepairRequested, WarrantyChecked
from zhoudao.rooms.repairs.judging import Proposal, propose
from zhoudao.rooms.repairs.kinds import PhotoOf, Symptom
from zhoudao.rooms.repairs.models import Device, Repair, RepairPhoto
from zhoudao.rooms.repairs.refusals import (
    AlreadyInRepair,
    DeviceNotFound,
    KeyReused,
    NotAPhoto,
    SymptomUnsaid,
)
from zhoudao.rooms.repairs.sealed import seal_words
from zhoudao.rooms.repairs.serials import error_code
from zhoudao.rooms.repairs.warranties import standing

MOST_PHOTOS, _LONGEST = 8, 2_000


@frozen
class Said:
    """What is wrong: the customer's choice, the code it shows, their words, and photos as they were sent."""

    symptom: str
    error_code: str = ""
    words: str = ""
    photos: Sequence[bytes] = field(default_factory=tuple)


@frozen
class How:
    """The form's own `key`, the language to answer in, and the case it was begun from."""

    key: UUID
    language: str = ""
    conversation_id: UUID | None = None


@transaction.atomic
def request_for_line(
    *, order_id: UUID, line_id: UUID, serial: str = "", batch: str = "", said: Said, how: How, by: By, at: datetime
) -> Repair:
    """This will ask for the repair of a device of an order's line, and register it where it is not known yet.

    Raises: what `register_sold` and `request_repair` raise
    """
    device = register_sold(order_id=order_id, line_id=line_id, serial=serial, batch=batch, by=by, at=at)
    return request_repair(device_id=device.id, said=said, how=how, by=by, at=at)


@transaction.atomic
def request_repair(*, device_id: UUID, said: Said, how: How, by: By, at: datetime) -> Repair:
    """This will ask for the repair of a device. Whether the warranty covers it is answered at once, and what it likely
    is proposed; its case is opened, or the one about its order hears of it. The same `key` twice is once.

    Raises: DeviceNotFound, SymptomUnsaid, NotAPhoto, AlreadyInRepair, KeyReused
    """
    if said.symptom not in Symptom.values:
        raise SymptomUnsaid(SymptomUnsaid.__doc__)
    owner = Device.objects.filter(id=device_id).values_list("customer_id", flat=True).first()
    if owner is None:
        raise DeviceNotFound(DeviceNotFound.__doc__)
    in_turn(owner)
    device = hold_device(device_id)
    if before := Repair.objects.filter(key=how.key).first():
        return _same(before, device, said)
    live = Repair.objects.filter(device=device, closed_at=None).first()
    if live is not None:
        raise AlreadyInRepair(live.id, live.number)
    for content in said.photos[: MOST_PHOTOS + 1]:
        check_photo(content)
    repair = _draft(device, said, how, by=by, at=at)
    seal_words(repair, device.customer.key_id, said.words.strip()[:_LONGEST])
    repair.conversation_id = join_case(repair, device, how.conversation_id, at=at)
    repair.save(force_insert=True)
    keep_photos(repair, said.photos, of=PhotoOf.REPORTED, at=at)
    order = repair.order.number if repair.order else ""
    symptom, version = f"symptom_{said.symptom}", repair.warranty_version
    asked = RepairRequested(repair.number, order, device.sku, symptom, repair.is_covered, version)
    checked = WarrantyChecked(repair.number, repair.is_covered, f"warranty_{repair.covered_why}")
    tell(repair, asked, checked, by=by, at=at)
    return repair


def check_photo(content: bytes) -> None:
    """Whether these bytes are a picture, by what they are. Raises: NotAPhoto."""
    if kind_of(content) not in PICTURES or len(content) > settings.FILE_LIMIT_BYTES:
        raise NotAPhoto(NotAPhoto.__doc__)


def keep_photos(repair: Repair, photos: Sequence[bytes], *, of: PhotoOf, at: datetime) -> None:
    """This will keep pictures with a repair, each once. Raises: NotAPhoto."""
    if len(photos) > MOST_PHOTOS:
        raise NotAPhoto(NotAPhoto.__doc__)
    for content in photos:
        check_photo(content)
    for content in photos:
        stored = files.keep(content, subject_id=repair.customer_id, key_id=repair.customer.key_id)
        RepairPhoto.objects.get_or_create(repair=repair, file=stored, defaults={"of": of, "at": at})


def _draft(device: Device, said: Said, how: How, *, by: By, at: datetime) -> Repair:
    code = error_code(said.error_code)
    covered = standing(device, at.astimezone(ZoneInfo(device.store.zone)).date())
    order = device.order_line.order if device.order_line else None
    repair = Repair(
        number=f"M{at.year}-{_next():06d}",
        device=device,
        customer=device.customer,
        order=order,
        store=device.store,
        symptom=said.symptom,
        error_code=code,
        language=how.language or (order.language if order else device.customer.language) or "zh-Hans",
        key=how.key,
        asked_at=at,
        asked_by=by.actor,
        channel=by.channel or (order.source if order else ""),
        is_covered=covered.is_covered,
        covered_why=covered.why,
        covered_until=covered.until,
        warranty_version=covered.version,
        currency=order.currency if order else clock.currency(),
    )
    liken(repair, propose(device, symptom=said.symptom, error_code=code))
    return repair


def liken(repair: Repair, likely: Proposal) -> None:
    """This will write what it likely is on a repair in hand; the caller saves it."""
    repair.proposed, repair.confidence = likely.fault, likely.confidence
    repair.triage_version, repair.part_sku = likely.version, likely.part
    repair.skill, repair.certification = likely.skill, likely.certification
    repair.minutes, repair.place = likely.minutes, likely.place


def _same(before: Repair, device: Device, said: Said) -> Repair:
    if (before.device_id, before.symptom) != (device.id, said.symptom):
        raise KeyReused(KeyReused.__doc__)
    return before


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('repair_number')")
        return int(cursor.fetchone()[0])
