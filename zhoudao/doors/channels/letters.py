"""What customers are told of their bookings by text message."""

from datetime import datetime
from uuid import UUID

from zhoudao.doors.channels.codes.texting import text_words
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.rooms.bookings.commands.texting import text_failed, text_of, text_went


def text_letter(letter_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will hand a letter to the gateway, once; what fails is noted, and tried again while that may help."""
    text = text_of(letter_id)
    if text is None:
        return
    try:
        text_words(text.number, text.words, id_=letter_id, real_now=real_now)
    except NotCarried as error:
        text_failed(letter_id, why=error.reason, is_final=error.is_final)
    else:
        text_went(letter_id, at=at)
