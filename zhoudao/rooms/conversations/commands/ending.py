"""The end of a thread."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.conversations.events import ConversationEnded
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.conversations.refusals import ConversationNotFound


@transaction.atomic
def end_conversation(*, conversation_id: UUID, at: datetime, by: By) -> None:
    """This will close the thread, once: the customer's next message begins another that follows it.

    Raises: ConversationNotFound
    """
    thread = Conversation.objects.select_for_update().filter(id=conversation_id).first()
    if thread is None:
        raise ConversationNotFound(ConversationNotFound.__doc__)
    if thread.ended_at is not None:
        return
    thread.ended_at = at
    thread.save(update_fields=["ended_at"])
    about = [About("conversation", thread.id), About("customer", thread.customer_id)]
    record(ConversationEnded(), at=at, by=by, about=about)
