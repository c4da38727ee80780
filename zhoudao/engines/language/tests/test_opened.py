"""However a customer writes it, the learned parts read the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.language.opened import LONGEST, opened
from zhoudao.engines.language.pieces import pieces_of


@pytest.mark.parametrize(
    "written",
    ["退款", "退 款", "退.款", "退*款", "退 - 款", "退\u200b款", "退　款", "退\n款", "退·款", "退/款", "退..款"],
)
def test_what_stands_between_characters_says_nothing(written: str) -> None:
    assert opened(written).text == "退款"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("我要退，不換", "我要退,不换"),
        ("Ｒｅｆｕｎｄ", "refund"),
        ("r e f u n d now", "refund now"),
        ("單號1234", "单号0"),
        ("快弟没到", "快递没到"),
        ("a b", "a b"),
        ("i am here", "i am here"),
    ],
)
def test_one_form_for_every_way_to_write(written: str, read: str) -> None:
    assert opened(written).text == read


def test_numbers_are_kept_where_they_matter() -> None:
    assert opened("打12315", keeps_digits=True).text == "打12315"


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=100))
def test_every_letter_knows_where_it_came_from(text: str) -> None:
    read = opened(text)
    assert len(read.places) == len(read.text)
    assert list(read.places) == sorted(read.places)
    assert all(0 <= place < len(text) for place in read.places)


def test_of_a_very_long_text_the_beginning_and_the_end_are_read() -> None:
    read = opened("开头" + "水" * 100_000 + "我要退货")
    assert len(read.text) <= LONGEST + 1
    assert read.text.startswith("开头")
    assert read.text.endswith("我要退货")
    assert read.places[-1] == 100_005


def test_pieces_are_words_pairs_and_letters() -> None:
    words, letters = pieces_of("我要退款 ok")
    assert [one.name for one in words] == ["我要", "退款", "ok", "我要 退款", "退款 ok"]
    assert {"退", "退款", "我要退", " ok ", "ok"} <= {one.name for one in letters}
    assert all("我要退款 ok"[one.start : one.end] == one.name for one in letters if " " not in one.name)
