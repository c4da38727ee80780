"""The label is photographed first: what matches stands in the form, everything else is asked."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.repairs import asking, sending
from zhoudao.doors.portal.tests.test_repairs import field, form, path_of, photo, sends
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.reading import Seen, finish_reading
from zhoudao.rooms.repairs.models import PhotoReading, Repair
from zhoudao.rooms.repairs.tests.photos import described, label, read_now
from zhoudao.rooms.repairs.tests.workshop import sold


@pytest.fixture
def order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Order:
    """A washing machine, delivered just now, whose labels can be read."""
    monkeypatch.setattr(asking, "ASKS", Limit("repair-ask", 1_000, 3600))
    described(shop.now)
    return sold(shop.now)


def photographs(order: Order, content: bytes, **more: Any) -> Any:
    body = {"photo": photo(content)} | more
    return browser().post(f"{path_of(order)}photo/?language=en", body)


def test_a_photo_of_a_label_becomes_a_filled_request(order: Order, shop: Shop) -> None:
    sent = photographs(order, label(level=1))
    assert sent.status_code == 303
    waiting = browser().get(sent["Location"])
    assert (waiting["Refresh"], "Your photo is being read" in text(waiting)) == ("2", True)
    read_now(PhotoReading.objects.get(), shop.now)
    shown = text(browser().get(sent["Location"]))
    assert field(shown, "serial") == "ZD0815KQRS"
    assert "Please look whether it is right." in shown
    done = sends(order, form(order, serial="ZD0815KQRS", reading=field(shown, "reading")))
    assert done.status_code == 303
    repair = Repair.objects.get()
    assert (repair.device.serial_key, repair.photos.count()) == ("ZD0815KQRS", 1)


def test_an_error_code_is_filled_in_with_what_it_means(order: Order, shop: Shop) -> None:
    sent = photographs(order, label())
    one = PhotoReading.objects.get()
    finish_reading(reading_id=one.id, seen=Seen("WM-8", error_code="E18", serial_why="nothing"), at=shop.now)
    shown = text(browser().get(sent["Location"]))
    for words in ('value="E18"', 'value="code" checked', "It does not drain", "Do not use it: switch it off"):
        assert words in shown, words


@pytest.mark.parametrize(
    ("seen", "fault", "words"),
    [
        (Seen(serial_why="nothing"), "", "We found no serial number"),
        (Seen(serial_why="ambiguous"), "", "may show several serial numbers"),
        (Seen(serial_why="unconfirmed", offered="ZD0817KQRS"), "", "It looks like ZD0817KQRS, but nothing confirms it"),
        (Seen(), "broken", "This picture is damaged"),
    ],
)
def test_what_does_not_match_is_asked_and_not_filled_in(
    order: Order, shop: Shop, seen: Seen, fault: str, words: str
) -> None:
    sent = photographs(order, label())
    finish_reading(reading_id=PhotoReading.objects.get().id, seen=seen, fault=fault, at=shop.now)
    shown = text(browser().get(sent["Location"]))
    assert words in shown
    assert field(shown, "serial") == ""


def test_without_anybody_who_reads_it_is_typed_and_the_photo_is_kept(order: Order, shop: Shop) -> None:
    sent = photographs(order, label())
    by_hand = browser().get(sent["Location"] + "&hand=1")
    assert "Refresh" not in by_hand
    PhotoReading.objects.update(asked_at=shop.now - timedelta(seconds=30))
    shown = browser().get(sent["Location"])
    assert "Refresh" not in shown
    assert "takes longer than usual" in text(shown)
    sends(order, form(order, serial="ZD-0815-KQRS", reading=field(text(shown), "reading")))
    assert Repair.objects.get().photos.count() == 1


def test_what_is_no_photo_or_too_many_or_anothers_is_refused(
    order: Order, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not all pictures" in text(photographs(order, b"<html>"))
    assert browser().post(f"{path_of(order)}photo/?language=en", {}).status_code == 422
    sent = photographs(order, label())
    other = sold(shop.now, claims=[Claim("external", "buyer-2", scope="shop")])
    named = sent["Location"].partition("?")[2]
    strange = browser().get(f"{path_of(other)}?{named}")
    assert "Refresh" not in strange
    assert 'name="reading"' not in text(strange)
    assert browser().post(f"{path_of(order, 'x')}photo/", {"photo": photo()}).status_code == 404
    monkeypatch.setattr(sending, "PHOTOS", Limit("repair-photo-1", 1, 3600))
    assert [photographs(order, label()).status_code for _n in range(2)] == [303, 422]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_it_is_asked_for_in_three_languages(order: Order, language: str) -> None:
    shown = text(browser().get(path_of(order), {"language": language}))
    said = {"zh-hans": "拍下铭牌", "zh-hant": "拍下銘牌", "en": "Photograph the label"}[language]
    assert said in shown
    assert 'capture="environment"' in shown
