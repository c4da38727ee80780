"""Provinces, cities and districts as people write them, and where they contradict each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.review import Bought, Known, Where, review
from zhoudao.engines.review.divisions import the_country, told
from zhoudao.engines.review.tests.orders import AT, bought

SOUND = [
    ("江苏省", "南京市", "鼓楼区", "中山北路 88 号"),
    ("江苏", "南京", "鼓楼", "中山北路 88 号"),
    ("上海市", "上海市", "徐汇区", "南京西路 1 号"),
    ("上海", "市辖区", "徐汇区", "北京西路 12 号"),
    ("江苏省", "昆山市", "", "人民路 1 号"),
    ("江苏省", "苏州市", "昆山市", "人民路 1 号"),
    ("江苏省", "苏州市", "工业园区", "星湖街 328 号"),
    ("广东省", "东莞市", "", "东城街道学院路 1 号"),
    ("海南省", "文昌市", "", "文清大道 1 号"),
    ("湖北省", "省直辖县级行政区划", "仙桃市", "仙桃大道 1 号"),
    ("臺灣", "臺北市", "大安區", "忠孝東路 1 號"),
    ("香港特别行政区", "", "沙田区", "沙田正街 1 号"),
    ("内蒙古", "锡林郭勒盟", "二连浩特市", "新华大街 1 号"),
    ("云南省", "大理州", "大理市", "人民路 1 号"),
    ("重庆", "重庆市", "渝北区", "龙山路 1 号"),
    ("", "", "", "浙江省杭州市西湖区文三路 259 号"),
    ("浙江省", "杭州市", "西湖区", "浙江省杭州市西湖区文三路 259 号"),
    ("浙江省", "杭州市", "西湖区", "西湖区文三路 259 号"),
]
WRONG = [
    ("江苏", "杭州市", "西湖区", "文三路 1 号", "city_not_in_province"),
    ("江苏省", "南京市", "西湖区", "文三路 1 号", "district_not_in_city"),
    ("江东省", "南京市", "鼓楼区", "文三路 1 号", "province_unknown"),
    ("江苏省", "南金市", "鼓楼区", "文三路 1 号", "city_unknown"),
    ("江苏省", "南京市", "古楼区", "文三路 1 号", "district_unknown"),
    ("江苏省", "南京市", "鼓楼区", "广东省深圳市南山区科技园 1 号", "street_elsewhere"),
    ("北京", "北京", "东城区", "北京市西城区长安街 1 号", "street_elsewhere"),
    ("浙江省", "", "鼓楼区", "中山北路 1 号", "district_not_in_city"),
]


@pytest.mark.parametrize("where", SOUND, ids="".join)
def test_what_is_sound_is_let_through(where: tuple[str, str, str, str]) -> None:
    assert told(*where).fault == ""
    assert review(bought(where=Where("王小姐", "13812345678", *where)), Known()) == [] or where[0] == ""


@pytest.mark.parametrize("where", WRONG, ids="".join)
def test_what_contradicts_itself_is_named(where: tuple[str, str, str, str, str]) -> None:
    assert told(*where[:4]).fault == where[4]


@pytest.mark.parametrize(
    ("where", "missing"),
    [
        (Where("", "13812345678", "浙江省", "杭州市", "西湖区", "文三路 1 号"), "name"),
        (Where("王", "", "浙江省", "杭州市", "西湖区", "文三路 1 号"), "phone"),
        (Where("王", "138123", "浙江省", "杭州市", "西湖区", "文三路 1 号"), "phone_wrong"),
        (Where("王", "13812345678", "浙江省", "杭州市", "西湖区", ""), "street"),
        (Where("王", "13812345678", "浙江省", "杭州市", "西湖区", "浙江省杭州市西湖区"), "street"),
        (Where("王", "13812345678", "浙江省", "杭州市", "", "文三路 1 号"), "district"),
        (Where("王", "13812345678", "浙江省", "", "", "文三路 1 号"), "city"),
        (Where("王", "13812345678", "", "杭州市", "西湖区", "文三路 1 号"), "province"),
    ],
)
def test_what_a_carrier_misses_is_named(where: Where, missing: str) -> None:
    found = {one.reason: one.kind for one in review(Bought("O", AT, (), 100, where), Known())}
    assert found == {"incomplete": missing}


def test_an_address_abroad_is_asked_for_what_it_needs_and_no_more() -> None:
    abroad = Where("Ana", "+55 11 91234-5678", "SP", "São Paulo", "", "Rua Augusta 5")
    assert review(bought(where=abroad), Known()) == []


def test_every_division_lies_where_it_lies_long_or_short() -> None:
    for (province, city), names in the_country().of_city.items():
        for district in [*sorted(names), ""]:
            assert told(province, city, district, "人民路 1 号").fault == "", (province, city, district)


@given(st.lists(st.text(max_size=30), min_size=4, max_size=4))
def test_whatever_is_typed_is_judged_without_trouble(typed: list[str]) -> None:
    review(bought(where=Where("王", typed[0], *typed)), Known())
