"""What colleagues write: answers, taking them back, private notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.conversations import indexing
from zhoudao.rooms.conversations.commands.drafting import add_to_draft
from zhoudao.rooms.conversations.commands.enclosing import attach, check_sizes, give_back
from zhoudao.rooms.conversations.commands.receiving import sealed_original
from zhoudao.rooms.conversations.events import NoteAdded, ReplyQueued, ReplySent, ReplyUndone
from zhoudao.rooms.conversations.inbound import Upload
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.refusals import (
    ConversationNotFound,
    MessageEmpty,
    MessageNotFound,
    MessageTooLong,
    ReplyNotYours,
    TooLateToUndo,
)
from zhoudao.rooms.conversations.wording import LONGEST_TEXT, Wording, word
from zhoudao.rooms.customers.commands.unmasking import record_unmasking
from zhoudao.rooms.customers.models import Customer

DELIVER_JOB = "channels.deliver_reply"
PULLED = frozenset(["api", "webchat"])  # the customer's side fetches: nothing to deliver
_LOCK = """
    SELECT v.id, v.customer_id, v.store_id, ch.kind, ch.code, c.key_id, key.master_id, key.wrapped
    FROM conversations_conversation v
    JOIN conversations_channel ch ON ch.id = v.channel_id
    JOIN customers_customer c ON c.id = v.customer_id
    LEFT JOIN vault_datakey key ON key.id = c.key_id
    WHERE v.id = %s FOR UPDATE OF v
"""
_WRITE = """
    WITH thread AS (
        UPDATE conversations_conversation SET last_message_at = greatest(last_message_at, %(at)s)
        WHERE id = %(conversation_id)s
    ), draft AS (
        DELETE FROM conversations_draft WHERE conversation_id = %(conversation_id)s AND user_id = %(user_id)s
    )
    INSERT INTO conversations_message
        (id, conversation_id, direction, actor, author_name, text, html, original_sealed, external_id, status, failure,
         attempts, send_after, is_auto, expects_answer, sent_at, created_at, search, index_version)
    VALUES (%(id)s, %(conversation_id)s, %(direction)s, %(actor)s, %(author_name)s, %(text)s, '', %(original)s, '',
            %(status)s, '', 0, %(send_after)s, %(is_auto)s, %(expects_answer)s, %(at)s, %(at)s,
            array_to_tsvector(%(lexemes)s::text[]), %(index_version)s)
"""


@dataclass(frozen=True)
class _Thread:
    id: UUID
    customer_id: UUID
    store_id: UUID
    kind: str
    code: str
    key_id: UUID


def reply(
    *,
    conversation_id: UUID,
    text: str,
    by: By,
    author_name: str,
    at: datetime,
    real_now: datetime,
    undo_seconds: int = 0,
    is_auto: bool = False,
    expects_answer: bool = True,
    uploads: Sequence[Upload] = (),
) -> Message:
    """This will answer the customer: at once where they fetch it themselves, else (or to leave time to undo) queued.

    The undo window is real time, whatever the company's clock shows. `expects_answer`: the next turn is theirs.

    Raises: ConversationNotFound, MessageEmpty, MessageTooLong, FilesTooMany, FilesTooLarge, FileEmpty
    """
    check_sizes([len(upload.content) for upload in uploads])
    message = Message(
        direction="out", author_name=author_name[:80], is_auto=is_auto, expects_answer=expects_answer, status="queued"
    )
    wording = _worded(text, is_enough=bool(uploads))
    with transaction.atomic(savepoint=False):
        thread = _locked(conversation_id)
        if thread.kind in PULLED and undo_seconds <= 0:
            message.status = "sent"
        else:
            message.send_after = real_now + timedelta(seconds=undo_seconds)
        _write(message, thread, wording, by, at)
        attach(uploads, message_id=message.id, subject_id=thread.customer_id, key_id=thread.key_id)
        if message.status == "sent":
            _record(sent_fact(message), thread, by, at)
        else:
            _record(ReplyQueued(str(message.id), is_auto), thread, by, at)
            app.configure_task(DELIVER_JOB, schedule_at=message.send_after).defer(message_id=str(message.id))
    return message


@transaction.atomic
def add_note(*, conversation_id: UUID, text: str, by: By, author_name: str, at: datetime) -> Message:
    """This will leave a note that customers never see.

    Raises: ConversationNotFound, MessageEmpty, MessageTooLong
    """
    wording = _worded(text)
    thread = _locked(conversation_id)
    message = Message(direction="note", author_name=author_name[:80], status="received")
    _write(message, thread, wording, by, at)
    _record(NoteAdded(str(message.id)), thread, by, at)
    return message


@transaction.atomic
def undo_reply(*, message_id: UUID, viewer: Viewer, at: datetime) -> str:
    """This will take an answer back before it leaves; its words are the author's draft again and are returned.

    Raises: MessageNotFound, ReplyNotYours, TooLateToUndo
    """
    message = Message.objects.filter(id=message_id, direction="out").select_related("conversation").first()
    if message is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    if message.actor != viewer.actor or viewer.user_id is None:
        raise ReplyNotYours(ReplyNotYours.__doc__)
    thread = _locked(message.conversation_id)
    if not Message.objects.filter(id=message_id, status="queued").update(status="undone", send_after=None):
        raise TooLateToUndo(TooLateToUndo.__doc__)
    give_back(message_id, user_id=viewer.user_id, at=at)
    words, _direction = add_to_draft(conversation_id=thread.id, user_id=viewer.user_id, text=clear_text(message), at=at)
    _record(ReplyUndone(str(message_id)), thread, By(viewer.actor), at)
    return words


@transaction.atomic
def unmask_message(*, message_id: UUID, viewer: Viewer, reason: str = "", at: datetime) -> str:
    """This will return what was really written and record who read it.

    Raises: MessageNotFound, MayNotUnmask
    """
    message = Message.objects.filter(id=message_id).select_related("conversation").first()
    if message is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    customer = Customer.objects.select_for_update().get(id=message.conversation.customer_id)
    record_unmasking(customer_id=customer.id, field="message", viewer=viewer, reason=reason, at=at)
    return clear_text(message)


def clear_text(message: Message) -> str:
    """What was really written: for sending, and for the customer's own eyes."""
    if message.original_sealed is None:
        return message.text
    return box.open_text(message.original_sealed, place=f"message.original.{message.id}")


def _locked(conversation_id: UUID) -> _Thread:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [conversation_id])
        row = cursor.fetchone()
    if row is None:
        raise ConversationNotFound(ConversationNotFound.__doc__)
    *thread, master_id, wrapped = row
    if wrapped:
        box.learn(thread[-1], master_id, wrapped)
    return _Thread(*thread)


def _worded(text: str, *, is_enough: bool = False) -> Wording:
    """`is_enough`: there is something to say without words."""
    if len(text) > LONGEST_TEXT:
        raise MessageTooLong(MessageTooLong.__doc__)
    wording = word(text)
    if not wording.text and not is_enough:
        raise MessageEmpty(MessageEmpty.__doc__)
    return wording


def _write(message: Message, thread: _Thread, wording: Wording, by: By, at: datetime) -> None:
    message.id, message.conversation_id, message.actor, message.text = uuid7(), thread.id, by.actor, wording.text
    message.sent_at = message.created_at = at
    message.original_sealed = sealed_original(message.id, thread.key_id, wording.original)
    parameters = {
        "id": message.id,
        "conversation_id": thread.id,
        "user_id": by.actor.removeprefix("user:") if by.actor.startswith("user:") else None,
        "direction": message.direction,
        "actor": by.actor,
        "author_name": message.author_name,
        "text": message.text,
        "original": message.original_sealed,
        "status": message.status,
        "send_after": message.send_after,
        "is_auto": message.is_auto,
        "expects_answer": message.expects_answer,
        "at": at,
        "lexemes": indexing.lexemes(message.text, direction=message.direction, at=at),
        "index_version": indexing.VERSION,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, parameters)


def sent_fact(message: Message) -> ReplySent:
    """What is told when an answer leaves."""
    is_human = not message.is_auto and message.actor.startswith(("user:", "token:"))
    return ReplySent(str(message.id), message.is_auto, is_human, message.expects_answer)


def _record(fact: Fact, thread: _Thread, by: By, at: datetime) -> None:
    here = By(by.actor, store_id=thread.store_id, channel=thread.code, element=by.element)
    record(fact, at=at, by=here, about=[About("conversation", thread.id), About("customer", thread.customer_id)])
