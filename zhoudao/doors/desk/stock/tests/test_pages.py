"""Stock at the desk: found, opened, scanned in and over, counted; by everybody in their own places."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.stock.commands.correcting import set_safety
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.models import Balance, Count, Counting, ExpectedReceipt, Warehouse
from zhoudao.rooms.stock.tests.shelf import SONG, Shelf, open_shelf

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/stock/"
Signs = Callable[[str], Client]


@pytest.fixture
def shelf(shop: Shop) -> Shelf:
    """With Song Jie, who works in the warehouses."""
    song = User.objects.create_user(email="song@example.com", password="x" * 14, name="宋杰")
    Grant.objects.create(user=song, role="warehouse_worker")
    shop.cast.people["song"] = song
    shelf = open_shelf(shop.cast.stores["nanjing"])
    shelf.now = shop.now
    shelf.receives("6001", 5)
    shelf.receives("6001", 2, "shop")
    name_item(sku="6001", names={"zh-Hans": "铸铁茶壶"}, barcode="6901234567892")
    return shelf


def test_the_list_finds_marks_and_opens(shelf: Shelf, sign_in: Signs) -> None:
    set_safety(warehouse_id=shelf.place("east"), sku="6001", safety=9, by=SONG, at=shelf.now)
    wang = sign_in("wang")
    page = wang.get(PATH, {"q": "茶壶"}).content.decode()
    assert page.count("铸铁茶壶") == 2
    assert "低于安全库存" in page
    assert "收货" not in page, "an agent looks"
    assert wang.get(PATH, {"only": "low"}).content.decode().count("铸铁茶壶") == 1
    assert "铸铁茶壶" not in wang.get(PATH, {"q": "沙发"}).content.decode()
    item = wang.get(f"{PATH}item/", {"sku": "6001", "place": "shop"}).content.decode()
    assert "南京店库存" in item
    assert "更正账面" not in item
    assert wang.get(f"{PATH}item/", {"sku": "nothing"}).status_code == 404


def test_a_stores_people_see_and_change_their_own_stock_only(shelf: Shelf, sign_in: Signs) -> None:
    luo = sign_in("luo")
    page = luo.get(PATH).content.decode()
    assert "南京店库存" in page
    assert "华东仓" not in page
    assert luo.post(f"{PATH}move/", line("6001", 1, place="east")).status_code == 422
    luo.post(f"{PATH}move/", line("6001", 1, place="shop"))
    assert shelf.book("6001", "shop")[0] == 3
    assert shelf.book("6001")[0] == 5
    act = {"sku": "6001", "place": "east", "do": "correct", "difference": "-1", "reason": "lost", "key": "k"}
    assert luo.post(f"{PATH}item/act/", act).status_code == 404


def test_scans_are_booked_one_by_one_and_each_once(shelf: Shelf, sign_in: Signs) -> None:
    song = sign_in("song")
    sent = line("6901234567892", 2, reference="DN-1")
    for _ in range(2):
        answer = song.post(f"{PATH}move/", sent, follow=True)
    page = answer.content.decode()
    assert shelf.book("6001")[0] == 7, "a barcode is its item, and twice is once"
    assert 'value="DN-1"' in page, "the paper's number stays for the next scan"
    assert "+2" in page
    over = line("6001", 3) | {"do": "transfer", "target": "shop"}
    song.post(f"{PATH}move/", over)
    assert (shelf.book("6001")[0], shelf.book("6001", "shop")[0]) == (4, 5)
    for wrong in (line("6001", 99) | {"do": "transfer", "target": "shop"}, line("6001", 0), line("", 1)):
        refused = song.post(f"{PATH}move/", wrong)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.content.decode()
    assert song.post(f"{PATH}move/", line("6001", 1) | {"quantity": "1.5"}).status_code == 422


def test_a_foreign_barcode_is_no_new_item_unless_somebody_says_so(shelf: Shelf, sign_in: Signs) -> None:
    song = sign_in("song")
    refused = song.post(f"{PATH}move/", line("4006381333931", 1))
    assert refused.status_code == 422
    assert "4006381333931" in refused.content.decode()
    assert not Balance.objects.filter(item_id="4006381333931").exists()
    song.post(f"{PATH}move/", line("4006381333931", 1, is_new="on"))
    assert shelf.book("4006381333931")[0] == 1


def test_an_items_page_corrects_expects_and_keeps_back(shelf: Shelf, sign_in: Signs) -> None:
    song = sign_in("song")

    def does(do: str, **more: Any) -> str:
        sent = {"sku": "6001", "place": "east", "do": do, "key": uuid4()} | more
        return song.post(f"{PATH}item/act/", sent, follow=True).content.decode()

    page = does("correct", difference="-2", reason="damaged")
    assert "报废 · 损坏" in page
    assert "宋杰" in page
    assert shelf.book("6001")[0] == 3
    does("safety", safety="1")
    assert shelf.book("6001") == (3, 0, 2)
    does("expect", quantity="9", due_date=f"{shelf.now:%Y-%m-%d}", reference="PO-9")
    expected = ExpectedReceipt.objects.get()
    assert "PO-9" in does("arrived", quantity="4", expected=expected.id)
    does("drop", expected=expected.id)
    assert shelf.book("6001")[0] == 7
    assert not ExpectedReceipt.objects.filter(closed_at=None).exists()
    assert "日期" in does("expect", quantity="9", due_date="x")
    assert song.post(f"{PATH}item/act/", {"sku": "6001", "place": "east", "do": "x"}).status_code == 400


def test_a_stock_take_by_scanner(shelf: Shelf, sign_in: Signs) -> None:
    song = sign_in("song")
    song.post(f"{PATH}counts/", {"place": "east"})
    count = Count.objects.get()
    there = f"{PATH}counts/{count.id}/"
    for _ in range(3):
        song.post(there, {"do": "note", "sku": "6901234567892", "counted": "1", "is_added": "on"})
    page = song.get(there).content.decode()
    assert "−2" in page
    assert song.post(there, {"do": "note", "sku": "6001", "counted": "-1"}).status_code == 422
    song.post(there, {"do": "approve"})
    assert shelf.book("6001")[0] == 3
    assert Count.objects.get().state == Counting.APPROVED
    assert song.post(there, {"do": "approve"}).status_code == 422
    assert sign_in("luo").get(there).status_code == 404


def test_places_are_opened_described_and_closed_in_the_settings(shelf: Shelf, sign_in: Signs) -> None:
    admin, there = sign_in("admin"), "/desk/settings/warehouses/"
    assert "华东仓" in admin.get(there).content.decode()
    names = {"name_zh-Hans": "北方仓", "name_zh-Hant": "", "name_en": ""}
    admin.post(
        f"{there}new/",
        names
        | {"code": "north", "priority": "5", "latitude": "39.9", "longitude": "116.4"}
        | {"street": "顺义区金航东路 3 号", "phone": "010-5550 0199"},
    )
    north = Warehouse.objects.get(code="north")
    assert (north.priority, north.latitude) == (5, 39.9)
    assert (north.street, north.phone) == ("顺义区金航东路 3 号", "010-5550 0199")
    assert admin.post(f"{there}new/", names | {"code": "north", "priority": "5"}).status_code == 422
    assert admin.post(f"{there}{north.id}/", names | {"priority": "5", "latitude": "39.9"}).status_code == 422
    admin.post(f"{there}{north.id}/", {"do": "close"})
    assert Warehouse.objects.get(code="north").closed_at is not None
    said = admin.post(f"{there}{shelf.place('east')}/", {"do": "close"}, follow=True).content.decode()
    assert "先移走" in said
    web = {"store": str(shelf.places["shop"].store_id), "priority": "1"}
    assert admin.post(f"{there}new/", names | web).status_code == 422, "that store has its stock already"


def test_pages_cost_few_statements_however_much_lies_there(
    shelf: Shelf, sign_in: Signs, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        shelf.receives(f"sku-{number:02d}", number + 1)
    song = sign_in("song")
    for path in ("", "?q=sku", "?only=low&place=east", "item/?sku=6001", "move/", "counts/"):
        with django_assert_max_num_queries(12):
            assert song.get(f"{PATH}{path}").status_code == 200, path
    following = song.get(PATH).context["next"]
    assert Balance.objects.count() == 42
    assert len(song.get(f"{PATH}?{following}").context["rows"]) == 17
    assert song.get(f"{PATH}?after=broken").status_code == 200


def line(sku: str, quantity: int, *, place: str = "east", **more: str) -> dict[str, Any]:
    return {"do": "receive", "place": place, "sku": sku, "quantity": str(quantity), "key": str(uuid4())} | more
