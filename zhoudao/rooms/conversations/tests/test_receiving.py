"""A customer writes."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files import store as files
from zhoudao.rooms.conversations import commands
from zhoudao.rooms.conversations.commands import Claim, Inbound, Received, Upload, receive_message
from zhoudao.rooms.conversations.commands.receiving import _slot
from zhoudao.rooms.conversations.models import Attachment, Channel, Conversation, Delivery, Message
from zhoudao.rooms.conversations.queries import attachment_name, thread
from zhoudao.rooms.conversations.refusals import (
    AttachmentRefused,
    ChannelUnknown,
    ConversationNotYours,
    KeyReused,
    MessageEmpty,
    MessageTooLong,
    NothingToReplay,
    StillInFlight,
    StoreUnknown,
)
from zhoudao.rooms.conversations.tests.conftest import NOON, indexed
from zhoudao.rooms.customers.models import Customer, Identity

Said = Callable[..., Inbound]
LEAD = Viewer(actor="user:lead", permissions=frozenset(["intake:write"]))
pytestmark = pytest.mark.django_db


def receive(inbound: Inbound, minutes: int = 0) -> Received:
    return receive_message(inbound=inbound, at=NOON + timedelta(minutes=minutes))


def test_the_first_message_makes_customer_conversation_and_event(said: Said) -> None:
    got = receive(said(subject="漏水", order_number="O-1", sent_at=NOON - timedelta(minutes=3)))
    message = Message.objects.select_related("conversation__customer").get()
    assert (message.id, message.conversation_id) == (got.message_id, got.conversation_id)
    assert (message.text, message.status, message.direction) == ("洗衣机漏水，一直没人管", "received", "in")
    assert (message.created_at, message.sent_at) == (NOON, NOON - timedelta(minutes=3))
    talk = message.conversation
    assert (talk.subject, talk.order_number, talk.store.code, talk.language) == ("漏水", "O-1", "web", "zh-Hans")
    assert talk.customer.name == "王小姐"
    assert bytes(talk.customer.name_sealed or b"").find("王小姐".encode()) == -1
    met, received = Event.objects.order_by("recorded_at", "id")
    assert (met.type, met.primary_id) == ("customers.CustomerMet", talk.customer_id)
    assert received.type == "conversations.MessageReceived"
    assert received.attributes | {"message_id": ""} == {
        "message_id": "", "is_first": True, "channel": "api", "length": 11, "language": "zh-Hans",
    }  # fmt: skip
    assert Delivery.objects.get().message_id == message.id


def test_the_next_message_stays_in_the_conversation(said: Said) -> None:
    first, second = receive(said()), receive(said(external_id="m-2", text="还在漏"), 5)
    assert (first.is_first, second.is_first) == (True, False)
    assert first.conversation_id == second.conversation_id
    assert Conversation.objects.get().last_message_at == NOON + timedelta(minutes=5)


def test_after_the_end_a_message_begins_a_conversation_that_follows(said: Said) -> None:
    first = receive(said())
    commands.end_conversation(conversation_id=first.conversation_id, at=NOON, by=By("user:li"))
    second = receive(said(external_id="m-2", conversation_id=first.conversation_id), 1)
    third = receive(said(external_id="m-3", conversation_id=first.conversation_id), 2)
    assert second.is_first
    assert Conversation.objects.get(id=second.conversation_id).follows_id == first.conversation_id
    assert third.conversation_id == second.conversation_id


def test_the_same_message_again_is_the_same_message(said: Said) -> None:
    first, again = receive(said()), receive(said(), 1)
    assert again.repeated
    assert not first.repeated
    assert (first.message_id, first.conversation_id) == (again.message_id, again.conversation_id)
    assert Message.objects.count() == 1


def test_another_body_under_a_used_key_is_kept_for_a_person_and_can_be_taken(said: Said) -> None:
    receive(said())
    for _ in range(2):
        with pytest.raises(KeyReused):
            receive(said(text="另一句"), 1)
    kept = Delivery.objects.get(status="failed")
    assert (kept.reason, kept.attempts, kept.message_id) == ("key_reused", 2, None)
    assert Message.objects.count() == 1
    commands.replay_delivery(kept, viewer=LEAD, at=NOON + timedelta(minutes=9))
    assert sorted(Message.objects.values_list("text", flat=True)) == ["另一句", "洗衣机漏水，一直没人管"]
    with pytest.raises(NothingToReplay):
        commands.replay_delivery(kept, viewer=LEAD, at=NOON)


@pytest.mark.parametrize("text", ["", " \n\u3000", "\0"])
def test_a_message_without_words_or_files_is_kept_for_a_person(said: Said, text: str) -> None:
    with pytest.raises(MessageEmpty):
        receive(said(text=text))
    kept = Delivery.objects.get()
    assert (kept.status, kept.reason) == ("failed", "empty")
    assert Event.objects.get(type="conversations.DeliveryFailed").attributes == {"channel": "api", "reason": "empty"}
    with pytest.raises(MessageEmpty):
        commands.replay_delivery(kept, viewer=LEAD, at=NOON)
    assert not Customer.objects.exists()


def test_a_message_too_long_is_kept(said: Said) -> None:
    with pytest.raises(MessageTooLong):
        receive(said(text="长" * 1_000_001))
    assert Delivery.objects.get().reason == "too_large"


def test_nobody_writes_into_somebody_elses_conversation(said: Said) -> None:
    hers = receive(said())
    him = [Claim("external", "chen", scope="api")]
    for key, stranger in [("x", him), ("y", [Claim("email", "chen@example.com")])]:
        with pytest.raises(ConversationNotYours) as refusal:
            receive(said(external_id=key, claims=stranger, conversation_id=hers.conversation_id))
        with pytest.raises(ConversationNotYours) as missing:
            receive(said(external_id=f"{key}2", claims=stranger, conversation_id=uuid4()))
        assert str(refusal.value) == str(missing.value)
    assert Message.objects.filter(conversation_id=hers.conversation_id).count() == 1
    kept = Delivery.objects.filter(reason="not_yours").first()
    assert kept
    commands.replay_delivery(kept, viewer=LEAD, at=NOON)
    assert Conversation.objects.count() == 2


def test_an_unknown_channel_or_store_is_refused(said: Said) -> None:
    with pytest.raises(ChannelUnknown):
        receive(said(channel="nowhere"))
    with pytest.raises(StoreUnknown):
        receive(said(store="nowhere"))
    with pytest.raises(StoreUnknown):
        receive(said(external_id="m-2", only_stores=frozenset()))
    shop = Store.objects.create(code="shop-1")
    got = receive(said(external_id="m-3", store="shop-1", only_stores=frozenset([shop.id])))
    assert Conversation.objects.get(id=got.conversation_id).store_id == shop.id


def test_a_channel_that_was_switched_off_takes_nothing(said: Said, api: Channel) -> None:
    Channel.objects.filter(id=api.id).update(is_active=False)
    with pytest.raises(ChannelUnknown):
        receive(said())


def test_personal_numbers_are_masked_and_the_original_is_sealed(said: Said) -> None:
    got = receive(said(text="电话13812348000，快回", subject="13812348000"))
    message = Message.objects.get()
    assert message.text == "电话138****8000，快回"
    assert message.conversation.subject == "138****8000"
    assert indexed("13812348000") == []
    assert indexed("138 快回 8000") == [message.text]
    assert [view.text for view in thread([got.conversation_id], audience="customer")] == ["电话13812348000，快回"]
    assert b"13812348000" not in bytes(message.original_sealed or b"")


def test_html_is_cleaned_and_gives_the_text_when_there_is_none(said: Said) -> None:
    receive(said(text="", html="<p>你好<script>x</script></p><p>坏了<img src=http://x/a.png></p>"))
    message = Message.objects.get()
    assert message.text == "你好\n坏了"
    assert message.html == "<p>你好</p><p>坏了</p>"


def test_files_are_known_by_their_content_and_named_in_secret(said: Said) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 50
    got = receive(said(text="", uploads=[Upload("..\\..\\坏.exe", picture), Upload("", b"plain")]))
    views = thread([got.conversation_id])[0].attachments
    assert [(v.name, v.content_type) for v in views] == [("坏.exe", "image/png"), ("file", "text/plain")]
    row = Attachment.objects.select_related("file").get(id=views[0].id)
    assert files.read(row.file) == picture
    assert attachment_name(row) == "坏.exe"


def test_an_empty_file_is_refused_and_leaves_nothing_half_done(said: Said) -> None:
    with pytest.raises(AttachmentRefused):
        receive(said(uploads=[Upload("a.txt", b"x"), Upload("b.txt", b"")]))
    assert not Message.objects.exists()
    assert not Customer.objects.exists()
    assert Delivery.objects.get().reason == "attachment"


def test_a_raw_delivery_becomes_the_message_of_its_key(said: Said, api: Channel) -> None:
    mail = Channel.objects.create(code="mail", kind="email", store=api.store)
    raw = b"From: wang@example.com\r\n\r\nhello"
    delivery = commands.accept_raw(channel=mail, key="INBOX/1/7", raw=raw, at=NOON)
    assert commands.accept_raw(channel=mail, key="INBOX/1/7", raw=raw, at=NOON).id == delivery.id
    beside = commands.accept_raw(channel=mail, key="INBOX/1/7", raw=b"other", at=NOON)
    assert (beside.status, beside.reason) == ("failed", "key_reused")
    assert commands.raw_of(delivery) == raw
    parsed = said(channel="mail", external_id=delivery.key, digest=bytes(delivery.digest))
    got = receive(parsed)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.message_id) == ("parsed", got.message_id)
    assert receive(parsed).repeated


def test_a_raw_delivery_that_cannot_be_read_is_shown_and_replayed(said: Said, api: Channel) -> None:
    delivery = commands.accept_raw(channel=api, key="k", raw=b"\xff", at=NOON)
    commands.fail_delivery(delivery, "unreadable", "at 13812348000", at=NOON)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason, delivery.detail) == ("failed", "unreadable", "at 138****8000")
    commands.replay_delivery(delivery, viewer=LEAD, at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'delivery_id' FROM procrastinate_jobs ORDER BY id")
        assert cursor.fetchall() == [("channels.parse_delivery", str(delivery.id))] * 2


def test_unproven_claims_are_suggestions_that_join_nothing(said: Said) -> None:
    proven = [Claim("phone", "13812348000", verified=True)]
    hers = receive(said(claims=proven))
    forged = receive(said(external_id="m-2", claims=[Claim("phone", "13812348000")]))
    assert forged.conversation_id != hers.conversation_id
    assert Customer.objects.count() == 2
    assert Identity.objects.filter(suggested=True).count() == 1
    again = receive(said(external_id="m-3", claims=[Claim("phone", "+86 138-1234-8000", verified=True)]))
    assert again.conversation_id == hers.conversation_id


@pytest.mark.parametrize(
    ("repeat", "most"),
    [({}, 8), ({"external_id": "m-2"}, 7), ({"external_id": "m-2", "claims": [Claim("phone", "13812348000")]}, 8)],
)
def test_taking_a_message_costs_few_statements(said: Said, repeat: dict[str, object], most: int) -> None:
    if repeat:
        receive(said())
    with CaptureQueriesContext(
        connection,
    ) as statements:
        receive(said(**repeat))
    assert len(statements) <= most, [one["sql"][:60] for one in statements]


@pytest.mark.django_db(transaction=True)
def test_two_first_messages_at_once_make_one_customer_and_one_conversation(said: Said) -> None:
    inbounds = [said(external_id=f"m-{number}", text=f"第{number}条") for number in range(8)]
    got = _at_once(inbounds)
    assert len({one.conversation_id for one in got if isinstance(one, Received)}) == 1
    assert Customer.objects.count() == Conversation.objects.count() == 1
    assert Message.objects.count() == 8
    assert sorted(Event.objects.filter(primary_type="conversation").values_list("seq", flat=True)) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_the_same_message_many_times_at_once_is_taken_once(said: Said) -> None:
    got = _at_once([said()] * 8)
    taken = [one for one in got if isinstance(one, Received)]
    assert len({one.message_id for one in taken}) == 1
    assert len([one for one in taken if not one.repeated]) == 1
    assert all(isinstance(one, Received | StillInFlight) for one in got)
    assert Message.objects.count() == Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_being_taken_is_in_flight(said: Said) -> None:
    inbound = said()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_slot(inbound.channel, inbound.external_id)])
        assert isinstance(_at_once([inbound])[0], StillInFlight)
    assert not receive(inbound).repeated


def _at_once(inbounds: list[Inbound]) -> list[Received | Exception]:
    def one(inbound: Inbound) -> Received | Exception:
        try:
            return receive(inbound)
        except StillInFlight as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(inbounds)) as threads:
        return list(threads.map(one, inbounds))


def test_a_doors_own_digest_decides_what_is_the_same_body(said: Said) -> None:
    digest = hashlib.sha256(b"body").digest()
    receive(said(digest=digest))
    assert receive(said(digest=digest, text="ignored")).repeated
