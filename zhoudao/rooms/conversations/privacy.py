"""What conversations hold of a person, and its end: that there were conversations, and when, stays."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from zhoudao.ground.files import store as files
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.conversations.commands.deliveries import raw_of
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.models import Attachment, Conversation, Delivery, Draft, Emotion, Enclosure, Message
from zhoudao.rooms.conversations.queries import attachment_name
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.customers.models import Identity

_UNSENT = ("queued", "sending")
_TOO_SHORT = 6  # what is shorter stands in many bodies by chance
_MOST_FILE_BYTES = 50 * 1024 * 1024


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Threads with every message in clear and, up to 50 MB of them, the files."""
    room = [_MOST_FILE_BYTES]
    threads = Conversation.objects.filter(customer_id__in=ids).select_related("channel").order_by("started_at", "id")
    return [
        {
            "channel": thread.channel.kind,
            "subject": thread.subject,
            "order_number": thread.order_number,
            "started_at": thread.started_at.isoformat(),
            "ended_at": thread.ended_at.isoformat() if thread.ended_at else None,
            "messages": [_said(message, room) for message in _messages(thread)],
        }
        for thread in threads
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will erase all that was said with these customers, stop what was about to leave, and what never got in."""
    threads = Conversation.objects.filter(customer_id__in=ids).select_for_update().order_by("id")
    thread_ids = [thread.id for thread in threads]
    messages = Message.objects.filter(conversation_id__in=thread_ids)
    _forget_deliveries(Delivery.objects.filter(message__in=messages))
    _forget_deliveries(Delivery.objects.filter(id__in=_unread_of(ids)))
    Attachment.objects.filter(message__in=messages).delete()
    Draft.objects.filter(conversation_id__in=thread_ids).delete()
    Enclosure.objects.filter(conversation_id__in=thread_ids).delete()
    Emotion.objects.filter(message__in=messages).delete()
    messages.filter(direction="out", status__in=_UNSENT).update(status="undone", send_after=None)
    messages.update(text="", html="", original_sealed=None, external_id="", failure="", search=None)
    threads_left = Conversation.objects.filter(id__in=thread_ids)
    threads_left.update(subject="", order_number="")
    threads_left.filter(ended_at=None).update(ended_at=at)


def _messages(thread: Conversation) -> list[Message]:
    rows = (
        thread.messages.defer("search")
        .select_related("emotion")
        .prefetch_related("attachments__file")
        .order_by("created_at", "id")
    )
    found = list(rows)
    box.warm(message.original_sealed for message in found)
    return found


def _said(message: Message, room: list[int]) -> dict[str, Any]:
    return {
        "at": message.created_at.isoformat(),
        "direction": message.direction,
        "author": message.author_name,
        "text": clear_text(message),
        "sounds": _sounds(message),
        "files": [_file(each, room) for each in message.attachments.all()],
    }


def _sounds(message: Message) -> dict[str, Any] | None:
    """What was made of it."""
    try:
        found = message.emotion
    except Emotion.DoesNotExist:
        return None
    return {"score": found.score, "confidence": found.confidence, "is_urgent": found.is_urgent, "said": found.label}


def _file(attachment: Attachment, room: list[int]) -> dict[str, Any]:
    stored = attachment.file
    fits = stored.size <= room[0]
    room[0] -= stored.size if fits else 0
    try:
        content = base64.b64encode(files.read(stored)).decode() if fits else None
    except box.Unreadable:
        content = None
    about = {"name": attachment_name(attachment), "type": stored.content_type, "size": stored.size}
    return about | {"content_base64": content}


def _forget_deliveries(rows: QuerySet[Delivery]) -> None:
    """A mail's key stays, since its mailbox would bring it back; any other may carry what its sender is known by."""
    rows.update(raw_sealed=None, detail="")
    for row in rows.exclude(channel__kind="email").only("id"):
        Delivery.objects.filter(id=row.id).update(key=f"erased/{uuid7()}", digest=hashlib.sha256(row.id.bytes).digest())
    rows.filter(message=None).update(status="ignored", reason="erased", next_try_at=None)


def _unread_of(ids: Sequence[UUID]) -> list[UUID]:
    """Deliveries nobody could read that name what these customers are known by."""
    known = [one for one in Identity.objects.filter(customer_id__in=ids) if len(one.value) >= _TOO_SHORT]
    words = [one.value.encode() for one in known if one.kind != "phone"]
    phones = [one.value.removeprefix("+86").encode() for one in known if one.kind == "phone"]
    if not words and not phones:
        return []
    rows = Delivery.objects.filter(message=None, raw_sealed__isnull=False).order_by("id")
    return [row.id for row in rows.iterator(chunk_size=50) if _names(_raw(row), words, phones)]


def _raw(row: Delivery) -> bytes:
    try:
        return raw_of(row)
    except box.Unreadable:
        return b""


def _names(raw: bytes, words: Sequence[bytes], phones: Sequence[bytes]) -> bool:
    lowered, digits = raw.lower(), raw.translate(None, b" -+()")
    return any(word.lower() in lowered for word in words) or any(phone in digits for phone in phones)


KEEPER = Keeper("conversations", held, forget)
