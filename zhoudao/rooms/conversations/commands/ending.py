"""The end of a thread."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.conversations.events import ConversationEnded
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.conversations.refusals import ConversationNotFound


@transaction.atomic
def end_conversation(*, conversation_id: UUID, at: datetime, by: By) -> None:
    """This will close the thread and its sides, once: the customer's next message begins another that follows it.

    Raises: ConversationNotFound
    """
    thread = Conversation.objects.select_for_update().filter(id=conversation_id).first()
    if thread is None:
        raise ConversationNotFound(ConversationNotFound.__doc__)
    if thread.ended_at is not None:
        return
    sides = Conversation.objects.select_for_update().filter(main=thread, ended_at=None).order_by("id")
    ended = [thread, *sides]
    Conversation.objects.filter(id__in=[one.id for one in ended]).update(ended_at=at)
    abouts = [[About("conversation", one.id), About("customer", one.customer_id)] for one in ended]
    record_all([Entry(ConversationEnded(), about) for about in abouts], at=at, by=by)
