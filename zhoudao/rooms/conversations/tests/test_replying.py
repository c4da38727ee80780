"""A colleague answers, takes it back, notes something."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.conversations import commands
from zhoudao.rooms.conversations.commands import Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel, Conversation, Draft, Message
from zhoudao.rooms.conversations.queries import draft_of, thread
from zhoudao.rooms.conversations.refusals import (
    ConversationNotFound,
    MessageEmpty,
    MessageNotFound,
    NotFailed,
    ReplyNotYours,
    TooLateToUndo,
)
from zhoudao.rooms.conversations.tests.conftest import NOON
from zhoudao.rooms.customers.commands import MayNotUnmask

LI = UUID("01980000-0000-7000-8000-000000000001")
ACTOR = f"user:{LI}"
VIEWER = Viewer(actor=ACTOR, permissions=frozenset(["customers:unmask"]), user_id=LI)
pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(said: Callable[..., Inbound]) -> Conversation:
    got = receive_message(inbound=said(), at=NOON)
    return Conversation.objects.get(id=got.conversation_id)


@pytest.fixture
def mail(talk: Conversation) -> Conversation:
    channel = Channel.objects.create(code="mail", kind="email", store=talk.store)
    Conversation.objects.filter(id=talk.id).update(channel=channel)
    return talk


def answer(talk: Conversation, text: str = "马上处理", **differs: object) -> Message:
    usual: dict[str, object] = {"author_name": "李强", "by": By(ACTOR), "at": NOON, "real_now": NOON}
    return commands.reply(conversation_id=talk.id, text=text, **usual | differs)  # type: ignore[arg-type]  # a test's freedom


def types() -> list[str]:
    return list(Event.objects.order_by("seq").filter(primary_type="conversation").values_list("type", flat=True))


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'message_id' FROM procrastinate_jobs ORDER BY id")
        return list(cursor.fetchall())


def test_an_answer_in_the_web_chat_is_there_at_once(talk: Conversation) -> None:
    commands.save_draft(conversation_id=talk.id, user_id=LI, text="马上", at=NOON)
    message = answer(talk, expects_answer=False)
    assert (message.status, message.author_name, message.actor) == ("sent", "李强", ACTOR)
    assert types()[-1] == "conversations.ReplySent"
    told = Event.objects.get(type="conversations.ReplySent")
    assert told.attributes == {
        "message_id": str(message.id), "is_auto": False, "is_human": True, "expects_answer": False,
    }  # fmt: skip
    assert jobs() == []
    assert draft_of([talk.id], LI) is None
    assert [view.text for view in thread([talk.id], audience="customer")] == ["洗衣机漏水，一直没人管", "马上处理"]


def test_an_answer_costs_six_statements(talk: Conversation) -> None:
    with CaptureQueriesContext(connection) as statements:
        answer(talk)
    assert len(statements) <= 6


def test_an_answer_by_mail_waits_its_undo_window_and_leaves(mail: Conversation) -> None:
    message = answer(mail, undo_seconds=10)
    assert jobs() == [("channels.deliver_reply", str(message.id))]
    assert len(thread([mail.id], audience="customer")) == 1
    assert commands.begin_sending(message_id=message.id, real_now=NOON + timedelta(seconds=9)) is None
    assert commands.begin_sending(message_id=message.id, real_now=NOON + timedelta(seconds=10))
    for _ in range(2):
        commands.mark_sent(message_id=message.id, at=NOON + timedelta(minutes=1), external_id="<1@shop>")
    message.refresh_from_db()
    assert (message.status, message.external_id, message.attempts) == ("sent", "<1@shop>", 1)
    assert types() == ["conversations.MessageReceived", "conversations.ReplyQueued", "conversations.ReplySent"]
    commands.mark_delivered(message_id=message.id)
    assert thread([mail.id], audience="customer")[-1].status == "delivered"


def test_an_answer_taken_back_is_a_draft_again(talk: Conversation) -> None:
    message = answer(talk, "请打13812348000", undo_seconds=10)
    assert commands.undo_reply(message_id=message.id, viewer=VIEWER, at=NOON) == "请打13812348000"
    assert Draft.objects.get().text == "请打13812348000"
    assert commands.begin_sending(message_id=message.id, real_now=NOON + timedelta(days=1)) is None
    assert types()[-1] == "conversations.ReplyUndone"
    assert len(thread([talk.id], audience="customer")) == 1
    with pytest.raises(TooLateToUndo):
        commands.undo_reply(message_id=message.id, viewer=VIEWER, at=NOON)


def test_only_the_author_takes_an_answer_back_and_only_before_it_leaves(mail: Conversation) -> None:
    message = answer(mail)
    other = Viewer(actor="user:zhao", permissions=frozenset(), user_id=uuid4())
    with pytest.raises(ReplyNotYours):
        commands.undo_reply(message_id=message.id, viewer=other, at=NOON)
    commands.begin_sending(message_id=message.id, real_now=NOON)
    with pytest.raises(TooLateToUndo):
        commands.undo_reply(message_id=message.id, viewer=VIEWER, at=NOON)
    with pytest.raises(MessageNotFound):
        commands.undo_reply(message_id=uuid4(), viewer=VIEWER, at=NOON)


def test_an_answer_that_failed_says_why_and_can_be_tried_again(mail: Conversation) -> None:
    message = answer(mail)
    commands.begin_sending(message_id=message.id, real_now=NOON)
    commands.mark_failed(message_id=message.id, reason="550 no such user", at=NOON)
    commands.mark_failed(message_id=message.id, reason="again", at=NOON)
    assert thread([mail.id])[-1].failure == "550 no such user"
    assert types()[-1] == "conversations.ReplyFailed"
    commands.retry_reply(message_id=message.id, real_now=NOON)
    assert len(jobs()) == 2
    with pytest.raises(NotFailed):
        commands.retry_reply(message_id=message.id, real_now=NOON)
    assert commands.begin_sending(message_id=message.id, real_now=NOON)
    assert commands.begin_sending(message_id=message.id, real_now=NOON), "a worker that died left it so"


def test_a_note_is_for_colleagues_only(talk: Conversation) -> None:
    commands.add_note(conversation_id=talk.id, text="VIP，小心", by=By(ACTOR), author_name="李强", at=NOON)
    assert [view.direction for view in thread([talk.id])] == ["in", "note"]
    assert [view.direction for view in thread([talk.id], audience="customer")] == ["in"]
    assert types()[-1] == "conversations.NoteAdded"


@pytest.mark.parametrize("text", ["", "\n "])
def test_an_answer_needs_words_and_a_conversation(talk: Conversation, text: str) -> None:
    with pytest.raises(MessageEmpty):
        answer(talk, text)
    with pytest.raises(ConversationNotFound):
        commands.reply(
            conversation_id=uuid4(), text="x", by=By(ACTOR), author_name="", at=NOON, real_now=NOON
        )  # fmt: skip


def test_drafts_are_each_persons_own(talk: Conversation) -> None:
    other = uuid4()
    commands.save_draft(conversation_id=talk.id, user_id=LI, text="我的", at=NOON)
    commands.save_draft(conversation_id=talk.id, user_id=LI, text="我的草稿", at=NOON)
    commands.save_draft(conversation_id=talk.id, user_id=other, text="他的", at=NOON)
    answer(talk)
    assert list(Draft.objects.values_list("text", flat=True)) == ["他的"]
    commands.save_draft(conversation_id=talk.id, user_id=other, text=" ", at=NOON)
    assert not Draft.objects.exists()


def test_masked_words_are_shown_to_who_may_and_it_is_recorded(talk: Conversation) -> None:
    message = answer(talk, "回电13812348000")
    assert thread([talk.id])[-1].text == "回电138****8000"
    assert thread([talk.id], audience="customer")[-1].text == "回电13812348000"
    with pytest.raises(MayNotUnmask):
        commands.unmask_message(message_id=message.id, viewer=Viewer("user:x", frozenset()), at=NOON)
    assert commands.unmask_message(message_id=message.id, viewer=VIEWER, reason="回电", at=NOON) == "回电13812348000"
    assert (Unmasking.objects.get().actor, Unmasking.objects.get().field) == (ACTOR, "message")


def test_a_reader_who_was_away_gets_what_came_since(talk: Conversation) -> None:
    first = thread([talk.id])[0]
    answer(talk, at=NOON + timedelta(minutes=5))
    assert [view.text for view in thread([talk.id], after=first.id)] == ["马上处理"]
    assert [view.text for view in thread([talk.id], after=first.id, audience="customer")] == ["马上处理"]
    assert [view.direction for view in thread([talk.id], limit=1)] == ["out"]
