"""On the desk: what photos of a product may show is said, a photo fills the form, and what was read is taken over."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhoudao.doors.desk.aftersales.tests.test_returns import somebody, text
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.repairs.commands.reading import Seen, finish_reading
from zhoudao.rooms.repairs.models import Make, PhotoReading, Repair
from zhoudao.rooms.repairs.tests.photos import described, label, read_now
from zhoudao.rooms.repairs.tests.workshop import sold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("label.jpg", label(), "image/jpeg")


def says(client: Any, do: str, **more: str) -> Any:
    return client.post("/desk/repairs/products/act/", {"do": do, "sku": "WM-8"} | more)


def test_what_numbers_look_like_and_codes_mean_is_said_on_a_page(shop: Shop) -> None:
    lead = somebody("process_manager")
    assert says(lead, "masks", masks="ZD-####-AAAA").status_code == 302
    assert says(lead, "serials", serials="ZD-0815-KQRS\nZD-0816-KQRS").status_code == 302
    code = {"code": "e18", "fault": "pump", "severity": "stop", "words-en": "It does not drain"}
    assert says(lead, "code", **code).status_code == 302
    shown = text(lead.get("/desk/repairs/products/?sku=WM-8"))
    for words in ("ZD-####-AAAA", "E18", "It does not drain", "2 "):
        assert words in shown, words
    assert says(lead, "masks", masks="(a+)+").status_code == 422
    assert says(lead, "drop", code="E18").status_code == 302
    assert not Make.objects.get().error_codes.exists()
    assert "WM-8" in text(lead.get("/desk/repairs/products/"))
    assert says(lead, "else").status_code == 400


def test_who_may_only_read_it_changes_nothing(shop: Shop) -> None:
    described(shop.now)
    clerk = somebody("after_sales_clerk")
    assert "ZD-####-AAAA" in text(clerk.get("/desk/repairs/products/?sku=WM-8"))
    assert says(clerk, "masks", masks="####").status_code == 403
    assert Make.objects.get(sku="WM-8").serial_masks == "ZD-####-AAAA"


def test_a_photo_fills_the_form_of_whoever_asks_on_the_customers_behalf(shop: Shop) -> None:
    described(shop.now)
    order = sold(shop.now)
    clerk = somebody("after_sales_clerk")
    address = f"/desk/orders/{order.number}/repair/"
    sent = clerk.post(address, {"do": "photo", "photo": photo()})
    assert clerk.get(sent["Location"])["Refresh"] == "2"
    one = read_now(PhotoReading.objects.get(), shop.now)
    shown = text(clerk.get(sent["Location"]))
    assert 'name="serial" value="ZD0815KQRS"' in shown
    body = {"line": "1", "serial": "ZD0815KQRS", "symptom": "leak", "reading": str(one.id), "do": "repair"}
    assert clerk.post(address, body).status_code == 302
    assert Repair.objects.get().readings.get().id == one.id
    assert clerk.post(address, {"do": "photo"}).status_code == 422


def test_what_was_read_off_a_photo_is_taken_over_with_one_button(shop: Shop) -> None:
    described(shop.now)
    order = sold(shop.now)
    clerk = somebody("after_sales_clerk")
    body = {"line": "1", "symptom": "code", "photos": photo(), "do": "repair"}
    clerk.post(f"/desk/orders/{order.number}/repair/", body)
    repair, one = Repair.objects.get(), PhotoReading.objects.get()
    finish_reading(reading_id=one.id, seen=Seen("WM-8", "ZD0815KQRS", "code", error_code="E18"), at=shop.now)
    page = f"/desk/repairs/{repair.number}/"
    assert "ZD0815KQRS" in text(clerk.get(page))
    assert clerk.post(f"{page}act/", {"do": "take", "reading": str(one.id)}).status_code == 302
    repair = Repair.objects.get()
    assert (repair.device.serial_key, repair.error_code, repair.proposed) == ("ZD0815KQRS", "E18", "pump")
    assert 'value="take"' not in text(clerk.get(page))
