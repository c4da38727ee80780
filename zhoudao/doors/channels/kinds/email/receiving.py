"""What becomes of a mail: a message in its thread, a message of its own, or set aside in sight of people."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from zhoudao.doors.channels.kinds.email import message_ids, reports, threads
from zhoudao.doors.channels.kinds.email.mail import Mail, Unread
from zhoudao.doors.channels.kinds.email.reading import read_mail
from zhoudao.doors.channels.kinds.email.settings import Mailbox, mailbox_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, normalise_email
from zhoudao.rooms.conversations.commands import (
    Claim,
    Inbound,
    Received,
    Upload,
    fail_delivery,
    finish_delivery,
    ignore_delivery,
    raw_of,
    receive_message,
)
from zhoudao.rooms.conversations.models import Delivery
from zhoudao.rooms.conversations.refusals import ConversationNotYours, Kept

# What a person may overrule with "take it as a message": our guess, not a fact about the bytes.
OVERRULED = frozenset(["auto_reply", "list", "bulk", "bounce", "bounce_delayed", "flood", "too_large"])
_OLDEST = timedelta(days=30)


@frozen
class _Letter:
    """A mail that was read, with what is needed to decide on it."""

    delivery: Delivery
    mailbox: Mailbox
    mail: Mail
    raw: bytes
    at: datetime

    @property
    def is_insisted(self) -> bool:
        return self.delivery.reason in OVERRULED

    @property
    def is_cut(self) -> bool:
        return self.delivery.size > len(self.raw)

    @property
    def address(self) -> str:
        try:
            return normalise_email(self.mail.sender)
        except NotAnEmail:
            return ""


def receive(delivery: Delivery, at: datetime) -> None:
    """This will read one mail and decide. Only our own faults are raised; the sender's end on the intake page."""
    raw = raw_of(delivery)
    if delivery.size > len(raw) and delivery.reason not in OVERRULED:
        fail_delivery(delivery, "too_large", delivery.detail, at=at)
        return
    try:
        mail = read_mail(raw)
    except Unread as error:
        fail_delivery(delivery, error.code, error.detail, at=at)
        return
    letter = _Letter(delivery, mailbox_of(delivery.channel), mail, raw, at)
    if mail.bounce and not letter.is_insisted:
        reports.take(delivery, mail, at=at)
    elif aside := _set_aside(letter):
        ignore_delivery(delivery, aside)
    elif problem := _problem(letter):
        fail_delivery(delivery, problem, at=at)
    else:
        _take(letter)


def _set_aside(letter: _Letter) -> str:
    """Why a mail is no message, '' when it is one."""
    mail, own_list = letter.mail, letter.mailbox.list_id
    if message_ids.loop_mark() in mail.loop_marks or message_ids.verify(mail.message_id):
        return "own_mail"
    if letter.is_insisted or (mail.automatic == "list" and own_list and own_list in mail.list_id.lower()):
        return ""
    if not mail.automatic and threads.writes_too_often(letter.delivery.channel, _own(letter), letter.at):
        return "flood"
    return mail.automatic


def _problem(letter: _Letter) -> str:
    if not letter.address:
        return "no_sender"
    if any(len(file.content) > settings.FILE_LIMIT_BYTES for file in letter.mail.files):
        return "attachment"
    has_words = letter.mail.text or letter.mail.subject or letter.mail.files
    return "" if has_words else "empty"


def _take(letter: _Letter) -> None:
    try:
        received = _receive(letter)
    except Kept as refusal:
        fail_delivery(letter.delivery, refusal.reason, str(refusal), at=letter.at)
    else:
        finish_delivery(letter.delivery, message_id=received.message_id)


def _receive(letter: _Letter) -> Received:
    mail, own = letter.mail, _own(letter)
    thread = threads.conversation_of(letter.delivery.channel, mail.references, own)
    digest = _digest(letter)
    files = [] if letter.is_cut else mail.files
    inbound = Inbound(
        channel=letter.delivery.channel.code,
        external_id=threads.key_of(mail.message_id, letter.raw, digest),
        claims=[own, Claim("email", letter.address, verified=_is_proven(letter))],
        name=mail.sender_name,
        text=mail.text or (mail.subject if not files else ""),
        html=mail.html,
        uploads=[Upload(file.name, file.content) for file in files],
        sent_at=_written_at(letter),
        subject=mail.subject,
        conversation_id=thread,
        is_new_topic=True,
        digest=digest,
    )
    try:
        return receive_message(inbound=inbound, at=letter.at)
    except ConversationNotYours:
        return receive_message(inbound=replace(inbound, conversation_id=None), at=letter.at)


def _own(letter: _Letter) -> Claim:
    """The address as this mailbox's own id of its sender: good for a thread, no proof of who it is."""
    return Claim("external", letter.address, scope=letter.delivery.channel.code)


def _is_proven(letter: _Letter) -> bool:
    """Whether our own receiving server vouches for the address (DMARC)."""
    found, trusted = letter.mail.verdict, letter.mailbox.trust_authserv
    return (
        found is not None
        and bool(trusted)
        and letter.mail.is_single_sender
        and found.server == trusted
        and found.dmarc == "pass"
        and found.domain == letter.address.rpartition("@")[2]
    )


def _digest(letter: _Letter) -> bytes:
    """What makes two mails with one Message-ID the same: sender and body, not the way they took."""
    body = re.split(rb"\r?\n\r?\n", letter.raw, maxsplit=1)[-1]
    return hashlib.sha256(letter.address.encode() + b"\0" + body).digest()


def _written_at(letter: _Letter) -> datetime | None:
    """When it says it was written, as the company's time; a date too far off is not believed."""
    if not letter.mail.date:
        return None
    written = clock.shown(datetime.fromisoformat(letter.mail.date))
    return written if letter.at - _OLDEST <= written <= letter.at else None
