"""Pictures, voice and video: fetched by their media id, now or later; what never loads says why."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from zhoudao.doors.channels.kinds.wechat import api, reasons
from zhoudao.doors.channels.kinds.wechat.reading import Told, Unread, read
from zhoudao.doors.channels.locks import only_one
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.ground.files.kinds import kind_of
from zhoudao.rooms.conversations.commands import Upload, raw_of
from zhoudao.rooms.conversations.commands.late_files import keep_late_file, missing_file, postpone_file
from zhoudao.rooms.conversations.models import Channel

KINDS = frozenset(["image", "voice", "video", "shortvideo"])
_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
}


def fetched(channel: Channel, told: Told) -> Upload:
    """The file of a message.

    Raises: NotCarried
    """
    media_id = told.fields.get("MediaId", "")
    if not media_id:
        raise NotCarried(reasons.EXPIRED, is_final=True)
    content = api.download(channel, media_id)
    if not content:
        raise NotCarried(reasons.FILE_EMPTY, is_final=True)
    if len(content) > settings.FILE_LIMIT_BYTES:
        raise NotCarried(reasons.FILE_TOO_LARGE, is_final=True)
    return Upload(f"{told.kind}-{told.id}.{_ENDINGS.get(kind_of(content), 'bin')}", content)


def fetch_late(message_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will fetch a file that did not load with its message; a failure is tried again, six times in all."""
    with only_one(f"file|{message_id}") as is_mine:
        message = missing_file(message_id) if is_mine else None
        delivery = message.deliveries.first() if message else None
        if message is None or delivery is None:
            return
        try:
            upload = fetched(message.conversation.channel, read(raw_of(delivery)))
        except NotCarried as refusal:
            postpone_file(message_id=message.id, reason=refusal.words, is_final=refusal.is_final, real_now=real_now)
        except Unread as error:
            postpone_file(message_id=message.id, reason=str(error), is_final=True, real_now=real_now)
        else:
            keep_late_file(message_id=message.id, upload=upload, at=at)
