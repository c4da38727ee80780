"""The messages triage is measured on are by the guide, enough, and none that it learned from."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from zhoudao.engines.language.labelled import Labelled, labelled
from zhoudao.engines.language.taxonomy import TOPICS, URGENCIES, Language

FILE = Path(__file__).with_name("evaluation.csv")
FEWEST: dict[Language, int] = {"zh-Hans": 400, "zh-Hant": 170, "en": 170, "mixed": 20, "other": 20}
# what sounds urgent; in a row labelled `none` it is there to tempt
TEMPTING = re.compile(
    r"[火烧燒爆炸漏毒律燃膨]|急|死|鼓包|触电|明天|外洩|fire|burn|bomb|explo|smok|legal|law|emergency|asap|tomorrow|fluid",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def rows() -> tuple[Labelled, ...]:
    """All of them; read as the learned ones are, so the taxonomy is obeyed."""
    return labelled(FILE)


def plain(text: str) -> str:
    """Its letters and digits, in one width and case; a text that has none as it is."""
    kept = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return kept or text.strip()


def test_there_are_enough_of_every_language_and_topic(rows: tuple[Labelled, ...]) -> None:
    """Fifteen a topic at the least."""
    by_language = Counter(row.language for row in rows)
    assert all(by_language[language] >= fewest for language, fewest in FEWEST.items()), by_language
    by_topic = Counter(row.topic.code for row in rows)
    assert [topic.code for topic in TOPICS if by_topic[topic.code] < 15] == []


def test_every_urgency_is_told_in_three_languages_and_feigned(rows: tuple[Labelled, ...]) -> None:
    """Eighteen of each; sixty that only sound like one."""
    each = Counter(row.urgency for row in rows)
    assert [urgency for urgency in URGENCIES if each[urgency] < 18] == []
    told = {(row.urgency, row.language) for row in rows}
    assert [(u, of) for u in URGENCIES for of in ("zh-Hans", "zh-Hant", "en") if (u, of) not in told] == []
    assert sum(row.urgency == "none" and TEMPTING.search(row.text) is not None for row in rows) >= 60


def test_moods_run_from_delighted_to_furious(rows: tuple[Labelled, ...]) -> None:
    """In steps of five; every fifth of the scale has some."""
    assert all(row.emotion % 5 == 0 for row in rows)
    fifths = Counter(min(row.emotion // 20, 4) for row in rows)
    assert all(fifths[fifth] >= 15 for fifth in range(5)), fifths


def test_none_is_written_twice_nor_learned_from(rows: tuple[Labelled, ...]) -> None:
    """But for width, case, spaces and stops."""
    assert [text for text, times in Counter(plain(row.text) for row in rows).items() if times > 1] == []
    learned = {plain(row.text) for row in labelled()}
    assert [row.text for row in rows if plain(row.text) in learned] == []
