"""Items that a text may speak of: the likeliest first, never more than a page reads, whatever was said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.stock.commands.naming import name_item, name_items
from zhoudao.rooms.stock.queries.catalogue import MOST_ITEMS, items_told

pytestmark = pytest.mark.django_db


def test_whose_name_was_said_in_full_comes_first_and_strangers_not_at_all() -> None:
    name_item(sku="CH-1", names={"zh-Hans": "北欧餐椅", "en": "Nordic dining chair"})
    name_item(sku="MK-1", names={"zh-Hans": "餐椅坐垫"})
    name_item(sku="TS-1", names={"zh-Hans": "纯棉T恤"})
    name_item(sku="LP-7", names={"zh-Hans": "护眼台灯"}, barcode="6901234567892")
    assert [item.sku for item in items_told("要两把餐椅坐垫")] == ["MK-1", "CH-1"]
    assert [item.sku for item in items_told("two nordic dining chairs please")] == ["CH-1"]
    assert [item.sku for item in items_told("T恤两件")] == ["TS-1"]
    assert items_told("ch-1 两把")[0].sku == "CH-1"
    assert items_told("護眼檯燈")[0].sku == "LP-7"
    assert items_told("什么时候发货") == items_told("") == items_told("\0") == []


def test_a_name_in_other_languages_makes_no_item_less_likely() -> None:
    name_items((f"S-{number}", {"zh-Hans": f"收纳箱{number:03}号"}, None) for number in range(200))
    name_item(sku="CH-1", names={"zh-Hans": "北欧餐椅", "zh-Hant": "北歐餐椅", "en": "Nordic dining chair in oak"})
    assert "CH-1" in [item.sku for item in items_told("两把北欧餐椅，还要三个收纳箱")]


def test_of_many_the_most_fitting_are_read_in_two_statements() -> None:
    name_items((f"S-{number}", {"zh-Hans": f"落地台灯{number:04}型"}, None) for number in range(3_000))
    with CaptureQueriesContext(connection) as asked:
        found = items_told("要一盏落地台灯2718型" + "，还要灯泡" * 2_000)
    assert (len(found), found[0].sku, len(asked)) == (MOST_ITEMS, "S-2718", 2)
