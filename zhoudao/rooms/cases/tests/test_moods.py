"""How a customer sounds is judged behind the service and carried by their case, whatever becomes of it."""

import threading
import time
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.reading import OLDEST_RUNNING
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.commands.feeling import correct_mood
from zhoudao.rooms.cases.commands.hearing import hear_customers
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.commands.splitting import split_case, undo_split
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.moods import mood_word
from zhoudao.rooms.cases.queries.desk import ViewFilter, first_page, narrowed
from zhoudao.rooms.cases.queries.moods import last_sound, trend
from zhoudao.rooms.cases.refusals import CaseNotFound, NoSuchMood
from zhoudao.rooms.cases.tests.listening import listen
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Inbound, judging
from zhoudao.rooms.conversations.commands.calls import Rang, log_call
from zhoudao.rooms.conversations.models import Channel, Conversation, Emotion, Listening, Message
from zhoudao.rooms.conversations.refusals import MessageNotFound
from zhoudao.rooms.customers.commands import erase_customer

pytestmark = pytest.mark.django_db(transaction=True)
ANGRY, THANKS, QUESTION, NUMBER = "太差劲了，等了三天都没人管！", "非常感谢，问题解决了", "请问发票怎么开？", "好的"


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    listen()  # it begins to listen here
    return shop


def hears(shop: Shop, *texts: str, who: str = "visitor-1") -> Case:
    for text in texts:
        case = shop.hears(text, who=who)
        shop.later(minutes=1)
    listen()
    return Case.objects.get(id=case.id)


def word(case: Case) -> str | None:
    return mood_word(Case.objects.get(id=case.id).mood)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([ANGRY], "upset"),
        ([QUESTION], "calm"),
        ([THANKS], "pleased"),
        ([NUMBER], None),
        ([ANGRY, NUMBER], "upset"),
        ([ANGRY, THANKS], "pleased"),
        ([THANKS, ANGRY, QUESTION], "calm"),
    ],
)
def test_a_case_sounds_as_its_customers_last_words_that_tell(
    shop: Shop, texts: list[str], expected: str | None
) -> None:
    assert word(hears(shop, *texts)) == expected


def test_each_message_is_judged_once_with_what_says_so(shop: Shop) -> None:
    case = hears(shop, "你好", ANGRY)
    first, second = Emotion.objects.order_by("message__created_at")
    assert (first.score, first.mood, first.evidence) == (None, None, [])
    assert second.score is not None
    assert second.score <= -60
    sound = last_sound(case)
    assert sound
    assert sound.message_id == second.message_id
    assert "".join(part.text for part in sound.parts) == ANGRY
    assert any("没人管" in part.text for part in sound.parts if part.tells)
    with CaptureQueriesContext(connection) as sent:
        assert hear_customers() == []
    assert not any("emotion" in one["sql"].lower() for one in sent)


def test_our_answers_and_notes_are_not_judged(shop: Shop) -> None:
    case = hears(shop, ANGRY)
    at = shop.later(minutes=1)
    reply_to_case(case_id=case.id, text=THANKS, viewer=shop.viewer("admin"), at=at, real_now=datetime.now(UTC))
    dispatch.drain()
    listen()
    assert word(case) == "upset"
    assert Emotion.objects.count() == 1


def test_what_a_colleague_notes_of_a_call_is_not_judged_but_a_person_may_say_how_it_sounded(shop: Shop) -> None:
    line = Channel.objects.create(code="hotline", kind="phone", store=shop.cast.stores["web"])
    admin = shop.viewer("admin")
    received = log_call(
        Rang("13812348000", shop.now - timedelta(minutes=5), 40, 200, "customer"),
        inbound=Inbound(line.code, "c-1", text=ANGRY),
        is_proof=False,
        by=By(admin.actor),
        name="Admin",
        at=shop.now,
        real_now=datetime.now(UTC),
    )
    dispatch.drain()
    listen()
    case = Case.objects.get(conversation_id=received.conversation_id)
    assert not Emotion.objects.exists()
    assert word(case) is None
    Listening.objects.all().delete()  # nor when older messages are looked at
    listen()
    assert not Emotion.objects.exists()
    correct_mood(case_id=case.id, message_id=received.message_id, word="upset", viewer=admin, at=shop.now)
    assert word(case) == "upset"


def test_a_persons_word_counts_before_ours_and_is_kept(shop: Shop) -> None:
    case = hears(shop, ANGRY)
    message = Message.objects.get(direction="in")
    for _ in range(2):
        correct_mood(case_id=case.id, message_id=message.id, word="calm", viewer=shop.viewer("admin"), at=shop.now)
    assert word(case) == "calm"
    [event] = Event.objects.filter(type="cases.MoodCorrected")
    assert (event.attributes["was"], event.attributes["mood"]) == ("upset", "calm")
    assert ANGRY not in str(event.attributes)
    Emotion.objects.update(version=0)
    Listening.objects.update(version=0)
    listen()
    emotion = Emotion.objects.get()
    assert (emotion.version, emotion.label, emotion.labelled_by) == (1, "calm", shop.viewer("admin").user_id)
    assert (emotion.score or 0) <= -60
    assert word(case) == "calm"


def test_what_cannot_be_corrected_is_refused(shop: Shop) -> None:
    case, other = hears(shop, ANGRY), hears(shop, ANGRY, who="visitor-2")
    mine = Message.objects.get(conversation=case.conversation_id)
    theirs = Message.objects.get(conversation=other.conversation_id)
    admin, sun = shop.viewer("admin"), shop.viewer("sun")
    with pytest.raises(NoSuchMood):
        correct_mood(case_id=case.id, message_id=mine.id, word="furious", viewer=admin, at=shop.now)
    with pytest.raises(MessageNotFound):
        correct_mood(case_id=case.id, message_id=theirs.id, word="calm", viewer=admin, at=shop.now)
    with pytest.raises(CaseNotFound):
        correct_mood(case_id=case.id, message_id=mine.id, word="calm", viewer=sun, at=shop.now)
    assert not Emotion.objects.exclude(label="").exists()


def test_a_merge_takes_the_other_customers_words_along_and_gives_them_back(shop: Shop) -> None:
    into, case = hears(shop, QUESTION, who="visitor-2"), hears(shop, ANGRY)
    viewer = shop.viewer("admin")
    merge_cases(case_id=case.id, into_id=into.id, viewer=viewer, at=shop.now)
    listen()
    assert word(into) == "upset"
    undo_merge(case_id=case.id, viewer=viewer, at=shop.now)
    listen()
    assert (word(into), word(case)) == ("calm", "upset")


def test_a_split_parts_the_moods_too(shop: Shop) -> None:
    case = hears(shop, QUESTION, ANGRY)
    viewer = shop.viewer("admin")
    angry = Message.objects.get(text=ANGRY)
    part = split_case(case_id=case.id, message_ids=[angry.id], viewer=viewer, at=shop.now)
    dispatch.drain()
    listen()
    assert (word(case), word(part)) == ("calm", "upset")
    undo_split(case_id=part.id, viewer=viewer, at=shop.now)
    dispatch.drain()
    listen()
    assert word(case) == "upset"


def test_words_on_another_channel_of_the_case_count(shop: Shop) -> None:
    case, other = hears(shop, QUESTION), hears(shop, ANGRY, who="visitor-2")
    Conversation.objects.filter(case=other).update(main=case.conversation_id)
    Case.objects.filter(id=other.id).update(conversation=None)
    Listening.objects.update(version=0)
    Emotion.objects.update(version=0)
    listen()
    assert word(case) == "upset"


def test_erasure_takes_the_judgements_with_the_words(shop: Shop) -> None:
    case = hears(shop, ANGRY)
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    close_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    erase_customer(customer_id=case.customer_id, at=shop.now, by=By("user:admin"))
    dispatch.drain()
    assert not Emotion.objects.exists()
    listen()
    assert word(case) is None
    assert not Emotion.objects.exclude(mood=None).exists()


def test_what_was_said_before_is_judged_little_by_little_newest_first(shop: Shop) -> None:
    for number in range(5):
        shop.hears(ANGRY, who=f"visitor-{number}")
        shop.later(minutes=1)
    Listening.objects.all().delete()  # an installation that never listened
    with patch.object(judging, "MOST", 2):
        hear_customers()
        newest = Message.objects.order_by("-id")[:2]
        assert set(Emotion.objects.values_list("message_id", flat=True)) == {message.id for message in newest}
        for _ in range(2):
            assert not Listening.objects.get().is_whole
            hear_customers()
    assert Listening.objects.get().is_whole
    assert Case.objects.filter(mood=-1).count() == 5


def test_two_clocks_do_not_judge_twice(shop: Shop) -> None:
    shop.hears(ANGRY)
    with transaction.atomic():
        Listening.objects.select_for_update().get()
        found: list[object] = []

        def look() -> None:
            found.append(hear_customers())
            connection.close()

        other = threading.Thread(target=look)
        other.start()
        other.join(timeout=20)
        assert found == [[]]
        assert not Emotion.objects.exists()
    assert len(listen()) == 1


def test_a_hundred_messages_cost_as_many_statements_as_one(shop: Shop) -> None:
    def cost(count: int) -> int:
        for _ in range(count):
            shop.hears(ANGRY, who=str(uuid4()))
        while Event.objects.filter(xid__gte=OLDEST_RUNNING).exists():
            time.sleep(0.01)  # another test's transaction holds ours back
        with CaptureQueriesContext(connection) as sent:
            assert len(hear_customers()) == count
        return len(sent)

    few = cost(1)
    assert cost(30) == few <= 14


def test_unhappy_customers_have_a_view_of_their_own(shop: Shop) -> None:
    angry, _calm = hears(shop, ANGRY), hears(shop, QUESTION, who="visitor-2")
    solved = hears(shop, ANGRY, who="visitor-3")
    resolve_case(case_id=solved.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    asked = ViewFilter(view="upset")
    [row] = first_page(shop.viewer("admin"), asked, at=shop.now).rows
    assert (row.id, row.is_upset) == (angry.id, True)
    assert [case.id for case in narrowed(shop.viewer("admin"), asked, at=shop.now)] == [angry.id]
    assert first_page(shop.viewer("sun"), asked, at=shop.now).rows == []


def test_a_trend_goes_over_all_channels_and_shows_only_what_one_may_see(shop: Shop) -> None:
    case = hears(shop, ANGRY, NUMBER, QUESTION, THANKS)
    points = trend(shop.viewer("admin"), [case.customer_id])
    assert [point.word for point in points] == ["upset", "calm", "pleased"]
    assert points[0].score < points[1].score < points[2].score
    assert {point.case_number for point in points} == {case.number}
    first = points[0].message_id
    correct_mood(case_id=case.id, message_id=first, word="pleased", viewer=shop.viewer("admin"), at=shop.now)
    point = trend(shop.viewer("admin"), [case.customer_id])[0]
    assert (point.word, point.is_label, point.score > 0) == ("pleased", True, True)
    assert trend(shop.viewer("sun"), [case.customer_id]) == []
