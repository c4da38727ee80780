"""Finding messages, the intake page, and forgetting."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.conversations import commands
from zhoudao.rooms.conversations.commands import Inbound, Upload, receive_message
from zhoudao.rooms.conversations.models import Attachment, Channel, Conversation, Delivery, Message
from zhoudao.rooms.conversations.queries import intake, thread
from zhoudao.rooms.conversations.refusals import KeyReused
from zhoudao.rooms.conversations.tests.conftest import NOON
from zhoudao.rooms.customers.commands import erase_customer

Said = Callable[..., Inbound]
pytestmark = pytest.mark.django_db
EVERYBODY = Viewer("user:admin", frozenset())


def say(said: Said, *texts: str) -> Conversation:
    for number, text in enumerate(texts):
        at = NOON + timedelta(minutes=number)
        got = receive_message(inbound=said(external_id=f"m-{number}", text=text), at=at)
    return Conversation.objects.get(id=got.conversation_id)


def test_the_intake_page_shows_what_nobody_understood_and_where_it_goes_on(said: Said, api: Channel) -> None:
    receive_message(inbound=said(), at=NOON)
    for number in range(3):
        with pytest.raises(KeyReused):
            receive_message(inbound=said(text=f"别的{number}"), at=NOON + timedelta(minutes=number))
    first = intake(viewer=EVERYBODY, limit=2)
    rest = intake(viewer=EVERYBODY, limit=2, after=(first[-1].received_at, first[-1].id))
    assert [row.received_at for row in first + rest] == [NOON + timedelta(minutes=n) for n in (2, 1, 0)]
    assert len(intake(viewer=EVERYBODY, is_open=False)) == 4
    elsewhere = Store.objects.create(code="shop-9")
    assert intake(viewer=Viewer("user:x", frozenset(), stores=frozenset([elsewhere.id]))) == []


def test_a_forgotten_customers_words_are_gone_everywhere(said: Said) -> None:
    uploads = [Upload("照片.png", b"\x89PNG\r\n\x1a\nx")]
    got = receive_message(inbound=said(text="电话13812348000", uploads=uploads, subject="投诉"), at=NOON)
    talk = Conversation.objects.get(id=got.conversation_id)
    mail = Channel.objects.create(code="mail", kind="email", store=talk.store)
    delivery = commands.accept_raw(channel=mail, key="1", raw=b"raw words", at=NOON)
    Delivery.objects.filter(id=delivery.id).update(message=got.message_id, status="parsed")
    erase_customer(customer_id=talk.customer_id, at=NOON, by=By("user:admin"))
    message = Message.objects.get()
    assert (message.text, message.html, message.original_sealed, message.search) == ("", "", None, None)
    assert Conversation.objects.get().subject == ""
    assert not Attachment.objects.exists()
    assert Delivery.objects.get(id=delivery.id).raw_sealed is None
    assert [view.text for view in thread([talk.id])] == [""]


def test_a_customer_who_merged_goes_on_in_their_conversation(said: Said) -> None:
    talk = say(said, "洗衣机漏水")
    commands.end_conversation(conversation_id=talk.id, at=NOON, by=By("user:li"))
    commands.end_conversation(conversation_id=talk.id, at=NOON + timedelta(days=1), by=By("user:li"))
    assert Conversation.objects.get(id=talk.id).ended_at == NOON
