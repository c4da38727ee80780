"""What becomes of what WeChat told: a message, with its file where it loads, or set aside in sight of people."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.doors.channels.kinds.wechat import files
from zhoudao.doors.channels.kinds.wechat.reading import Told, Unread, read
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.commands import (
    Claim,
    Inbound,
    Upload,
    fail_delivery,
    finish_delivery,
    ignore_delivery,
    raw_of,
    receive_message,
)
from zhoudao.rooms.conversations.commands.late_files import note_missing_file
from zhoudao.rooms.conversations.models import Delivery
from zhoudao.rooms.conversations.refusals import Kept

_OLDEST = timedelta(days=30)


@frozen
class _Letter:
    """What was told, with its file or why there is none."""

    delivery: Delivery
    told: Told
    text: str
    uploads: list[Upload]
    missing: NotCarried | None = None


def receive(delivery: Delivery, at: datetime) -> None:
    """This will read one message or event and decide. Only our own faults are raised."""
    try:
        told = read(raw_of(delivery))
    except Unread as error:
        fail_delivery(delivery, "unreadable", str(error), at=at)
        return
    if told.kind == "event" and told.event != "click":
        ignore_delivery(delivery, f"wechat_{told.event}" if told.event in _ASIDE else "wechat_event", told.event)
        return
    text = words_of(told)
    if not text:
        fail_delivery(delivery, "unreadable", f"MsgType {told.kind}", at=at)
        return
    try:
        with transaction.atomic():
            _take(_with_file(delivery, told, text), at)
    except Kept as refusal:
        fail_delivery(delivery, refusal.reason, str(refusal), at=at)


_ASIDE = frozenset(["subscribe", "unsubscribe", "location", "view", "scan"])


def words_of(told: Told) -> str:
    """A message in words; '' for a kind that nobody knows."""
    fields = told.fields
    with translation.override(settings.LANGUAGE_CODE):
        plain = {
            "text": fields.get("Content", ""),
            "image": _("[Picture]"),
            "voice": fields.get("Recognition") or _("[Voice message]"),
            "video": _("[Video]"),
            "shortvideo": _("[Video]"),
            "location": _("[Place] %(label)s (%(x)s, %(y)s)")
            % {
                "label": fields.get("Label", ""),
                "x": fields.get("Location_X", ""),
                "y": fields.get("Location_Y", ""),
            },
            "link": "\n".join(filter(None, (fields.get(name, "") for name in ("Title", "Description", "Url")))),
            "event": _("[Menu] %(key)s") % {"key": fields.get("EventKey", "")},
        }
    return plain.get(told.kind, "")


def _with_file(delivery: Delivery, told: Told, text: str) -> _Letter:
    if told.kind not in files.KINDS:
        return _Letter(delivery, told, text, [])
    try:
        return _Letter(delivery, told, text, [files.fetched(delivery.channel, told)])
    except NotCarried as refusal:
        return _Letter(delivery, told, text, [], refusal)


def _take(letter: _Letter, at: datetime) -> None:
    delivery, told = letter.delivery, letter.told
    inbound = Inbound(
        channel=delivery.channel.code,
        external_id=delivery.key,
        claims=[Claim("openid", told.sender, scope=delivery.channel.code, verified=True)],
        text=letter.text,
        uploads=letter.uploads,
        sent_at=_written_at(told, at),
        digest=bytes(delivery.digest),
    )
    received = receive_message(inbound=inbound, at=at)
    finish_delivery(delivery, message_id=received.message_id)
    if letter.missing is not None:
        is_final = letter.missing.is_final
        note_missing_file(message_id=received.message_id, reason=letter.missing.words, is_final=is_final)


def _written_at(told: Told, at: datetime) -> datetime | None:
    written = clock.shown(told.written) if told.written else None
    return written if written and at - _OLDEST <= written <= at else None
