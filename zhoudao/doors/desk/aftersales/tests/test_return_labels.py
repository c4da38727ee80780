"""A colleague gives a return a prepaid label, prints it, or says that it never was; goods-in says what came with it."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.aftersales.tests.test_pickups import request_
from zhoudao.doors.desk.aftersales.tests.test_returns import as_, shop, somebody, text
from zhoudao.doors.desk.fulfilment import tasks
from zhoudao.doors.desk.fulfilment.tests.test_labels import bars_of
from zhoudao.doors.desk.handbooks.tests.test_pages import needs_pango
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.tests.pool import brought

__all__ = ["request_", "shop"]
pytestmark = pytest.mark.django_db(transaction=True)


def does(client: Client, request: ReturnRequest, do: str, **given: str) -> Any:
    return client.post(f"/desk/returns/{request.number}/label/", {"do": do} | given, follow=True)


def test_it_is_chosen_for_the_customer_printed_at_the_counter_and_put_back(shop: Shop, request_: ReturnRequest) -> None:
    needs_pango()
    [number] = brought(1, at=shop.now)
    clerk, address = as_(shop, "admin"), f"/desk/returns/{request_.number}/"
    shown = text(clerk.get(address))
    assert "Send it with our prepaid label" in shown
    assert "It costs CN¥8.00, kept from the refund" in shown
    assert "the customer is told" in text(does(clerk, request_, "take", fee="800", carrier="sf"))
    assert number in text(clerk.get(address))
    waiting = does(clerk, request_, "print")
    assert 'hx-trigger="load delay:300ms"' in text(waiting)
    tasks.print_labels(str(LabelSheet.objects.get().id))
    pdf = clerk.get(f"{address}label/file/")
    assert (pdf["Content-Type"], pdf["Content-Disposition"][:6]) == ("application/pdf", "inline")
    assert bars_of(pdf.content) == [number, request_.number]
    assert "may be used for another return" in text(does(clerk, request_, "back"))
    assert PrepaidNumber.objects.get().taken_at is None
    assert "Send it with our prepaid label" in text(clerk.get(address))
    assert clerk.get(f"{address}label/file/").status_code == 302


def test_what_cannot_be_is_said_in_words(shop: Shop, request_: ReturnRequest) -> None:
    brought(1, at=shop.now)
    clerk = as_(shop, "admin")
    for do, given, words in (
        ("take", {"fee": "0"}, "otherwise than it was shown"),
        ("take", {"fee": "800", "carrier": "zto"}, "No prepaid label is left"),
        ("back", {}, "no such prepaid label"),
        ("print", {}, "no such prepaid label"),
    ):
        answer = does(clerk, request_, do, **given)
        assert (answer.status_code, words in text(answer)) == (422, True), (do, given)
    assert does(clerk, request_, "dance").status_code == 400
    assert PrepaidNumber.objects.get().taken_at is None


def test_who_only_reads_returns_takes_and_prints_none(shop: Shop, request_: ReturnRequest) -> None:
    brought(1, at=shop.now)
    reader = somebody("analyst")
    assert "prepaid label" not in text(reader.get(f"/desk/returns/{request_.number}/"))
    assert does(reader, request_, "take", fee="800").status_code in (403, 404)
    assert reader.get(f"/desk/returns/{request_.number}/label/file/").status_code in (403, 404)
    assert PrepaidNumber.objects.get().taken_at is None


@pytest.mark.parametrize(("scanned", "kept"), [("parcel", 800), ("slip", 0)])
def test_scanned_by_its_label_the_return_is_found_and_what_was_agreed_is_kept(
    shop: Shop, request_: ReturnRequest, scanned: str, kept: int
) -> None:
    [number] = brought(1, at=shop.now)
    clerk = as_(shop, "admin")
    does(clerk, request_, "take", fee="800", carrier="sf")
    text_ = number.lower() if scanned == "parcel" else request_.number
    opened = clerk.post("/desk/returns/station/", {"text": text_, "place": "back"}, follow=True)
    shown = text(opened)
    assert f"came with our prepaid label {number}" in shown
    assert (f'value="{number}" checked' in shown) is (scanned == "parcel")
    address = f"/desk/returns/station/{request_.number}/"
    seen = {"parcel": number} if scanned == "parcel" else {}
    clerk.post(address, {"text": "CH-1", "quantity": "1", "place": "back"} | seen)
    assert ("came with our prepaid label" in text(clerk.get(address))) is (scanned == "slip")
    found = {"sku-1": "CH-1", "count-1": "1", "condition-1": "as_new", "disposition-1": "restock", "place": "back"}
    clerk.post(f"{address}inspect/", found)
    assert Refund.objects.get().pickup_minor == kept
    assert ("Our prepaid label" in text(clerk.get(f"/desk/returns/{request_.number}/"))) is bool(kept)
