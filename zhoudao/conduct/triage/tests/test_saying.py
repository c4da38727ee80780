"""What people say of a message stands before what was proposed, and the case follows."""

from uuid import UUID

import pytest
from django.utils import timezone, translation

from zhoudao.conduct.triage.models import Correction, Proposal
from zhoudao.conduct.triage.queries import agreements, proposed_for, spread
from zhoudao.conduct.triage.settling import TopicUnknown, say_topic
from zhoudao.conduct.triage.topics import TOPIC_WORDS, URGENCY_WORDS
from zhoudao.engines.language.taxonomy import TOPICS, URGENCIES
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.refusals import MessageNotFound

pytestmark = pytest.mark.django_db(transaction=True)


def proposed(case: Case, topic: str = "logistics.urge", kind: str = "order_exception", **more: object) -> Message:
    """The case's last message, judged."""
    message = Message.objects.filter(conversation=case.conversation_id, direction="in").latest("created_at")
    row = {
        "language": "zh-Hans", "kind": kind, "topic": topic, "urgency": "none", "emotion": 70, "version": "1.test",
        "confidence": {"topic": 91}, "evidence": {"topic": [[0, 2], [4, 99]]}, "entities": [], "judged_at": TUESDAY,
    }  # fmt: skip
    Proposal.objects.create(message=message, **(row | more))
    return message


def test_every_topic_has_its_words_in_three_languages() -> None:
    assert set(TOPIC_WORDS) == {topic.code for topic in TOPICS}
    assert set(URGENCY_WORDS) == set(URGENCIES)
    for topic in TOPICS:
        with translation.override("en"):
            assert str(TOPIC_WORDS[topic.code]) == topic.en
        with translation.override("zh-hans"):
            assert str(TOPIC_WORDS[topic.code]) == topic.zh


def test_a_case_is_about_its_newest_message_that_is_about_something(shop: Shop) -> None:
    case = shop.hears("催一下快递，怎么还没到")
    proposed(case)
    shop.later(minutes=2)
    shop.hears("谢谢")
    proposed(case, "other.greeting", "other")
    found = proposed_for(Case.objects.get(id=case.id))
    assert found is not None
    assert (found.topic, found.kind, found.sure, found.is_said) == ("logistics.urge", "order_exception", 91, False)
    assert "".join(part.text for part in found.parts) == "催一下快递，怎么还没到"
    assert [part.text for part in found.parts if part.tells] == ["催一", "递，怎么还没到"]


def test_before_anything_was_judged_nothing_is_claimed(shop: Shop) -> None:
    found = proposed_for(shop.hears("催一下快递"))
    assert found is not None
    assert (found.topic, found.emotion, found.sure) == ("", None, 0)


def test_who_confirms_files_the_case_so_and_what_presses_makes_it_urgent(shop: Shop) -> None:
    case = shop.hears("插座冒烟了，怎么办")
    message = proposed(case, "complaint.product", "complaint", urgency="fire")
    say_topic(
        case_id=case.id, message_id=message.id, topic="complaint.product", urgency="fire",
        viewer=shop.viewer("admin"), at=timezone.now(),
    )  # fmt: skip
    case = Case.objects.get(id=case.id)
    assert (case.kind, case.tier) == ("complaint", "urgent")
    said = Correction.objects.get()
    assert (said.topic, said.topic_was, said.urgency_was, said.version) == (
        "complaint.product", "complaint.product", "fire", "1.test",
    )  # fmt: skip
    told = Event.objects.get(type="triage.TopicSaid")
    assert told.attributes["topic"] == "complaint.product"
    assert [(one.topic, one.said, one.share) for one in agreements(since=TUESDAY)] == [("complaint.product", 1, 100)]


def test_who_says_otherwise_is_believed_and_said_twice_it_is_one_word(shop: Shop) -> None:
    case = shop.hears("催一下退款")
    message = proposed(case)
    viewer = shop.viewer("zhao")
    for _twice in range(2):
        say_topic(
            case_id=case.id,
            message_id=message.id,
            topic="after_sales.status",
            urgency="none",
            viewer=viewer,
            at=TUESDAY,
        )
    found = proposed_for(case)
    assert found is not None
    assert (found.topic, found.is_said) == ("after_sales.status", True)
    assert Case.objects.get(id=case.id).kind == "after_sales"
    assert Event.objects.filter(type="triage.TopicSaid").count() == 1
    assert [(one.topic, one.said, one.share) for one in agreements(since=TUESDAY)] == [("logistics.urge", 1, 0)]
    assert [(one.topic, one.messages) for one in spread(since=TUESDAY)] == [("logistics.urge", 1)]


def test_a_greeting_changes_no_kind_and_nothing_makes_a_case_less_urgent(shop: Shop) -> None:
    case = shop.hears("你好")
    message = proposed(case, "other.greeting", "other")
    Case.objects.filter(id=case.id).update(kind="complaint", tier="urgent")
    say_topic(
        case_id=case.id, message_id=message.id, topic="other.greeting", urgency="none",
        viewer=shop.viewer("zhao"), at=TUESDAY,
    )  # fmt: skip
    case = Case.objects.get(id=case.id)
    assert (case.kind, case.tier) == ("complaint", "urgent")


@pytest.mark.parametrize(("topic", "urgency"), [("nothing.such", "none"), ("logistics.urge", "dire"), ("", "")])
def test_what_is_on_no_list_is_refused(shop: Shop, topic: str, urgency: str) -> None:
    case = shop.hears("催一下")
    message = proposed(case)
    with pytest.raises(TopicUnknown):
        say_topic(
            case_id=case.id, message_id=message.id, topic=topic, urgency=urgency, viewer=shop.viewer("zhao"), at=TUESDAY
        )
    assert not Correction.objects.exists()


def test_another_cases_message_is_not_to_be_found(shop: Shop) -> None:
    case = shop.hears("催一下")
    proposed(case)
    with pytest.raises(MessageNotFound):
        say_topic(
            case_id=case.id, message_id=UUID(int=7), topic="logistics.urge", urgency="none",
            viewer=shop.viewer("zhao"), at=TUESDAY,
        )  # fmt: skip
