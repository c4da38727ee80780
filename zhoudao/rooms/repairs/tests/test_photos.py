"""A photo of a name plate becomes a filled request: what it shows is compared with what is known, the rest is asked."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from zhoudao.engines.photos.found import Code, Found, Line
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.files.store import keep
from zhoudao.rooms.conversations.models import Attachment, Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.describing import drop_error_code, list_serials, set_error_code, set_masks
from zhoudao.rooms.repairs.commands.reading import (
    Seen,
    ask_reading,
    ask_readings_of_thread,
    begin_reading,
    finish_reading,
    forget_readings,
    request_with_photos,
    take_over,
)
from zhoudao.rooms.repairs.commands.requesting import How, Said
from zhoudao.rooms.repairs.matching import beside, seen_on
from zhoudao.rooms.repairs.models import ErrorCode, MadeSerial, PhotoReading, Repair
from zhoudao.rooms.repairs.privacy import KEEPER
from zhoudao.rooms.repairs.refusals import (
    ErrorCodeUnsound,
    MasksUnsound,
    NotAPhoto,
    ReadingNotFound,
    SerialsUnsound,
    TooManyReadings,
)
from zhoudao.rooms.repairs.saying import filled_by, readings_in
from zhoudao.rooms.repairs.tests.photos import PLATE, described, label, read_now
from zhoudao.rooms.repairs.tests.workshop import A_DAY, CLERK, LINK, PNG, TEN, asked, device, line_id, sold, told

pytestmark = pytest.mark.django_db
KEY = "ZD0815KQRS"
_BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def reading(order: Order, photo: bytes = PNG) -> PhotoReading:
    return ask_reading(order_id=order.id, photo=photo, by=LINK, at=TEN)


def shows(one: PhotoReading, *lines: str, code: str = "") -> Seen:
    codes = (Code("QR Code", code, _BOX, "plain"),) if code else ()
    return seen_on(Found(codes, tuple(Line(text, 0.99, _BOX, "text") for text in lines)), beside(one))


def requested(order: Order, *readings: PhotoReading, **more: Any) -> Repair:
    said = Said(**({"symptom": "code"} | {key: more.pop(key) for key in ("photos", "error_code") if key in more}))
    ids = [one.id for one in readings]
    given: dict[str, Any] = {"line_id": line_id(order), "by": LINK, "at": TEN + A_DAY} | more
    return request_with_photos(order_id=order.id, said=said, readings=ids, how=How(uuid4()), **given)


def test_a_photo_of_a_label_fills_the_request_and_goes_with_it() -> None:
    order = sold()
    described(TEN)
    one = read_now(reading(order, label(level=1)), TEN)
    assert (one.state, one.serial, one.sku, one.serial_how) == ("read", KEY, "WM-8", "code")
    filled = filled_by(readings_in(order.id, [str(one.id)]))
    assert (filled.serial, filled.sku) == (KEY, "WM-8")
    repair = requested(order, one, serial=filled.serial)
    assert repair.device.serial_key == KEY
    assert [photo.file_id for photo in repair.photos.all()] == [one.file_id]
    assert readings_in(order.id, [str(one.id)]) == [], "it is used"
    event = Event.objects.get(type="repairs.PhotoRead")
    assert event.attributes == {"sku": "WM-8", "serial": "read_code", "error": "read_nothing"}


def test_a_photo_nobody_can_open_is_said_to_be_so_and_asked_about() -> None:
    order = sold()
    described(TEN)
    one = read_now(reading(order, label()[:3_000]), TEN)
    assert (one.state, one.fault, one.serial) == ("unread", "broken", "")
    assert filled_by([one]) == filled_by([])


def test_print_is_believed_where_it_is_registered_or_the_customers_own() -> None:
    order = sold()
    described(TEN, registered=f"{PLATE}\nZD-0816-KQRS\n")
    one = reading(order)
    assert shows(one, "S/N: ZD-O815-KQRS").serial == KEY
    assert shows(one, "S/N: ZD-0817-KQRS") == Seen(
        "WM-8", serial_why="unconfirmed", offered="ZD0817KQRS", error_why="nothing"
    )
    device(order, serial="ZD-0817-KQRS")
    assert shows(one, "S/N: ZD-0817-KQRS").serial_how == "registered"


def test_another_customers_device_confirms_nothing() -> None:
    order = sold()
    described(TEN)
    device(order, serial=PLATE)
    other = sold(claims=[Claim("external", "buyer-2", scope="shop")])
    assert shows(reading(other), f"S/N: {PLATE}").serial == ""


def test_an_error_code_means_a_fault_and_is_proposed() -> None:
    order = sold()
    described(TEN)
    set_error_code(sku="WM-8", code="e 30", fault="motor", severity="repair", words={}, by=CLERK, at=TEN)
    assert shows(reading(order), "ERROR", "EI8").error_code == "E18"
    assert shows(reading(order), "ERROR", "E19").error_code == ""
    repair = asked(order, symptom="code", error_code="E30")
    assert (repair.proposed, repair.confidence, repair.part_sku) == ("motor", 90, ""), "before what the table says"
    drop_error_code(sku="WM-8", code="E30", by=CLERK, at=TEN)
    assert not ErrorCode.objects.filter(code="E30").exists()


def test_the_photos_of_the_form_itself_are_read_for_whoever_judges_it_and_taken_over_by_hand() -> None:
    order = sold()
    described(TEN)
    repair = requested(order, photos=[label()])
    (one,) = repair.readings.all()
    finish_reading(reading_id=one.id, seen=Seen("WM-8", KEY, "code", error_code="E18"), at=TEN)
    assert repair.device.serial_key is None, "nothing is taken over by itself"
    for _twice in range(2):
        repair = take_over(repair_id=repair.id, reading_id=one.id, by=CLERK, at=TEN + A_DAY)
    repair.device.refresh_from_db()
    assert (repair.device.serial_key, repair.error_code, repair.proposed) == (KEY, "E18", "pump")
    assert told(repair).count("ErrorCodeNoted") == 1
    with pytest.raises(ReadingNotFound):
        take_over(repair_id=repair.id, reading_id=uuid4(), by=CLERK, at=TEN)


def test_the_pictures_of_a_conversation_are_read_too() -> None:
    order = sold()
    described(TEN)
    thread = asked(order).conversation_id
    assert thread is not None
    message = Message.objects.filter(conversation_id=thread).earliest("id")
    for content in (label(), b"only words"):
        stored = keep(content, subject_id=order.customer_id, key_id=order.customer.key_id)
        Attachment.objects.create(message=message, file=stored, name_sealed=b"")
    (one,) = ask_readings_of_thread(order_id=order.id, conversation_id=thread, by=CLERK, at=TEN)
    assert read_now(one, TEN).serial == KEY


def test_a_job_that_runs_twice_reads_once() -> None:
    order = sold()
    one = reading(order)
    finish_reading(reading_id=one.id, seen=Seen("WM-8", KEY, "code"), at=TEN)
    assert begin_reading(one.id) is None
    finish_reading(reading_id=one.id, seen=Seen(), at=TEN)
    one.refresh_from_db()
    assert one.serial == KEY
    assert Event.objects.filter(type="repairs.PhotoRead").count() == 1


def test_the_same_photo_is_read_once_and_not_more_than_sixteen_are() -> None:
    order = sold()
    assert reading(order).id == reading(order).id
    for number in range(15):
        reading(order, PNG + bytes([number]))
    with pytest.raises(TooManyReadings):
        reading(order, PNG + b"more")
    with pytest.raises(NotAPhoto):
        reading(order, b"<html>")


def test_readings_of_another_order_are_as_if_there_were_none() -> None:
    one = reading(sold())
    other = sold(claims=[Claim("external", "buyer-2", scope="shop")])
    assert readings_in(other.id, [str(one.id), "x", str(uuid4())]) == []
    repair = requested(other, one)
    assert (repair.photos.count(), repair.readings.count()) == (0, 0)


def test_photos_nobody_asked_a_repair_with_are_gone_after_a_day_with_what_they_showed() -> None:
    order = sold()
    described(TEN)
    kept, gone = reading(order, label()), reading(order, PNG)
    requested(order, kept)
    assert forget_readings(at=TEN + timedelta(hours=23)) == 0
    assert forget_readings(at=TEN + timedelta(hours=25)) == 1
    assert not PhotoReading.objects.filter(id=gone.id).exists()
    assert not StoredFile.objects.filter(id=gone.file_id).exists()
    assert StoredFile.objects.filter(id=kept.file_id).exists()
    assert Path(settings.FILES_DIR).exists()


def test_who_is_forgotten_leaves_no_reading() -> None:
    order = sold()
    reading(order)
    KEEPER.forget([order.customer_id], TEN)
    assert PhotoReading.objects.count() == 0


def test_what_is_said_of_a_product_is_checked_and_twice_is_once() -> None:
    with pytest.raises(MasksUnsound):
        set_masks(sku="WM-8", masks="(a+)+", by=CLERK, at=TEN)
    with pytest.raises(ErrorCodeUnsound):
        set_error_code(sku="WM-8", code="!", fault="pump", severity="stop", words={}, by=CLERK, at=TEN)
    for text in ("", "ZD-0815-KQRS\n!!\n", "\n".join(f"ZD{number:06}" for number in range(20_001))):
        with pytest.raises(SerialsUnsound):
            list_serials(sku="WM-8", text=text, by=CLERK, at=TEN)
    assert list_serials(sku="WM-8", text=f"{PLATE}\n{PLATE}\nZD-0816-KQRS", by=CLERK, at=TEN) == 2
    assert list_serials(sku="WM-8", text=PLATE, by=CLERK, at=TEN) == 0
    assert MadeSerial.objects.count() == 2
