"""Conversations, newest first."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.reach import visible_conversations
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Cursor
from zhoudao.rooms.conversations.models import Conversation

router = Router(tags=["conversations"])


class ConversationItem(Schema):
    """A thread with one customer on one channel."""

    id: UUID
    channel: str
    store: str
    customer_id: UUID
    subject: str
    language: str
    order_number: str
    follows: UUID | None
    case: str | None
    started_at: datetime
    last_message_at: datetime
    ended_at: datetime | None


class ConversationPage(Schema):
    """A page; `next` is the cursor of the following one."""

    items: list[ConversationItem]
    next: str | None


class ConversationsAsked(Schema):
    """What is asked for."""

    channel: Code = ""
    customer: UUID | None = None
    cursor: Cursor = ""


@operations.get(router, "", scope="conversations:read", answer=ConversationPage)
def list_conversations(request: HttpRequest, asked: Query[ConversationsAsked]) -> ConversationPage:
    """The conversations the caller may see."""
    rows = Conversation.objects.filter(visible_conversations(viewer_in(request)))
    if asked.channel:
        rows = rows.filter(channel__code=asked.channel)
    if asked.customer:
        rows = rows.filter(customer_id=asked.customer)
    if asked.cursor:
        rows = rows.filter(id__lt=paging.read_id(asked.cursor))
    found = list(rows.select_related("channel", "store", "case").order_by("-id")[: paging.PAGE + 1])
    shown = found[: paging.PAGE]
    following = paging.write(shown[-1].id) if len(found) > paging.PAGE else None
    return ConversationPage(items=[_item(row) for row in shown], next=following)


def _item(row: Conversation) -> ConversationItem:
    case = getattr(row, "case", None)
    return ConversationItem(
        id=row.id,
        channel=row.channel.code,
        store=row.store.code,
        customer_id=row.customer_id,
        subject=row.subject,
        language=row.language,
        order_number=row.order_number,
        follows=row.follows_id,
        case=case.number if case else None,
        started_at=row.started_at,
        last_message_at=row.last_message_at,
        ended_at=row.ended_at,
    )
