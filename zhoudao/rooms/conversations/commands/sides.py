"""Going on with a matter on another channel: a thread beside the first, with the same case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.conversations.events import ConversationContinued
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.conversations.refusals import ConversationNotFound


@transaction.atomic
def open_side(
    *, main_id: UUID, channel_id: UUID, customer_id: UUID, subject: str = "", at: datetime, by: By
) -> Conversation:
    """This will begin a thread on another channel that belongs to the main thread's case; the open one there if any.

    Raises: ConversationNotFound
    """
    main = Conversation.objects.select_for_update().filter(id=main_id, main=None).first()
    channel = Channel.objects.filter(id=channel_id, is_active=True).first()
    if main is None or channel is None:
        raise ConversationNotFound(ConversationNotFound.__doc__)
    open_ones = Conversation.objects.filter(main=main, channel=channel, customer_id=customer_id, ended_at=None)
    if (known := open_ones.first()) is not None:
        return known
    side = Conversation.objects.create(
        channel=channel,
        customer_id=customer_id,
        store_id=main.store_id,
        subject=(main.subject or subject)[:250],
        language=main.language,
        order_number=main.order_number,
        main=main,
        started_at=at,
        last_message_at=at,
    )
    about = [
        About("conversation", main.id),
        About("customer", main.customer_id),
        About("conversation", side.id, "side"),
    ]
    record(ConversationContinued(channel.kind), at=at, by=by, about=about)
    return side
