"""The messages labelled by hand are what their guide says."""

import re
from collections import Counter
from pathlib import Path

import pytest

from zhoudao.engines.language.labelled import HEADER, BadLabels, Labelled, labelled
from zhoudao.engines.language.taxonomy import TOPICS, URGENCIES, Language

FEWEST: dict[Language, int] = {"zh-Hans": 1900, "zh-Hant": 700, "en": 850, "mixed": 80, "other": 80}
# words of alarm; in a message labelled `none` they are what a list of words would stumble over
ALARM = re.compile(
    r"[烟煙菸火炸爆燃焦烧燒烫燙死割毒律警盗盜诈詐]|法[式院国國]|[电電漏触觸][击擊电電]|泄露|安全"
    r"|fire|burn|smok|bomb|kill|d(?:ie|ying)|legal|law\b|court|police|secur|blow|cutting|painful",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def rows() -> tuple[Labelled, ...]:
    """Those of the package."""
    return labelled()


def test_there_are_enough_of_every_language_and_topic(rows: tuple[Labelled, ...]) -> None:
    """At least eighty a topic, in each of the three languages at least ten."""
    by_language = Counter(row.language for row in rows)
    assert all(by_language[language] >= fewest for language, fewest in FEWEST.items()), by_language
    by_topic = Counter(row.topic.code for row in rows)
    assert [topic.code for topic in TOPICS if by_topic[topic.code] < 80] == []
    each = Counter((row.topic.code, row.language) for row in rows)
    assert [
        (topic.code, language)
        for topic in TOPICS
        for language in ("zh-Hans", "zh-Hant", "en")
        if each[topic.code, language] < 10
    ] == []


def test_every_urgency_is_told_in_three_languages_and_feigned_in_as_many(rows: tuple[Labelled, ...]) -> None:
    """At least sixty of each, and 200 that only sound like one."""
    each = Counter(row.urgency for row in rows)
    assert [urgency for urgency in URGENCIES if each[urgency] < 60] == []
    told = Counter((row.urgency, row.language) for row in rows)
    assert all(told[urgency, language] >= 15 for urgency in URGENCIES for language in ("zh-Hans", "zh-Hant", "en"))
    feigned = Counter(row.language for row in rows if row.urgency == "none" and ALARM.search(row.text))
    assert feigned.total() >= 200
    assert min(feigned["zh-Hans"], feigned["zh-Hant"], feigned["en"]) >= 20


def test_moods_from_delighted_to_furious_are_there(rows: tuple[Labelled, ...]) -> None:
    """In steps of five, every stretch of the scale with some, and no topic but the plainest with one mood alone."""
    assert all(row.emotion % 5 == 0 for row in rows)
    stretches = Counter(min(row.emotion // 20, 4) for row in rows)
    assert all(stretches[stretch] >= 40 for stretch in range(5)), stretches
    moods: dict[str, set[int]] = {}
    for row in rows:
        moods.setdefault(row.topic.code, set()).add(row.emotion)
    assert [code for code, told in moods.items() if len(told) < 3] == []


def test_no_message_is_there_twice(rows: tuple[Labelled, ...]) -> None:
    """Neither with other spaces, marks or capitals."""
    met = Counter(re.sub(r"[\W_]+", "", row.text.lower()) or row.text for row in rows)
    assert [text for text, times in met.items() if times > 1] == []


@pytest.mark.parametrize(
    "line",
    [
        "在吗,zh-Hans,other.weather,none,50",
        "在吗,zh,other.greeting,none,50",
        "在吗,zh-Hans,other.greeting,none,101",
        "在吗,zh-Hans,other.greeting,panic,50",
        "在吗,zh-Hans,other.greeting,none",
        " ,zh-Hans,other.other,none,50",
    ],
)
def test_a_row_the_taxonomy_does_not_know_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    """An unknown topic, language, mood or urgency, a column short, no text."""
    file = tmp_path / "some.csv"
    file.write_text(",".join(HEADER) + "\nhi,en,other.greeting,none,45\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BadLabels, match=r"some\.csv, line 3"):
        labelled(file)


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    """And so is an empty one."""
    (tmp_path / "a.csv").write_text("message,topic\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    for name in ("a.csv", "b.csv"):
        with pytest.raises(BadLabels, match="line 1"):
            labelled(tmp_path / name)
