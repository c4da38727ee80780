import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.excerpts import Piece, excerpt
from zhoudao.kit.grams import Needs, contains, grams, needs, terms
from zhoudao.kit.text import fold

letters = st.sampled_from("洗衣機机漏水單单a B1Ｃ２-_。\n😀é%'\\\"x") | st.characters(codec="utf-8")
texts = st.text(letters, max_size=40)


def fits(text: str, asked: Needs) -> bool:
    """What the index answers."""
    known = grams(text)
    begun = all(any(gram.startswith(start) for gram in known) for start in asked.beginnings)
    return begun and set(asked.grams) <= set(known)


@given(texts, st.data())
def test_the_index_misses_no_piece_of_a_text(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded)))
    wanted = terms(folded[start : data.draw(st.integers(start, len(folded)))].replace('"', " "))
    assert contains(text, wanted)
    assert fits(text, needs(wanted))


@given(texts, texts)
def test_where_the_grams_alone_decide_they_decide_as_reading_does(text: str, words: str) -> None:
    wanted = terms(words)
    asked = needs(wanted)
    assert not contains(text, wanted) or fits(text, asked)
    assert not asked.is_exact or contains(text, wanted) == fits(text, asked)


@given(texts)
def test_grams_hold_no_blank_and_are_short(text: str) -> None:
    assert all(1 <= len(gram) <= 3 and not any(map(str.isspace, gram)) for gram in grams(text))


def test_scripts_are_cut_each_in_its_way() -> None:
    assert grams("買iPhone手機") == ["买", "iph", "pho", "hon", "one", "ne", "e", "手", "机", "手机"]
    assert needs(terms("買Ipho")) == Needs(("买", "iph", "pho"), (), is_exact=False)
    assert needs(terms("ｔｖ")) == Needs((), ("tv",), is_exact=True)
    assert needs(terms("A-100")) == Needs(("a", "100"), (), is_exact=False)
    assert needs(terms("漏水")) == Needs(("漏水",), (), is_exact=True)
    assert needs(terms("？！")) == Needs((), (), is_exact=False)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("洗衣机 漏水", ["洗衣机", "漏水"]),
        ("洗衣機　漏水 漏水", ["洗衣机", "漏水"]),
        ('"late delivery" Refund', ["late delivery", "refund"]),
        ("“没有 发货” 「红色 XL」", ["没有 发货", "红色 xl"]),
        ('5" screen', ['5"', "screen"]),
        ('""', ['""']),
        (" \0\n", []),
    ],
)
def test_words_are_split_at_blanks_and_kept_together_in_quotes(words: str, found: list[str]) -> None:
    assert terms(words) == found


def shown(pieces: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


def test_an_excerpt_shows_what_was_found_as_it_was_written() -> None:
    assert shown(excerpt("我的洗衣機漏水，洗衣机！", ["洗衣机"])) == "我的[洗衣機]漏水，[洗衣机]！"
    assert shown(excerpt("ＦＲＩＤＧＥ broken\n\nnow", ["fridge", "now"])) == "[ＦＲＩＤＧＥ] broken [now]"
    assert shown(excerpt("㎏ and Straße", ["kg", "strasse"])) == "[㎏] and [Straße]"
    assert shown(excerpt("<b>bold</b>", ["<b>"])) == "[<b>]bold</b>"
    far = shown(excerpt("很" * 500 + "漏水" + "长" * 500, ["漏水"]))
    assert far.startswith("…很")
    assert "[漏水]" in far
    assert far.endswith("长…")
    assert len(far) < 170


@given(texts, texts)
def test_an_excerpt_of_a_short_text_is_the_text(text: str, words: str) -> None:
    pieces = excerpt(text, terms(words))
    whole = "".join(piece.text for piece in pieces)
    assert "".join(whole.split()) == "".join(text.split())
