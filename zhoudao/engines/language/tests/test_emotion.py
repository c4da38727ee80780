"""Single messages: what is heard, what is not claimed, and where the words that say so stand."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.language import Word
from zhoudao.engines.language.emotion import judge
from zhoudao.engines.language.grams import LONGEST

LINES = Path(__file__).with_name("service_lines.tsv")


def test_service_messages_are_understood_in_each_language() -> None:
    """Forty hand-written messages a language, none of them learned from; always saying one word would give a third."""
    right: dict[str, int] = {}
    for line in LINES.read_text(encoding="utf-8").splitlines():
        language, word, text = line.split("\t")
        right[language] = right.get(language, 0) + (judge(text).word == word)
    assert min(right.values()) >= 36, right  # 39, 39 and 40 when this was written


def test_traditional_characters_are_judged_as_simplified_ones() -> None:
    """The same words in either script give the same index."""
    assert judge("服務態度很差，要退錢").index == judge("服务态度很差，要退钱").index


@pytest.mark.parametrize(
    "text", ["", "好的", "OK", "嗯嗯", "在吗", "thank you", "?", "👍", "订单号 O2026000123", "13812348000"]
)
@pytest.mark.parametrize("around", ["", " ", "。"])
def test_too_little_is_not_judged(text: str, around: str) -> None:
    """No index and no confidence rather than a guess."""
    found = judge(around + text + around)
    assert (found.index, found.confidence, found.word, found.evidence) == (None, 0.0, "unknown", ())


@pytest.mark.parametrize(
    "text", ["https://example.com/a?b=c", "li@example.com", "注文はいつ届きますか", "Где мой заказ"]
)
@pytest.mark.parametrize("more", ["", " Où est ma commande numéro douze"])
def test_addresses_and_other_languages_are_not_judged(text: str, more: str) -> None:
    """Nor guessed at."""
    assert judge(text + more).index is None


def test_a_negation_turns_a_word_round() -> None:
    """Happy, not happy; satisfied, not satisfied."""
    assert _index("I am happy with it") > 50 > -20 > _index("I am not happy with it")
    assert _index("非常满意") > 50 > -20 > _index("非常不满意")


def test_emphasis_makes_it_stronger() -> None:
    """Very disappointed is more than disappointed."""
    assert _index("I am extremely disappointed") < _index("I am disappointed") < 0


def test_the_evidence_points_into_the_original_text() -> None:
    """Whatever folding does to width, case, digits and script, the pieces are those the customer wrote."""
    text = "ＡＢＣ１２３４５６ 您好，客服態度惡劣，我要投訴"
    said = [text[piece.start : piece.end] for piece in judge(text).evidence]
    assert any("投訴" in one for one in said)
    assert any("惡劣" in one for one in said)


@pytest.mark.parametrize(("text", "urgent"), [("漏电了，快来人", True), ("please reply ASAP", True), ("urgent!", True)])
def test_urgent_words_are_heard(text: str, urgent: bool) -> None:
    """Danger and haste; they are named words, and nothing is read into them."""
    assert judge(text).is_urgent is urgent


def test_a_question_about_time_is_not_urgent() -> None:
    """Most customers ask when."""
    assert not judge("请问什么时候发货").is_urgent


@given(st.text(max_size=2 * LONGEST))
def test_any_text_is_judged_within_bounds(text: str) -> None:
    """No text fails, and what is given fits: a known word, pieces within the text and in order."""
    found = judge(text)
    words: tuple[Word, ...] = ("upset", "calm", "pleased", "unknown")
    assert found.word in words
    assert 0 <= found.confidence <= 1
    assert found.index is None or -100 <= found.index <= 100
    ends = [place for piece in found.evidence for place in (piece.start, piece.end)]
    assert ends == sorted(ends)
    assert all(0 <= place <= len(text) for place in ends)


def test_a_message_costs_less_than_half_a_millisecond() -> None:
    """Of the processor's time, for one of a hundred characters; three times as much is allowed on a busy machine."""
    text = "等了三天还没人回复我，你们到底有没有人管？快递也查不到，打电话也没人接。" * 3
    judge(text)
    begun = time.process_time()
    for _ in range(200):
        judge(text)
    assert (time.process_time() - begun) / 200 < 0.0015


def _index(text: str) -> int:
    index = judge(text).index
    assert index is not None
    return index
