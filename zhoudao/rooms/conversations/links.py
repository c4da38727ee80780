"""Where customers fetch a file of an answer on channels that cannot carry it: a signed link, good for thirty days."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

from zhoudao.rooms.conversations.models import Attachment

GOOD_FOR = timedelta(days=30)
_SALT = "conversations.file"


def file_url(attachment: Attachment) -> str:
    """The address of one file; whoever has it may fetch it, as long as the answer it went with is not taken back."""
    return f"{settings.BASE_URL}/f/{signing.dumps(attachment.id.hex, salt=_SALT)}/"


def attachment_behind(token: str) -> Attachment | None:
    """The file a link leads to; None when it is forged, too old, or the file is gone."""
    try:
        key = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    rows = Attachment.objects.select_related("file").filter(message__direction="out")
    return rows.exclude(message__status="undone").filter(id=UUID(hex=key)).first()
