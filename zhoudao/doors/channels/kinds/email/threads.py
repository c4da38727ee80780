"""Which conversation a mail belongs to, and under which key it is known."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Q

from zhoudao.doors.channels.kinds.email import message_ids
from zhoudao.rooms.conversations.models import Channel, Delivery, Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import group_ids

_MOST, _WITHIN = 30, timedelta(minutes=10)
_MOST_REFERENCES = 10
_RECENT = f"""
    SELECT count(*) FROM (
        SELECT FROM customers_identity i
        JOIN conversations_conversation v ON v.customer_id = i.customer_id
        JOIN conversations_message m ON m.conversation_id = v.id
        WHERE i.kind = %s AND i.scope = %s AND i.value_index = %s AND NOT i.suggested
          AND v.channel_id = %s AND m.direction = 'in' AND m.created_at > %s
        LIMIT {_MOST}
    ) AS recent
"""  # noqa: S608 - our own number


def conversation_of(channel: Channel, references: Sequence[str], own: Claim) -> UUID | None:
    """The conversation of the mail this one answers: ours by an id we signed, or an earlier one of the sender's own.

    Only for whom it was written to or by: a Message-ID alone opens nobody's thread.
    """
    return _answering(channel, references, own) or _continuing(channel, references, own)


def _answering(channel: Channel, references: Sequence[str], own: Claim) -> UUID | None:
    ids = [found for reference in references if (found := message_ids.verify(reference)) is not None]
    if not ids:
        return None
    rows = Message.objects.filter(id__in=ids, conversation__channel=channel).select_related("conversation")
    for message in rows.order_by("-created_at", "-id"):
        if _is_of(own, message.conversation.customer_id):
            return message.conversation_id
    return None


def _continuing(channel: Channel, references: Sequence[str], own: Claim) -> UUID | None:
    theirs = [one for one in references if message_ids.verify(one) is None][-_MOST_REFERENCES:]
    if not theirs:
        return None
    named = reduce(or_, (Q(key__startswith=f"{one}#") for one in theirs))
    rows = Delivery.objects.filter(named, channel=channel, key__startswith="<", message__isnull=False)
    for delivery in rows.select_related("message__conversation").order_by("-received_at", "-id")[:_MOST_REFERENCES]:
        if delivery.message and _is_of(own, delivery.message.conversation.customer_id):
            return delivery.message.conversation_id
    return None


def key_of(message_id: str, raw: bytes, digest: bytes) -> str:
    """The sender's own id of a mail, with what tells two bodies under one id apart."""
    name = message_id or f"<none.{hashlib.sha256(raw).hexdigest()[:32]}>"
    return f"{name}#{digest.hex()[:32]}"


def id_in(key: str) -> str:
    """The sender's Message-ID in a key, '' when the mail had none."""
    name = key.rpartition("#")[0]
    return name if name.startswith("<") and not name.startswith("<none.") else ""


def writes_too_often(channel: Channel, own: Claim, at: datetime) -> bool:
    """Whether this address sent more in ten minutes than a person writes: two machines talking to each other."""
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [own.kind, own.scope, own.index, channel.id, at - _WITHIN])
        row = cursor.fetchone()
    return bool(row and row[0] >= _MOST)


def _is_of(own: Claim, customer_id: UUID) -> bool:
    known = Identity.objects.filter(kind=own.kind, scope=own.scope, value_index=own.index, suggested=False)
    return known.filter(customer_id__in=group_ids(customer_id)).exists()
