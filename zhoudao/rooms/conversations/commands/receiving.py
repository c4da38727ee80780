"""Taking a message: the hot path. Six statements from BEGIN to COMMIT, one more for each thing new about the sender.

1. the delivery: who holds its slot may take it, everybody else is told; the contact's locks come with it
2. the sender's customer and open conversation, whose row is locked
3. the customer, when new or when something new is known of them
4. conversation and message
5. the events
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.ground.files import store as files
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.kit.text import clip
from zhoudao.rooms.conversations import indexing
from zhoudao.rooms.conversations.commands.deliveries import keep_refused
from zhoudao.rooms.conversations.commands.receiving_sql import ARRIVE, CONTINUE, FIND, SAY, START
from zhoudao.rooms.conversations.events import MessageReceived
from zhoudao.rooms.conversations.inbound import Inbound
from zhoudao.rooms.conversations.models import Attachment
from zhoudao.rooms.conversations.refusals import (
    AttachmentRefused,
    ChannelUnknown,
    ConversationNotYours,
    Kept,
    KeyReused,
    MessageEmpty,
    MessageTooLong,
    StillInFlight,
    StoreUnknown,
)
from zhoudao.rooms.conversations.wording import LONGEST_TEXT, Wording, file_name, tidy, word
from zhoudao.rooms.customers.claims import locks
from zhoudao.rooms.customers.commands.meeting import (
    KNOWN_COLUMNS,
    Known,
    Met,
    known_customer,
    known_from,
    known_parameters,
    meet,
)
from zhoudao.rooms.customers.events import CustomerMet
from zhoudao.rooms.customers.queries import group_ids


@dataclass(frozen=True)
class Received:
    """What became of a message. `repeated`: it had come before, with the same body."""

    message_id: UUID
    conversation_id: UUID
    is_first: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class _Arrival:
    channel_id: UUID
    kind: str
    store_id: UUID
    message_id: UUID
    before_id: UUID | None = None
    known_message_id: UUID | None = None
    known_conversation_id: UUID | None = None


@dataclass(frozen=True)
class _Thread:
    id: UUID
    is_first: bool
    follows_id: UUID | None = None


@dataclass(frozen=True)
class _Letter:
    """A message with all that was found out about it, ready to be written."""

    inbound: Inbound
    wording: Wording
    arrival: _Arrival
    thread: _Thread
    met: Met


def receive_message(*, inbound: Inbound, at: datetime) -> Received:
    """This will keep a message: its customer, conversation, files and event, in one transaction.

    Call it outside a transaction: what is refused must stay on the intake page whatever the caller then does.

    Raises: MessageEmpty, MessageTooLong, AttachmentRefused, KeyReused, ConversationNotYours, StoreUnknown (all kept),
    ChannelUnknown, StillInFlight
    """
    try:
        with transaction.atomic():
            return _receive(inbound, at)
    except Kept as refusal:
        keep_refused(inbound, refusal, at=at)
        raise


def _receive(inbound: Inbound, at: datetime) -> Received:
    wording = _worded(inbound)
    arrival = _arrive(inbound, at)
    if arrival.known_message_id and arrival.known_conversation_id:
        return Received(arrival.known_message_id, arrival.known_conversation_id, repeated=True)
    known, open_id, ended_id = _find(inbound, arrival.channel_id)
    thread = _thread(inbound, known, open_id, ended_id)
    met = meet(known, inbound.claims, name=tidy(inbound.name), language=wording.language, at=at)
    letter = _Letter(inbound, wording, arrival, thread, met)
    _write(letter, at)
    _keep_files(letter)
    _tell(letter, at)
    return Received(arrival.message_id, thread.id, is_first=thread.is_first)


def _worded(inbound: Inbound) -> Wording:
    if max(len(inbound.text), len(inbound.html)) > LONGEST_TEXT or inbound.size > settings.DELIVERY_LIMIT_BYTES:
        raise MessageTooLong(MessageTooLong.__doc__)
    wording = word(inbound.text, inbound.html)
    if not wording.text and not inbound.uploads:
        raise MessageEmpty(MessageEmpty.__doc__)
    return wording


def _arrive(inbound: Inbound, at: datetime) -> _Arrival:
    digest, message_id = inbound.fingerprint(), uuid7()
    parameters = {
        "slot": _slot(inbound.channel, inbound.external_id),
        "channel": inbound.channel,
        "locks": locks(inbound.claims),
        "key": inbound.external_id,
        "id": uuid7(),
        "digest": digest,
        "size": inbound.size,
        "at": at,
        "message_id": message_id,
        "store": inbound.store,
    }
    row = _one(ARRIVE, parameters)
    if row is None:
        raise ChannelUnknown(ChannelUnknown.__doc__)
    if not row[3]:
        raise StillInFlight(StillInFlight.__doc__)
    if row[5] is None and row[6] is None:  # committed by another between our look and our lock
        row = _one(ARRIVE, parameters) or row
    channel_id, kind, default_store, _, store_id, _, before_id, before_digest, known_id, known_thread = row
    if before_id is not None and bytes(before_digest) != digest:
        raise KeyReused(KeyReused.__doc__)
    store = store_id if inbound.store else default_store
    if store is None or (inbound.only_stores is not None and store not in inbound.only_stores):
        raise StoreUnknown(StoreUnknown.__doc__)
    return _Arrival(channel_id, kind, store, message_id, before_id, known_id, known_thread)


def _find(inbound: Inbound, channel_id: UUID) -> tuple[Known | None, UUID | None, UUID | None]:
    if inbound.customer_id is not None:
        return known_customer(inbound.customer_id), None, None
    parameters = known_parameters(inbound.claims) | {"channel_id": channel_id}
    if not parameters["kinds"]:
        return None, None, None
    with connection.cursor() as cursor:
        cursor.execute(FIND, parameters)
        rows = cursor.fetchall()
    return (known_from(rows), *rows[0][KNOWN_COLUMNS:]) if rows else (None, None, None)


def _thread(inbound: Inbound, known: Known | None, open_id: UUID | None, ended_id: UUID | None) -> _Thread:
    asked = inbound.conversation_id
    if asked is None and inbound.is_new_topic:
        return _Thread(uuid7(), is_first=True)
    if asked is None or asked == open_id:
        return _Thread(open_id, is_first=False) if open_id else _Thread(uuid7(), is_first=True, follows_id=ended_id)
    row = _one(
        "SELECT customer_id, ended_at FROM conversations_conversation WHERE id = %(id)s FOR UPDATE", {"id": asked}
    )
    if row is None or known is None or row[0] not in group_ids(known.customer_id):
        raise ConversationNotYours(ConversationNotYours.__doc__)
    if row[1] is None:
        return _Thread(asked, is_first=False)
    return _Thread(open_id, is_first=False) if open_id else _Thread(uuid7(), is_first=True, follows_id=asked)


def _write(letter: _Letter, at: datetime) -> None:
    inbound, wording, arrival, thread, met = _parts(letter)
    subject = clip(word(inbound.subject).text, 250) if inbound.subject and thread.is_first else ""
    parameters: dict[str, Any] = {
        "conversation_id": thread.id,
        "channel_id": arrival.channel_id,
        "customer_id": met.customer_id,
        "store_id": arrival.store_id,
        "subject": subject,
        "language": wording.language,
        "follows_id": thread.follows_id,
        "order_number": tidy(inbound.order_number).strip()[:60],
        "kind": inbound.kind,
        "tier": inbound.tier,
        "main_id": inbound.main_id,
        "at": at,
        "before_id": arrival.before_id,
        "message_id": arrival.message_id,
        "actor": f"customer:{met.customer_id}",
        "text": wording.text,
        "html": wording.html,
        "original": sealed_original(arrival.message_id, met.key_id, wording.original),
        "external_id": inbound.external_id,
        "sent_at": min(inbound.sent_at or at, at),
        "lexemes": indexing.lexemes(wording.text, direction="in", at=at, subject=subject, is_first=thread.is_first),
        "index_version": indexing.VERSION,
    }
    with connection.cursor() as cursor:
        cursor.execute((START if thread.is_first else CONTINUE) + SAY, parameters)


def sealed_original(message_id: UUID, key_id: UUID, original: str | None) -> bytes | None:
    """What was really written, sealed, when masking changed it."""
    return box.seal(key_id, original, place=f"message.original.{message_id}") if original is not None else None


def _keep_files(letter: _Letter) -> None:
    inbound, _, arrival, _, met = _parts(letter)
    for upload in inbound.uploads:
        try:
            stored = files.keep(upload.content, subject_id=met.customer_id, key_id=met.key_id)
        except files.FileTooLarge as refusal:
            raise MessageTooLong(str(refusal)) from refusal
        except files.FileEmpty as refusal:
            raise AttachmentRefused(str(refusal)) from refusal
        row = Attachment(message_id=arrival.message_id, file=stored)
        row.name_sealed = box.seal(met.key_id, file_name(upload.name), place=f"attachment.name.{row.id}")
        row.save(force_insert=True)


def _tell(letter: _Letter, at: datetime) -> None:
    inbound, wording, arrival, thread, met = _parts(letter)
    fact = MessageReceived(
        message_id=str(arrival.message_id),
        is_first=thread.is_first,
        channel=arrival.kind,
        length=len(wording.text),
        language=wording.language,
    )
    customer = About("customer", met.customer_id)
    entries = [Entry(CustomerMet(channel=arrival.kind), [customer])] if met.is_new else []
    entries.append(Entry(fact, [About("conversation", thread.id), customer]))
    by = By(f"customer:{met.customer_id}", store_id=arrival.store_id, channel=inbound.channel)
    record_all(entries, at=at, by=by)


def _parts(letter: _Letter) -> tuple[Inbound, Wording, _Arrival, _Thread, Met]:
    return letter.inbound, letter.wording, letter.arrival, letter.thread, letter.met


def _slot(channel: str, key: str) -> int:
    text = f"delivery|{channel}|{key}"
    return int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big", signed=True)


def _one(sql: str, parameters: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()
