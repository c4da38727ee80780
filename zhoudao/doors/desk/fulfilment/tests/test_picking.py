"""Waves and the picking station at the desk: built, released, walked by scanner; by everybody in their own places."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.models import Bin, ToteLine, Wave, Weight
from zhoudao.rooms.fulfilment.tests.depot import EAN, SONG, Depot, open_depot
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/picking/"
Signs = Callable[[str], Client]


@pytest.fixture
def depot(shop: Shop) -> Depot:
    """With Song Jie, who works in the warehouses."""
    song = User.objects.create_user(email="song@example.com", password="x" * 14, name="宋杰")
    Grant.objects.create(user=song, role="warehouse_worker")
    shop.cast.people["song"] = song
    return open_depot(at=shop.now)


def text(response: Any) -> str:
    words: str = response.content.decode()
    return words


def test_a_wave_is_looked_at_made_and_released(depot: Depot, sign_in: Signs) -> None:
    orders = [depot.order(LP_7=2, CH_1=1), depot.order(RG_3=1)]
    song = sign_in("song")
    page = text(song.get(f"{PATH}new/", {"place": "east", "method": "batch", "size": "9"}))
    assert all(order.number in page for order in orders)
    assert "逐单拣" in page
    assert song.get(f"{PATH}new/", {"until": "x", "size": "-4", "method": "x", "place": "x"}).status_code == 200
    made = song.post(f"{PATH}new/", {"place": "east", "method": "batch", "size": "9"})
    wave = Wave.objects.get()
    assert made["Location"] == f"{PATH}{wave.id}/"
    again = song.post(f"{PATH}new/", {"place": "east", "method": "batch", "size": "9"})
    assert again.status_code == 422
    assert "没有订单" in text(again)
    assert song.get(f"{PATH}{wave.id}/walk/")["Location"] == f"{PATH}{wave.id}/", "not released yet"
    song.post(f"{PATH}{wave.id}/act/", {"do": "release"})
    assert set(Order.objects.values_list("fulfilment", flat=True)) == {"released"}
    assert song.post(f"{PATH}{wave.id}/act/", {"do": "x"}).status_code == 400
    paper = text(song.get(f"{PATH}{wave.id}/list/"))
    assert paper.index("A-01-02") < paper.index("A-02-09") < paper.index("B-02-07")
    assert paper.count("pick-bars") == 3, "the wave and two slips"
    assert "宋杰" not in text(song.get(PATH))
    for do, words in (("pause", "已暂停"), ("resume", "继续"), ("take", "由您"), ("cancel", "放弃")):
        assert words in text(song.post(f"{PATH}{wave.id}/act/", {"do": do}, follow=True)), do
    refused = text(song.post(f"{PATH}{wave.id}/act/", {"do": "resume"}, follow=True))
    assert "请重新查看" in refused


def test_it_opens_where_the_work_is_then_where_one_was(depot: Depot, sign_in: Signs) -> None:
    for code in ("aa", "zz"):
        open_warehouse(code=code, terms=Terms({"en": code.upper()}, priority=1), by=SONG, at=depot.now)
    song = sign_in("song")
    assert song.get(PATH).context["place"].code == "aa", "nothing is to do anywhere: the first"
    depot.order(LP_7=1)
    assert song.get(PATH).context["place"].code == "east", "a parcel is to be packed there today"
    wave = depot.wave()
    assert wave.warehouse.code == "east"
    assert song.get(f"{PATH}pack/").context["place"].code == "east"
    assert song.get(PATH, {"place": "zz"}).context["place"].code == "zz"
    assert song.get(PATH).context["place"].code == "zz"
    assert song.get(PATH, {"place": "nowhere"}).context["place"].code == "zz"


def scan(client: Client, wave: Wave, what: str, quantity: str = "1", **more: str) -> str:
    sent = {"text": what, "quantity": quantity, "key": str(uuid4())} | more
    return text(client.post(f"{PATH}{wave.id}/walk/", sent, headers={"HX-Request": "true"}))


def test_the_station_says_every_scan_and_only_right_ones_count(depot: Depot, sign_in: Signs) -> None:
    depot.order(LP_7=2, CH_1=1)
    wave, song = depot.wave(), sign_in("song")
    page = text(song.get(f"{PATH}{wave.id}/walk/"))
    assert "A-01-02" in page
    assert 'data-station="#station"' in page
    assert 'data-sound="hint"' in scan(song, wave, EAN["LP-7"])
    assert 'data-sound="step"' in scan(song, wave, "a-01-02")
    part = scan(song, wave, EAN["CH-1"])
    assert 'data-sound="wrong"' in part
    assert 'role="alert"' in part
    assert "台灯" in part
    assert "<html" not in part
    assert "4006381333931" in scan(song, wave, "4006381333931"), "a foreign barcode"
    assert 'data-sound="wrong"' in scan(song, wave, EAN["LP-7"], "many")
    assert ToteLine.objects.filter(picked__gt=0).count() == 0
    key = str(uuid4())
    for _ in range(2):
        assert 'data-sound="right"' in scan(song, wave, EAN["LP-7"], key=key)
    assert "3" in scan(song, wave, EAN["LP-7"], "3")
    short = song.post(f"{PATH}{wave.id}/short/", {"sku": "LP-7"}, headers={"HX-Request": "true"})
    assert "缺 1" in text(short)
    assert 'data-sound="wrong"' in text(song.post(f"{PATH}{wave.id}/short/", {"sku": "LP-7"}))
    scan(song, wave, "B-02-07")
    assert 'data-sound="done"' in scan(song, wave, EAN["CH-1"])
    assert "已拣" in text(song.get(f"{PATH}{wave.id}/"))


def test_without_a_script_the_whole_page_answers(depot: Depot, sign_in: Signs) -> None:
    depot.order(LP_7=1)
    wave, song = depot.wave(), sign_in("song")
    page = text(song.post(f"{PATH}{wave.id}/walk/", {"text": "A-01-02", "quantity": "1"}))
    assert "<html" in page
    assert "is-step" in page
    admin = sign_in("admin")
    other = text(admin.get(f"{PATH}{wave.id}/walk/"))
    assert "宋杰" in other
    assert admin.post(f"{PATH}{wave.id}/act/", {"do": "take", "walks": "1"})["Location"] == f"{PATH}{wave.id}/walk/"


def test_bins_are_given_by_scanner(depot: Depot, sign_in: Signs) -> None:
    song = sign_in("song")
    song.post(f"{PATH}bins/", {"place": "east", "sku": EAN["LP-7"], "code": "c-9-1", "grams": "1250"})
    assert Bin.objects.get(item="LP-7").code == "C-9-1"
    song.post(f"{PATH}bins/", {"place": "east", "sku": "LP-7", "code": "", "grams": "1300"})
    assert (Bin.objects.get(item="LP-7").code, Weight.objects.get(item="LP-7").grams) == ("C-9-1", 1_300)
    assert "台灯" in text(song.get(f"{PATH}bins/", {"q": "c-9"}))
    song.post(f"{PATH}bins/", {"place": "east", "sku": "LP-7", "code": ""})
    assert "台灯" in text(song.get(f"{PATH}bins/", {"only": "homeless"}))
    assert "餐椅" not in text(song.get(f"{PATH}bins/", {"only": "homeless"}))
    for wrong in (
        {"sku": "4006381333931", "code": "A-1"},
        {"sku": "LP-7", "code": "架"},
        {"sku": "LP-7", "grams": "x"},
    ):
        assert song.post(f"{PATH}bins/", {"place": "east"} | wrong).status_code == 422


def test_others_waves_do_not_exist_and_agents_pick_nothing(depot: Depot, sign_in: Signs) -> None:
    depot.order(LP_7=1)
    wave = depot.wave()
    assert sign_in("wang").get(PATH).status_code == 403
    luo = sign_in("luo")
    for path in ("", "list/", "walk/"):
        assert luo.get(f"{PATH}{wave.id}/{path}").status_code == 404
    assert luo.post(f"{PATH}{wave.id}/act/", {"do": "cancel"}).status_code == 404
    assert "华东" not in text(luo.get(f"{PATH}new/", {"place": "east"}))
    assert wave.number not in text(luo.get(PATH, {"place": "east"}))


def test_pages_cost_few_statements_however_much_there_is(
    depot: Depot, sign_in: Signs, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        depot.order(LP_7=1, CH_1=1, RG_3=1)
    waves = [depot.wave("cluster", 2), depot.wave("single", 2)]
    song = sign_in("song")
    one = f"{waves[0].id}/"
    for path in ("", "?only=all", "new/", "bins/", "bins/?q=台灯&only=homeless", one, f"{one}list/", f"{one}walk/"):
        with django_assert_max_num_queries(12):
            assert song.get(f"{PATH}{path}").status_code == 200, path
