"""Drafts of orders by this house's catalogue and the real places of the country."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.orders.queries.drafts import draft_from
from zhoudao.rooms.stock.commands.naming import name_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("送到江苏省南京市鼓楼区中山北路88号", ("江苏省", "南京市", "鼓楼区", "中山北路88号")),
        ("送到南京鼓楼区中山北路88号", ("江苏省", "南京市", "鼓楼区", "中山北路88号")),
        ("地址是昆山市人民路1号，3栋402室", ("江苏省", "苏州市", "昆山市", "人民路1号，3栋402室")),
        ("寄到上海徐汇区南京西路1号", ("上海市", "上海市", "徐汇区", "南京西路1号")),
        ("收货地址：广东省东莞市东城街道学院路1号", ("广东省", "东莞市", "东城街道", "学院路1号")),
        ("送到内蒙古锡林郭勒盟二连浩特市新华大街1号", ("内蒙古自治区", "锡林郭勒盟", "二连浩特市", "新华大街1号")),
        ("送到臺北市大安區忠孝東路1號", ("台湾省", "台北市", "大安区", "忠孝東路1號")),
        ("我住重庆渝北区龙山路1号", ("重庆市", "重庆市", "渝北区", "龙山路1号")),
        ("我在人民路上等你", ("", "", "", "")),
    ],
)
def test_an_address_is_read_in_parts(text: str, where: tuple[str, ...]) -> None:
    draft = draft_from(text).draft
    assert (draft.province.value, draft.city.value, draft.district.value, draft.street.value) == where


def test_parts_that_contradict_each_other_are_said_to_and_are_not_sure() -> None:
    draft = draft_from("地址：江苏省杭州市西湖区文三路1号").draft
    assert (draft.city.doubts, draft.city.sure < 0.5) == (("city_not_in_province",), True)


def test_articles_come_from_the_catalogue_in_two_statements() -> None:
    for number in range(100):
        name_item(sku=f"S-{number:03}", names={"zh-Hans": f"收纳箱{number:03}号"})
    name_item(sku="CH-1", names={"zh-Hans": "北欧餐椅", "en": "Nordic dining chair"})
    with CaptureQueriesContext(connection) as asked:
        found = draft_from("两把北欧餐椅，还要三个收纳箱042号")
    assert [(line.sku, line.quantity) for line in found.draft.lines] == [("CH-1", 2), ("S-042", 3)]
    assert (set(found.items), len(asked)) == ({"CH-1", "S-042"}, 2)
    assert draft_from("two Nordic dining chairs").draft.lines[0].sku == "CH-1"
