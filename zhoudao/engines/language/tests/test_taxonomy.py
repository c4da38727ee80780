"""The topics a message can have."""

import re

import pytest

from zhoudao.engines.language.taxonomy import KINDS, TOPICS, NoSuchTopic, topic_of


def test_every_topic_has_a_code_and_names_of_its_own() -> None:
    """Codes, Chinese and English names are unique, and codes are two lower-case words with a dot between."""
    for names in ([t.code for t in TOPICS], [t.zh for t in TOPICS], [t.en for t in TOPICS]):
        assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)?\.[a-z]+(_[a-z]+)?", topic.code) for topic in TOPICS)


def test_every_kind_but_care_has_topics() -> None:
    """Care is what we begin ourselves; no customer's message makes it."""
    assert {topic.kind for topic in TOPICS} == set(KINDS) - {"care"}


def test_a_topic_is_found_by_its_code() -> None:
    """And one that is not there is refused."""
    assert all(topic_of(topic.code) is topic for topic in TOPICS)
    with pytest.raises(NoSuchTopic):
        topic_of("inquiry.weather")
