"""Whatever is said: nothing breaks, every find stands in the text, every quantity can be ordered."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.drafting import LONGEST, Article, Draft, Found, Span, read
from zhoudao.engines.drafting.numerals import quantities
from zhoudao.engines.drafting.tests.calls import chinese
from zhoudao.engines.drafting.tests.country import ARTICLES, COUNTRY

PIECES = st.sampled_from(
    [
        *("北欧餐椅", "台灯", "护眼", "花生油", "5L", "T恤", "M码", "CH-1", "two", "chairs", "a", "dozen"),
        *(
            "两",
            "十",
            "百",
            "半",
            "打",
            "把",
            "台",
            "件",
            "个",
            "x",
            "０",
            "９",
            "兩",
            "88号",
            "138",
            "0013",
            "8000",
            "幺三八",
        ),
        *(
            "不",
            "要",
            "不要了",
            "不对",
            "改成",
            "换成",
            "再加",
            "各",
            "每",
            "备注",
            "麻烦",
            "我叫",
            "王",
            "先生",
            "电话",
        ),
        *("送到", "地址", "南京", "江苏省", "鼓楼区", "路", "，", "。", "？", "\n", "\0"),
        *("+", "-", ".", "½", "㎏", "ﷺ", "ｱ", "ß", "İ"),
    ]
)
MEASURES = "台个件箱双条盒瓶包袋套"
TEXTS = st.text(max_size=300) | st.lists(PIECES, max_size=60).map("".join)


@given(TEXTS)
def test_nothing_breaks_it_and_all_finds_stand_in_the_text(text: str) -> None:
    found = read(text, ARTICLES, COUNTRY)
    for span in spans(found):
        assert 0 <= span.start < span.end <= len(text)
    for line in found.lines:
        assert line.quantity is None or 1 <= line.quantity <= 9_999
        assert line.quantity is not None or line.doubts
        assert line.sku or len(line.others) > 1
        assert 0 <= line.sure <= 1


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=60))
def test_any_catalogue_will_do(text: str, name: str, other: str) -> None:
    for sku in {line.sku for line in read(text + name, [Article("A", (name, other))], COUNTRY).lines}:
        assert sku == "A"


def test_every_number_with_every_measure_is_read() -> None:
    for number in range(1, 10_000):
        measure = MEASURES[number % len(MEASURES)]
        for said in (str(number), chinese(number)):
            text = f"要{said}{measure}水壶"
            assert [one.value for one in quantities(text, 0, len(text))] == [number], text
    for measure in MEASURES:
        for text in (f"要十二{measure}不锈钢电热水壶", f"不锈钢电热水壶105{measure}"):
            assert [line.quantity for line in read(text, ARTICLES, COUNTRY).lines] in ([12], [105]), text


@pytest.mark.parametrize(
    "piece", ["北欧餐椅两把台灯", "一", "1 ", "138 ", "地址", "送到南京", "1,", "我是", "不要", "a", "()-"]
)
def test_a_hundred_thousand_characters_take_a_moment(piece: str) -> None:
    began = time.process_time()
    read(piece * (100_000 // len(piece)), ARTICLES * 4, COUNTRY)
    assert time.process_time() - began < 3, f"seconds for {LONGEST} characters that are read"


def spans(found: Draft) -> list[Span]:
    """Every place that was marked."""
    fields = (getattr(found, name) for name in ("name", "phone", "province", "city", "district", "street", "remark"))
    own = [span for one in fields if isinstance(one, Found) for span in one.spans]
    return [*own, *(span for line in found.lines for span in line.spans), *(one.span for one in found.unknown)]
