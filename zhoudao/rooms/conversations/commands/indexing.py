"""Messages whose index was written by an earlier version, or by nobody, are indexed behind the running service."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from zhoudao.rooms.conversations import indexing
from zhoudao.rooms.conversations.models import Message

_WRITE = """
    UPDATE conversations_message AS m
    SET search = array_to_tsvector(string_to_array(one.lexemes, chr(10))), index_version = %s
    FROM unnest(%s::uuid[], %s::text[]) AS one (id, lexemes)
    WHERE m.id = one.id
"""


@transaction.atomic
def index_behind(*, limit: int = 250) -> int:
    """This will index the newest messages that need it, and return how many; safe to stop and to run side by side."""
    rows = Message.objects.filter(index_version__lt=indexing.VERSION).select_related("conversation")
    found = list(
        rows.defer("search").order_by("-created_at", "-id").select_for_update(of=["self"], skip_locked=True)[:limit]
    )
    if not found:
        return 0
    firsts = _firsts({message.conversation_id for message in found})
    ids = [message.id for message in found]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [indexing.VERSION, ids, ["\n".join(_lexemes(one, one.id in firsts)) for one in found]])
    return len(found)


def _lexemes(message: Message, is_first: bool) -> list[str]:
    subject = message.conversation.subject if is_first else ""
    at, direction = message.created_at, message.direction
    return indexing.lexemes(message.text, direction=direction, at=at, subject=subject, is_first=is_first)


def _firsts(conversation_ids: set[UUID]) -> set[UUID]:
    """The messages that began these threads."""
    place = Window(RowNumber(), partition_by=F("conversation_id"), order_by=["created_at", "id"])
    rows = Message.objects.filter(conversation_id__in=conversation_ids).annotate(place=place).filter(place=1)
    return set(rows.values_list("id", flat=True))
