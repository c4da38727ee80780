"""How an answer leaves: queued → sending → sent → delivered, or failed with a reason a person can act on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.text import clip
from zhoudao.rooms.conversations.commands.replying import DELIVER_JOB, sent_fact
from zhoudao.rooms.conversations.events import ReplyFailed
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.refusals import MessageNotFound, NotFailed, NotUnconfirmed


@transaction.atomic
def begin_sending(*, message_id: UUID, real_now: datetime) -> Message | None:
    """This will claim a queued answer for sending, after which nobody can take it back.

    None when there is nothing to send: undone, sent already, or its undo window is still open. One that was being
    sent when its worker died is handed out again, `was_interrupted`: nobody knows how far it had come.
    """
    message = _locked(message_id)
    if message.status not in ("queued", "sending") or (message.send_after and message.send_after > real_now):
        return None
    message.was_interrupted = message.status == "sending" and not message.failure  # a try that ends says why
    message.status, message.failure = "sending", ""
    message.attempts += 1
    message.save(update_fields=["status", "attempts", "failure"])
    return message


@transaction.atomic
def mark_sent(*, message_id: UUID, at: datetime, external_id: str = "") -> None:
    """This will note that an answer left, once; `external_id` is the transport's id of it."""
    message = _locked(message_id)
    if message.status not in ("queued", "sending", "failed"):
        return
    message.status, message.failure, message.send_after, message.sent_at = "sent", "", None, at
    message.external_id = external_id[:250]
    message.save(update_fields=["status", "failure", "send_after", "sent_at", "external_id"])
    _record(sent_fact(message), message, at)


def mark_delivered(*, message_id: UUID) -> None:
    """This will note that the other side confirmed an answer."""
    Message.objects.filter(id=message_id, direction="out", status="sent").update(status="delivered")


@transaction.atomic
def mark_failed(*, message_id: UUID, reason: str, at: datetime) -> None:
    """This will note why an answer did not arrive; a bounce may come after it was sent."""
    message = _locked(message_id)
    if message.status in ("failed", "undone"):
        return
    message.status, message.failure, message.send_after = "failed", clip(reason.replace("\0", ""), 250), None
    message.save(update_fields=["status", "failure", "send_after"])
    _record(ReplyFailed(str(message.id)), message, at)


@transaction.atomic
def retry_reply(*, message_id: UUID, real_now: datetime) -> None:
    """This will queue a failed answer again.

    Raises: MessageNotFound, NotFailed
    """
    message = _locked(message_id)
    if message.status != "failed":
        raise NotFailed(NotFailed.__doc__)
    message.status, message.failure, message.send_after, message.attempts = "queued", "", real_now, 0
    message.save(update_fields=["status", "failure", "send_after", "attempts"])
    app.configure_task(DELIVER_JOB).defer(message_id=str(message.id))


@transaction.atomic
def confirm_reply(*, message_id: UUID, at: datetime) -> None:
    """This will note that an answer of which nobody said so has arrived: a person looked or asked.

    Raises: MessageNotFound, NotUnconfirmed
    """
    message = _locked(message_id)
    if not message.is_unconfirmed:
        raise NotUnconfirmed(NotUnconfirmed.__doc__)
    mark_sent(message_id=message.id, at=at, external_id=message.external_id)


def _locked(message_id: UUID) -> Message:
    """The conversation first, as everybody does, then the message as it is under that lock."""
    conversation = Conversation.objects.filter(messages__id=message_id).select_for_update(of=("self",)).first()
    if conversation is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    return Message.objects.select_related("conversation__channel").get(id=message_id)


def _record(fact: Fact, message: Message, at: datetime) -> None:
    thread = message.conversation
    by = By(message.actor, store_id=thread.store_id, channel=thread.channel.code)
    record(fact, at=at, by=by, about=[About("conversation", thread.id), About("customer", thread.customer_id)])
