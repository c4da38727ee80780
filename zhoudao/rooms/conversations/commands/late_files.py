"""A message whose file did not come with it: kept with the reason, and the file put in when it can be had after all.

What stands in the columns of sending means the same for a file that is to be had: why not yet, how often, when again.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files import store as files
from zhoudao.ground.vault import box
from zhoudao.kit.text import clip
from zhoudao.rooms.conversations.commands.retrying import TRIES, wait_before
from zhoudao.rooms.conversations.events import FileArrived
from zhoudao.rooms.conversations.inbound import Upload
from zhoudao.rooms.conversations.models import Attachment, Conversation, Message
from zhoudao.rooms.conversations.refusals import MessageNotFound, NotFailed
from zhoudao.rooms.conversations.wording import tidy

FETCH_JOB = "channels.fetch_file"


@transaction.atomic
def note_missing_file(*, message_id: UUID, reason: str, is_final: bool) -> None:
    """This will say at a message why its file is not there, and have it fetched later unless that is of no use."""
    Message.objects.filter(id=message_id, direction="in").update(failure=clip(reason, 250), attempts=1)
    if not is_final:
        app.configure_task(FETCH_JOB, schedule_in={"seconds": int(wait_before(1).total_seconds())}).defer(
            message_id=str(message_id)
        )


def missing_file(message_id: UUID) -> Message | None:
    """The message, when its file is still missing."""
    rows = Message.objects.select_related("conversation__channel").exclude(failure="")
    return rows.filter(id=message_id, direction="in").first()


@transaction.atomic
def postpone_file(*, message_id: UUID, reason: str, is_final: bool, real_now: datetime) -> None:
    """This will note why a file could not be had this time, and have it tried again, six times in all."""
    message = Message.objects.select_for_update().get(id=message_id)
    message.failure, message.attempts = clip(reason, 250), message.attempts + 1
    message.save(update_fields=["failure", "attempts"])
    if not is_final and message.attempts < TRIES:
        until = real_now + wait_before(message.attempts)
        app.configure_task(FETCH_JOB, schedule_at=until).defer(message_id=str(message_id))


@transaction.atomic
def keep_late_file(*, message_id: UUID, upload: Upload, at: datetime) -> None:
    """This will put a file into the message it belongs to, once."""
    thread = Conversation.objects.filter(messages__id=message_id).select_for_update(of=("self",)).get()
    message = Message.objects.select_for_update().get(id=message_id)
    if not message.failure:
        return
    key_id = thread.customer.key_id
    stored = files.keep(upload.content, subject_id=thread.customer_id, key_id=key_id)
    row = Attachment(message=message, file=stored)
    row.name_sealed = box.seal(key_id, clip(tidy(upload.name), 120), place=f"attachment.name.{row.id}")
    row.save(force_insert=True)
    message.failure = ""
    message.save(update_fields=["failure"])
    by = By(message.actor, store_id=thread.store_id, channel=thread.channel.code)
    about = [About("conversation", thread.id), About("customer", thread.customer_id)]
    record(FileArrived(str(message.id)), at=at, by=by, about=about)


@transaction.atomic
def ask_for_file(*, message_id: UUID) -> None:
    """This will have a missing file fetched once more, because a person wants it.

    Raises: MessageNotFound, NotFailed
    """
    message = Message.objects.select_for_update().filter(id=message_id, direction="in").first()
    if message is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    if not message.failure:
        raise NotFailed(NotFailed.__doc__)
    message.attempts = 0
    message.save(update_fields=["attempts"])
    app.configure_task(FETCH_JOB).defer(message_id=str(message_id))
