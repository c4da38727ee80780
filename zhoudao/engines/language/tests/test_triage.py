"""What a message wants, each with how sure that is; whatever comes, an answer comes back."""

from pathlib import Path

import pytest

from zhoudao.engines.language.labelled import labelled
from zhoudao.engines.language.packing import NoModel
from zhoudao.engines.language.shipped import read, shipped
from zhoudao.engines.language.taxonomy import topic_of
from zhoudao.engines.language.training import Figures, packed, unpacked
from zhoudao.engines.language.triage import Triager

Trained = tuple[Triager, Figures]
SAID = [
    ("我的快递到哪了，单号SF1234567890123", "logistics.track"),
    ("請問可以開統編發票嗎", "inquiry.invoice"),
    ("转人工", "other.agent"),
    ("I want to cancel my order", "order.cancel"),
    ("申请价保，昨天买今天降价了", "after_sales.price_protection"),
]


@pytest.mark.parametrize(("text", "topic"), SAID)
def test_plain_messages_are_told_apart(trained: Trained, text: str, topic: str) -> None:
    found = trained[0].judge([text])[0]
    assert found.topic == topic
    assert found.kind == topic_of(topic).kind
    assert all(0 <= one <= 1 for one in found.confidence.values())
    assert found.evidence["topic"]
    assert all(0 <= start < end <= len(text) for places in found.evidence.values() for start, end in places)


def test_both_scripts_and_spaces_between_say_the_same(trained: Trained) -> None:
    plain, other, spaced = trained[0].judge(["我要退货退款", "我要退貨退款", "我 要 退.货 退 款"])
    assert plain.topic == other.topic == spaced.topic
    assert plain.confidence["topic"] == other.confidence["topic"] == spaced.confidence["topic"]
    assert (plain.language, other.language) == ("zh-Hans", "zh-Hant")


def test_who_is_hurt_comes_first(trained: Trained) -> None:
    found = trained[0].judge(["充电器冒烟了，把我手烫伤了", "火锅底料还有货吗"])
    assert [one.urgency for one in found] == ["injury", "none"]
    start, end = found[0].evidence["urgency"][0]
    assert "烫伤" in "充电器冒烟了，把我手烫伤了"[start:end]


def test_anger_is_heard(trained: Trained) -> None:
    furious, calm, pleased = (
        one.emotion
        for one in trained[0].judge(["骗子公司，垃圾，我要投诉你们！！", "保修几年", "太喜欢了，谢谢你们，很满意"])
    )
    assert furious > 70 > calm > 35 > pleased


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "😀😀👍",
        "12345",
        "\x00\x01",
        "\ud800",
        "退" * 100_000,
        "a " * 50_000,
        "。。。",
        "é" * 500,
        "ｘ́" * 300,
    ],
)
def test_whatever_comes_is_answered(trained: Trained, text: str) -> None:
    found = trained[0].judge([text])[0]
    assert found.topic
    assert 0 <= found.emotion <= 100


def test_a_message_of_no_words_is_about_nothing(trained: Trained) -> None:
    for found in trained[0].judge(["😀😀", "", "88231"]):
        assert (found.topic, found.language, found.urgency) == ("other.other", "other", "none")


def test_one_at_a_time_or_together_is_the_same(trained: Trained) -> None:
    texts = [text for text, _topic in SAID]
    together = trained[0].judge(texts)
    assert [trained[0].judge([text])[0].topic for text in texts] == [one.topic for one in together]
    assert trained[0].judge([]) == []


def test_what_is_kept_judges_the_same(trained: Trained) -> None:
    kept, figures = unpacked(packed(*trained))
    assert figures == trained[1]
    texts = [text for text, _topic in SAID]
    assert [one.topic for one in kept.judge(texts)] == [one.topic for one in trained[0].judge(texts)]


def test_even_half_of_the_messages_teaches_much(trained: Trained) -> None:
    """Chance would be right once in thirty; each message was left out when it was judged."""
    figures = trained[1]
    assert figures.topic_right > 0.55
    assert figures.alarms_found > 0.9
    assert figures.false_alarms < 0.04
    assert figures.calibration_error < 0.03


def _few(folder: Path) -> Path:
    rows = [one for one in labelled() if one.topic.code in ("inquiry.invoice", "logistics.track")]
    file = folder / "few.csv"
    lines = [
        f'"{one.text.replace(chr(34), "")}",{one.language},{one.topic.code},{one.urgency},{one.emotion}' for one in rows
    ]
    file.write_text("\n".join(["text,language,topic,urgency,emotion", *lines]), encoding="utf-8")
    return file


def test_it_is_learned_once_and_kept(tmp_path: Path) -> None:
    said: list[str] = []
    file = _few(tmp_path)
    first, _ = shipped(tmp_path / "models", say=said.append, file=file)
    again, _ = shipped(tmp_path / "models", say=said.append, file=file)
    assert len(said) == 1
    assert first.judge(["开张发票"])[0].topic == again.judge(["开张发票"])[0].topic == "inquiry.invoice"


def test_a_damaged_model_is_learned_anew(tmp_path: Path) -> None:
    said: list[str] = []
    file = _few(tmp_path)
    shipped(tmp_path, say=said.append, file=file)
    place = next(tmp_path.glob("triage-*.model"))
    place.write_bytes(b"PK\x03\x04 no model at all")
    with pytest.raises(NoModel):
        read(place)
    shipped(tmp_path, say=said.append, file=file)
    assert len(said) == 3
    read(place)
