import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.text import (
    PERSONAL,
    Kind,
    NotAnEmail,
    NotAPhone,
    mask_email,
    mask_name,
    mask_personal,
    mask_phone,
    normalise_email,
    normalise_phone,
)

EVERYTHING: frozenset[Kind] = PERSONAL | {"email"}


def with_luhn(stem: str) -> str:
    return next(
        f"{stem}{digit}"
        for digit in range(10)
        if sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(reversed(f"{stem}{digit}"))) % 10 == 0
    )


def with_id_check(stem: str) -> str:
    return stem + "10X98765432"[sum(int(c) * 2 ** (17 - i) for i, c in enumerate(stem)) % 11]


mobiles = st.from_regex(r"(\+86 ?|86-|)1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})-?[2-8][0-9]{6,7}", fullmatch=True)
cards = st.from_regex(r"62[0-9]{13,16}|4[0-9]{14}|5[1-5][0-9]{13}", fullmatch=True).map(with_luhn)
ids = st.from_regex(r"[1-6][1-5][0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True)
personal = mobiles | landlines | cards | ids.map(with_id_check)
around = st.text(st.sampled_from("我的电话是，。：请 打\n（）ａ!"), max_size=8)


@given(around, personal, around)
def test_a_persons_number_is_masked_wherever_it_stands(before: str, number: str, after: str) -> None:
    masked, found = mask_personal(before + number + after)
    (span,) = found
    assert (before + number + after)[span.start : span.end].lstrip("（") == number
    assert masked.startswith(before)
    assert masked.endswith(after)
    assert masked[span.start : span.end].count("*") >= 4


@given(st.text(st.sampled_from("0123456789 -+.@aXＸ１３８电话号单卡:(") | st.characters(), max_size=120))
def test_masking_keeps_the_length_and_everything_outside_what_it_found(text: str) -> None:
    masked, found = mask_personal(text, EVERYTHING)
    assert len(masked) == len(text)
    hidden = {place for span in found for place in range(span.start, span.end)}
    assert len(hidden) == sum(span.end - span.start for span in found)
    assert all(masked[place] in (text[place], "*") for place in hidden)
    assert all(masked[place] == text[place] for place in range(len(text)) if place not in hidden)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打13812348000，谢谢", "打138****8000，谢谢"),
        ("138 1234 8000/139-1234-8000", "138 **** 8000/139-****-8000"),
        ("１３８１２３４８０００", "１３８****８０００"),
        ("13812348000转12", "138****8000转12"),
        ("座机(010)66554433", "座机(010)****4433"),
        ("+852 9123 4567", "+852 **** 4567"),
        ("身份证11010519491231002x。", "身份证110***********002x。"),
        ("转到 6222 0212 3456 7894 吧", "转到 6222 **** **** 7894 吧"),
        ("寄快递，电话 13812348000", "寄快递，电话 138****8000"),
        ("卡号3530111333300000", "卡号3530********0000"),
    ],
)
def test_numbers_as_customers_type_them(text: str, masked: str) -> None:
    assert mask_personal(text)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "订单 O2026-000123",
        "O2026-13812348000",
        "订单号：13812348000",
        "運單號 " + with_luhn("622202123456789"),
        with_luhn("6222021234567890123"),
        "SF1381234800012",
        "EA123456789CN",
        with_luhn("773012345678"),
        with_luhn("690123456789"),
        "order no. " + with_luhn("411111111111111"),
        "请拨 400-820-1234 或 95588 或 12315",
        "110105194912310021",
        "2026-01-10 20:00 价格 12345678.00",
        "lihua@example.com",
    ],
)
def test_numbers_of_orders_parcels_and_hotlines_stay(text: str) -> None:
    assert mask_personal(text) == (text, [])


def test_addresses_are_masked_on_demand() -> None:
    assert mask_personal("写信 lihua@example.com", EVERYTHING)[0] == "写信 l****@example.com"


@pytest.mark.parametrize("piece", ["1", "13", "1 ", "1-", "138-", "a@", "a.", "@a.", "+1 ", "0 (", "6222 "])
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        mask_personal(piece * count, EVERYTHING)
        return time.process_time() - start

    assert min(seconds(20_000) for _ in range(2)) < 20 * max(seconds(2_000), 0.02)


def test_masks_for_screens() -> None:
    assert mask_phone("+8613812348000") == "+86138****8000"
    assert mask_phone("1234") == "****"
    assert mask_email("a@example.com") == "*@example.com"
    assert (mask_name("王小明"), mask_name("John Smith"), mask_name("李")) == ("王**", "J*** S****", "*")


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("138 1234 8000", "+8613812348000"),
        ("１３８１２３４８０００", "+8613812348000"),
        ("8613812348000", "+8613812348000"),
        ("0086-138-1234-8000", "+8613812348000"),
        ("tel:+86(0)10 6655 4433", "+861066554433"),
        ("010-66554433", "+861066554433"),
        ("13812348000-1234", "+8613812348000;ext=1234"),
        ("13812348000 转 12", "+8613812348000;ext=12"),
        ("400-820-1234", "+864008201234"),
        ("+1 (415) 555-2671", "+14155552671"),
    ],
)
def test_one_way_to_write_a_phone(raw: str, number: str) -> None:
    assert normalise_phone(raw) == number
    assert normalise_phone(number.partition(";")[0]) == number.partition(";")[0]


def test_another_country_may_be_home() -> None:
    assert normalise_phone("0912 345 678", country="886") == "+886912345678"


@pytest.mark.parametrize("raw", ["", "110", "abc", "12345678901", "+861234", "13812348000" * 3, "138123480001"])
def test_what_is_no_phone_is_refused(raw: str) -> None:
    with pytest.raises(NotAPhone):
        normalise_phone(raw)


@pytest.mark.parametrize(
    ("raw", "address"),
    [(" Li.Hua+1@Example.COM ", "li.hua+1@example.com"), ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s")],
)
def test_one_way_to_write_an_address(raw: str, address: str) -> None:
    assert normalise_email(raw) == address


@pytest.mark.parametrize("raw", ["", "a", "a@", "@b.com", "a b@c.com", "a@b", "a@b..com", "Li <a@b.com>", "a@-b.com"])
def test_what_is_no_address_is_refused(raw: str) -> None:
    with pytest.raises(NotAnEmail):
        normalise_email(raw)
