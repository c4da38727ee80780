"""What a message is about leads to a kind of case."""

from zhoudao.engines.language.taxonomy import KINDS, TOPICS
from zhoudao.rooms.cases.models import Kind


def test_a_topic_makes_a_case_of_a_kind_there_is() -> None:
    """The topics' kinds are those of cases, and one more where no case need be."""
    assert set(KINDS) == {*Kind.values, "other"}
    assert {topic.kind for topic in TOPICS} <= {*Kind.values, "other"}
