import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.text import bigrams, clip, fold, query_bigrams

words = st.text(st.sampled_from("洗衣機机漏水發发髮乾隆a B1Ｃ２-。\n😀é") | st.characters(codec="utf-8"), max_size=40)
chinese = st.text(st.sampled_from("洗衣機机漏水發发髮乾隆訂單订单號號里裡裏"), min_size=1, max_size=20)


@given(chinese, st.data())
def test_any_piece_of_a_chinese_text_finds_it_in_either_script(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert set(query_bigrams(piece)) <= set(bigrams(text))
    assert fold(piece) in fold(text)


@given(words)
def test_folding_twice_changes_nothing_and_tokens_hold_no_space(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(token and not any(map(str.isspace, token)) and len(token) <= 64 for token in bigrams(text))
    assert set(query_bigrams(text)) <= set(bigrams(text))


def test_mixed_scripts_split_where_the_script_changes() -> None:
    assert bigrams("買iPhone 15手機") == ["买", "iphone", "15", "手", "机", "手机"]
    assert query_bigrams("買iPhone 15手機") == ["买", "iphone", "15", "手机"]


def test_order_numbers_and_full_width_letters_are_words() -> None:
    assert bigrams("ＳＦ１２３ O2026-000123") == ["sf123", "o2026", "000123"]


@given(words, st.integers(0, 50))
def test_clipped_text_fits_and_says_that_it_was_cut(text: str, n: int) -> None:
    cut = clip(text, n)
    assert len(cut) <= n or cut == text
    assert cut == text if len(text) <= n else text.startswith(cut.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "n", "cut"),
    [
        ("洗衣机漏水", 4, "洗衣机…"),
        ("洗衣机", 3, "洗衣机"),
        ("好👨‍👩‍👧好", 4, "好…"),
        ("cafe\u0301s", 5, "caf…"),
    ],
)
def test_clipping_cuts_no_character_in_two(text: str, n: int, cut: str) -> None:
    assert clip(text, n) == cut
