"""What a message names, and what it does not."""

import pytest

from zhoudao.engines.language.entities import entities, names_of


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("订单号：20261130123456", [("order", "20261130123456")]),
        ("order #88120 is late", [("order", "88120")]),
        ("訂單編號 O2026-000123", [("order", "O2026-000123")]),
        ("快递单号SF1234567890123到哪了", [("parcel", "SF1234567890123")]),
        ("tracking number 1Z999AA10123456784", [("parcel", "1Z999AA10123456784")]),
        ("序列号 SN8K20240000X 在保吗", [("serial", "SN8K20240000X")]),
        ("S/N: AB12-C345", [("serial", "AB12-C345")]),
        ("电话13812348000，邮箱 li@example.com", [("phone", "138****8000"), ("email", "l*@example.com")]),
        ("身份证11010519491231002X", [("id", "110***********002X")]),
        ("订单里有三件衣服", []),
        ("我买了2023年的那款", []),
        ("", []),
    ],
)
def test_what_is_named_is_found(text: str, named: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.text) for one in entities(text)] == named


def test_goods_are_found_by_any_way_to_write_their_name() -> None:
    goods = names_of([("K1", "空气炸锅"), ("K2", "空气炸锅 Pro"), ("X", "锅")])
    found = entities("空氣炸鍋 PRO 怎麼清洗", goods)
    assert [(one.kind, one.text) for one in found] == [("product", "空氣炸鍋 PRO")]


def test_places_are_those_of_the_message() -> None:
    text = "單號 ＃ 88120 ，手機 0912345678"
    for one in entities(text):
        assert len(text[one.start : one.end]) == len(one.text)


def test_a_flood_of_numbers_ends() -> None:
    assert len(entities("订单号 12345678 " * 20_000)) <= 50
