"""The end of a thread, and the end of all a customer ever wrote."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.conversations.events import ConversationEnded
from zhoudao.rooms.conversations.models import Attachment, Conversation, Delivery, Draft, Message
from zhoudao.rooms.conversations.refusals import ConversationNotFound
from zhoudao.rooms.customers.commands.erasing import erase_customer
from zhoudao.rooms.customers.queries import group_ids


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


@transaction.atomic
def forget_customer(*, customer_id: UUID, at: datetime, by: By) -> list[UUID]:
    """This will erase a customer and all that was said with them; that there were conversations, and when, stays.

    Raises: CustomerNotFound
    """
    ids = group_ids(customer_id)
    threads = Conversation.objects.filter(customer_id__in=ids)
    messages = Message.objects.filter(conversation__in=threads)
    Attachment.objects.filter(message__in=messages).delete()
    Draft.objects.filter(conversation__in=threads).delete()
    Delivery.objects.filter(message__in=messages).update(raw_sealed=None, detail="")
    messages.update(text="", html="", original_sealed=None, external_id="", failure="", search=None)
    threads.update(subject="", order_number="")
    return erase_customer(customer_id=customer_id, at=at, by=by)
