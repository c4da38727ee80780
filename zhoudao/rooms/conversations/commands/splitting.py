"""Messages about something else leave a conversation for one of their own, and can come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.conversations.events import ConversationSplit, SplitUndone
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.refusals import ConversationNotFound, MessageNotFound, NothingToSplit, NotSplit


@transaction.atomic
def split_conversation(*, conversation_id: UUID, message_ids: Sequence[UUID], at: datetime, by: By) -> Conversation:
    """This will move these messages into a conversation of their own; what comes next goes on where it was.

    Raises: ConversationNotFound, MessageNotFound, NothingToSplit
    """
    thread = _locked(conversation_id)
    wanted = set(message_ids)
    chosen = list(thread.messages.filter(id__in=wanted).defer("search").order_by("created_at", "id"))
    if len(chosen) < len(wanted):
        raise MessageNotFound(MessageNotFound.__doc__)
    stays = thread.messages.filter(direction="in").exclude(id__in=wanted)
    if not any(message.direction == "in" for message in chosen) or not stays.exists():
        raise NothingToSplit(NothingToSplit.__doc__)
    part = Conversation(
        channel_id=thread.channel_id,
        customer_id=thread.customer_id,
        store_id=thread.store_id,
        language=thread.language,
        split_from=thread,
        split_at=at,
        started_at=chosen[0].created_at,
        last_message_at=min(chosen[-1].created_at, thread.last_message_at - timedelta(microseconds=1)),
    )
    part.save(force_insert=True)
    Message.objects.filter(id__in=wanted).update(conversation=part)
    _tell(ConversationSplit(len(chosen), str(part.id)), thread, part, at, by)
    return part


@transaction.atomic
def rejoin_conversation(*, conversation_id: UUID, at: datetime, by: By) -> UUID:
    """This will bring back what was split off; what was said since stays where it was said. Returns where it is back.

    Raises: ConversationNotFound, NotSplit
    """
    part = _locked(conversation_id)
    if part.split_from_id is None or part.split_at is None:
        raise NotSplit(NotSplit.__doc__)
    thread = _locked(part.split_from_id)
    count = part.messages.filter(created_at__lte=part.split_at).update(conversation=thread)
    part.split_at = None
    part.save(update_fields=["split_at"])
    _tell(SplitUndone(count, str(part.id)), thread, part, at, by)
    return thread.id


def _locked(conversation_id: UUID) -> Conversation:
    thread = Conversation.objects.select_for_update(of=("self",)).filter(id=conversation_id).first()
    if thread is None:
        raise ConversationNotFound(ConversationNotFound.__doc__)
    return thread


def _tell(fact: Fact, thread: Conversation, part: Conversation, at: datetime, by: By) -> None:
    about = [About("conversation", thread.id), About("conversation", part.id), About("customer", thread.customer_id)]
    record(fact, at=at, by=by, about=about)
