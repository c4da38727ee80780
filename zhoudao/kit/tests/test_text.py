import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.text import clip, fold

words = st.text(st.sampled_from("洗衣機机漏水發发髮乾隆a B1Ｃ２-。\n😀é") | st.characters(codec="utf-8"), max_size=40)
chinese = st.text(st.sampled_from("洗衣機机漏水發发髮乾隆訂單订单號號里裡裏"), min_size=1, max_size=20)


@given(chinese, st.data())
def test_any_piece_of_a_text_folds_to_the_same_piece_of_the_folded_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert fold(piece) in fold(text)


@given(words)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


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
