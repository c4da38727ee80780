"""What is read of what people say, and what is left to a person."""

import pytest

from zhoudao.engines.drafting import LONGEST, Draft, read
from zhoudao.engines.drafting.numerals import number_of
from zhoudao.engines.drafting.tests.country import ARTICLES, COUNTRY


def draft(text: str) -> Draft:
    return read(text, ARTICLES, COUNTRY)


def goods(text: str) -> dict[str, int | None]:
    return {line.sku: line.quantity for line in draft(text).lines}


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("北欧餐椅两把", 2),
        ("俩北欧餐椅", 2),
        ("十二把北欧餐椅", 12),
        ("北欧餐椅半打", 6),
        ("北欧餐椅一打", 12),
        ("北欧餐椅一百零五把", 105),
        ("北欧餐椅一百五十把", 150),
        ("北欧餐椅要１２把", 12),
        ("北欧餐椅 1,200 把", 1_200),
        ("北欧餐椅x3", 3),
        ("北歐餐椅兩張", 2),
        ("two Nordic dining chairs", 2),
        ("a dozen Nordic dining chairs", 12),
        ("北欧餐椅9999把", 9_999),
        ("北欧餐椅15", 15),
    ],
)
def test_a_quantity_is_read_however_it_is_said(text: str, quantity: int) -> None:
    assert goods(text) == {"CH-1": quantity}
    assert draft(text).lines[0].doubts == ()


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("北欧餐椅两三把", "vague"),
        ("北欧餐椅几把", "vague"),
        ("北欧餐椅十来把", "vague"),
        ("北欧餐椅1.5把", "vague"),
        ("一对北欧餐椅", "vague"),
        ("北欧餐椅0把", "outside"),
        ("北欧餐椅-1把", "outside"),
        ("北欧餐椅10000把", "outside"),
        ("北欧餐椅一万把", "outside"),
        ("北欧餐椅1000000000把", "outside"),
        ("北欧餐椅两把。北欧餐椅三把。", "contradicts"),
        ("北欧餐椅9000把，再加1000把", "outside"),
    ],
)
def test_what_is_no_single_number_from_1_to_9999_is_not_guessed(text: str, doubt: str) -> None:
    [line] = draft(text).lines
    assert (line.sku, line.quantity, line.doubts) == ("CH-1", None, (doubt,))
    assert line.said


def test_an_article_without_a_number_is_one_and_it_is_said() -> None:
    [line] = draft("我要北欧餐椅").lines
    assert (line.quantity, line.doubts) == (1, ("assumed",))
    assert line.sure < draft("我要一把北欧餐椅").lines[0].sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北欧餐椅两把，不对，是三把", {"CH-1": 3}),
        ("北欧餐椅不是两把，是三把", {"CH-1": 3}),
        ("北欧餐椅两把，改成三把", {"CH-1": 3}),
        ("北欧餐椅两把，再加三把", {"CH-1": 5}),
        ("北欧餐椅两把。好的，北欧餐椅两把。", {"CH-1": 2}),
        ("北欧餐椅两把，落地台灯一盏。落地台灯不要了", {"CH-1": 2}),
        ("北欧餐椅两把，落地台灯一盏，那个不要了", {"CH-1": 2}),
        ("不要北欧餐椅了，要落地台灯一盏", {"LP-8": 1}),
        ("北欧餐椅两把，把北欧餐椅换成餐椅坐垫", {"MK-1": 2}),
        ("北欧餐椅和落地台灯各两个", {"CH-1": 2, "LP-8": 2}),
        ("要两把，就是北欧餐椅", {"CH-1": 2}),
        ("北欧餐椅有货吗？那来三把", {"CH-1": 3}),
        ("北欧餐椅有货吗？", {}),
        ("北欧餐椅两把落地台灯一盏餐椅坐垫四个", {"CH-1": 2, "LP-8": 1, "MK-1": 4}),
        ("两把北欧餐椅一盏落地台灯四个餐椅坐垫", {"CH-1": 2, "LP-8": 1, "MK-1": 4}),
        ("四件套三套", {"BD-3": 3}),
        ("三楼的王先生一个月后要北欧餐椅两把", {"CH-1": 2}),
        ("ch1两把", {"CH-1": 2}),
        ("WM 910 两台，TSBLUM要一件", {"WM-910": 2, "TS-BLU-M": 1}),
    ],
)
def test_corrections_and_takings_back_count(text: str, expected: dict[str, int]) -> None:
    assert goods(text) == expected


def test_words_that_may_mean_several_are_left_to_a_person_unless_more_words_tell() -> None:
    [line] = draft("台灯两盏").lines
    assert (line.sku, line.quantity, set(line.others), line.doubts) == ("", 2, {"LP-7", "LP-8"}, ("several",))
    assert goods("台灯两盏，要护眼的") == {"LP-7": 2}
    assert goods("T恤两件，蓝色M码") == {"TS-BLU-M": 2}


def test_what_no_article_is_called_is_shown_as_it_was_said() -> None:
    found = draft("来一台火星吸尘器，北欧餐椅两把")
    assert [(one.words, one.said) for one in found.unknown] == [("火星吸尘器", "一台")]
    assert [line.sku for line in found.lines] == ["CH-1"]


@pytest.mark.parametrize(
    ("text", "value", "doubts"),
    [
        ("电话幺三八 零零一三 八零零零", "13800138000", ()),
        ("电话138-0013-8000", "13800138000", ()),
        ("手机１３８００１３８０００", "13800138000", ()),
        ("call me at +1 415 555 2671", "+14155552671", ()),
        ("座机025-83210000", "02583210000", ()),
        ("电话13800138000，不对，是13900139000", "13900139000", ()),
        ("电话13800138000，另一个13900139000", "13800138000", ("several",)),
        ("我的电话是415 555 2671", "4155552671", ("phone_wrong",)),
        ("电话138****8000", "138****8000", ("hidden",)),
        ("订单号13800138000", "", ()),
        ("餐椅13800138000000000把", "", ()),
    ],
)
def test_telephone_numbers_written_and_spoken(text: str, value: str, doubts: tuple[str, ...]) -> None:
    found = draft(text).phone
    assert (found.value, found.doubts) == (value, doubts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("收件人欧阳明月，电话13800138000", "欧阳明月"),
        ("我姓王", "王"),
        ("找刘经理", "刘经理"),
        ("My name is Emma Stone.", "Emma Stone"),
        ("我是老客户", ""),
        ("我叫你们送快点", ""),
    ],
)
def test_who_gets_it(text: str, value: str) -> None:
    assert draft(text).name.value == value


def test_an_address_is_read_in_parts_and_its_contradiction_is_said() -> None:
    found = draft("送到南京鼓楼区中山北路88号，3单元502室，北欧餐椅两把")
    where = [one.value for one in (found.province, found.city, found.district, found.street)]
    assert where == ["江苏省", "南京市", "鼓楼区", "中山北路88号，3单元502室"]
    assert [line.quantity for line in found.lines] == [2], "a house number is no quantity"
    assert draft("地址：江苏省杭州市西湖区文三路1号").city.doubts == ("city_not_in_province",)
    assert draft("我在南京路上").city.value == "", "a street"


def test_a_remark_is_what_was_called_one_or_wished_of_the_bringing() -> None:
    assert draft("北欧餐椅两把，麻烦送货前打电话").remark.value == "麻烦送货前打电话"
    assert draft("备注：放门口驿站").remark.value == "放门口驿站"
    assert draft("麻烦送两把北欧餐椅").remark.value == ""


def test_a_long_text_is_cut_and_it_is_said() -> None:
    found = draft("北欧餐椅两把。" + "嗯" * 100_000 + "落地台灯一盏")
    assert found.is_cut
    assert goods("嗯" * LONGEST + "落地台灯一盏") == {}
    assert [line.sku for line in found.lines] == ["CH-1"]
    assert draft("") == Draft()


def test_numerals() -> None:
    said = {
        "一千零五": 1_005,
        "一千二": 1_200,
        "九千九百九十九": 9_999,
        "一万二": 12_000,
        "二十": 20,
        "百": None,
        "壹拾": 10,
    }
    assert {text: number_of(text) for text in said} == said
