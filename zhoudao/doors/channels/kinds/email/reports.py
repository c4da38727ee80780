"""Reports about our own mails: an answer that bounced is marked failed, with a sentence a person can act on."""

from datetime import datetime

from zhoudao.doors.channels.kinds.email import message_ids, reasons
from zhoudao.doors.channels.kinds.email.mail import Bounce, Mail
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.rooms.conversations.commands import ignore_delivery, mark_failed
from zhoudao.rooms.conversations.models import Delivery, Message


def take(delivery: Delivery, mail: Mail, *, at: datetime) -> None:
    """This will mark the answer the report is about, if the report names one we sent from this mailbox."""
    bounce = mail.bounce
    if bounce is None:
        return
    message = _answer(delivery, mail)
    if message is not None and bounce.is_final:
        mark_failed(message_id=message.id, reason=_reason(bounce).words, at=at)
    ignore_delivery(delivery, "bounce" if bounce.is_final else "bounce_delayed", f"{bounce.status} {bounce.words}")


def _answer(delivery: Delivery, mail: Mail) -> Message | None:
    named = [*mail.our_ids, *mail.references]
    ids = [found for reference in named if (found := message_ids.verify(reference)) is not None]
    return Message.objects.filter(id__in=ids, direction="out", conversation__channel_id=delivery.channel_id).first()


def _reason(bounce: Bounce) -> NotCarried:
    return NotCarried(reasons.of_status(bounce.status), f"{bounce.status} {bounce.words}".strip(), is_final=True)
