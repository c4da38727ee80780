"""Files that go with an answer: kept with its draft as soon as they are chosen, the message's once it is written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zhoudao.ground.files import store as files
from zhoudao.ground.vault import box
from zhoudao.rooms.conversations.inbound import Upload
from zhoudao.rooms.conversations.models import Attachment, Conversation, Enclosure
from zhoudao.rooms.conversations.refusals import ConversationNotFound, EnclosureGone, FilesTooLarge, FilesTooMany
from zhoudao.rooms.conversations.wording import file_name

MOST_FILES = 5


@transaction.atomic
def enclose(*, conversation_id: UUID, user_id: UUID, upload: Upload, at: datetime) -> Enclosure:
    """This will keep a file with what a person has begun to write here.

    Raises: ConversationNotFound, FilesTooMany, FilesTooLarge, FileEmpty
    """
    thread = Conversation.objects.select_for_update(of=("self",)).filter(id=conversation_id).first()
    if thread is None:
        raise ConversationNotFound(ConversationNotFound.__doc__)
    others = Enclosure.objects.filter(conversation=thread, user_id=user_id).values_list("file__size", flat=True)
    check_sizes([*others, len(upload.content)])
    return _enclosed(thread, user_id, upload, at)


def drop_enclosure(*, enclosure_id: UUID, user_id: UUID) -> None:
    """This will leave a file out of what a person has begun to write."""
    Enclosure.objects.filter(id=enclosure_id, user_id=user_id).delete()


def take_enclosures(ids: Sequence[UUID], *, user_id: UUID | None) -> list[Upload]:
    """This will take a person's files out of what they have begun to write, to be sent in the order they were chosen.

    Raises: EnclosureGone
    """
    if not ids:
        return []
    rows = list(
        Enclosure.objects.select_for_update(of=("self",)).select_related("file").filter(id__in=ids).order_by("id")
    )
    rows = [row for row in rows if row.user_id == user_id]
    if len(rows) != len(set(ids)):
        raise EnclosureGone(EnclosureGone.__doc__)
    taken = [Upload(enclosure_name(row), files.read(row.file)) for row in rows]
    Enclosure.objects.filter(id__in=ids).delete()
    return taken


def attach(uploads: Iterable[Upload], *, message_id: UUID, subject_id: UUID, key_id: UUID) -> None:
    """This will make files a message's own.

    Raises: FileTooLarge, FileEmpty
    """
    for upload in uploads:
        stored = files.keep(upload.content, subject_id=subject_id, key_id=key_id)
        row = Attachment(message_id=message_id, file=stored)
        row.name_sealed = box.seal(key_id, file_name(upload.name), place=f"attachment.name.{row.id}")
        row.save(force_insert=True)


def give_back(message_id: UUID, *, user_id: UUID, at: datetime) -> None:
    """This will put the files of a message that is taken back with its writer's draft again."""
    for row in Attachment.objects.select_related("file", "message__conversation").filter(message_id=message_id):
        name = box.open_text(row.name_sealed, place=f"attachment.name.{row.id}")
        _enclosed(row.message.conversation, user_id, Upload(name, files.read(row.file)), at)
        row.delete()


def check_sizes(sizes: Sequence[int]) -> None:
    """This will refuse more or larger files than one message carries.

    Raises: FilesTooMany, FilesTooLarge
    """
    if len(sizes) > MOST_FILES:
        raise FilesTooMany(FilesTooMany.__doc__)
    if max(sizes, default=0) > settings.FILE_LIMIT_BYTES or sum(sizes) > settings.DELIVERY_LIMIT_BYTES:
        raise FilesTooLarge(FilesTooLarge.__doc__)


def enclosure_name(row: Enclosure) -> str:
    """The name it was chosen under."""
    return box.open_text(row.name_sealed, place=f"enclosure.name.{row.id}")


def _enclosed(thread: Conversation, user_id: UUID, upload: Upload, at: datetime) -> Enclosure:
    key_id = thread.customer.key_id
    stored = files.keep(upload.content, subject_id=thread.customer_id, key_id=key_id)
    row = Enclosure(conversation=thread, user_id=user_id, file=stored, created_at=at)
    row.name_sealed = box.seal(key_id, file_name(upload.name), place=f"enclosure.name.{row.id}")
    row.save(force_insert=True)
    return row
