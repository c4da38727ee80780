"""Carrying answers as customer-service messages."""

from collections.abc import Callable
from functools import partial

from zhoudao.doors.channels.kinds.wechat import api, reasons
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.ground.files import store
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.links import file_url
from zhoudao.rooms.conversations.models import UNCONFIRMED, Attachment, Channel, Message
from zhoudao.rooms.conversations.queries import attached, attachment_name
from zhoudao.rooms.customers.models import Identity

MOST_BYTES = 2000  # of 2,048 that the platform takes
PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
LARGEST_PICTURE = 10 * 1024 * 1024


class WechatTransport:
    """Sends a message of ours to who wrote to the account."""

    def carry(self, message: Message) -> str:
        """This will send the message, in parts when it is long. WeChat knows no id of ours and takes the same twice:
        where nobody can say whether it arrived, a person decides.

        Raises: NotCarried
        """
        if message.was_interrupted:
            raise NotCarried(UNCONFIRMED, is_final=True)
        to = _open_id(message)
        for index, send in enumerate(_acts(message, to)):
            try:
                send()
            except NotCarried as refusal:
                if index == 0 or refusal.reason == UNCONFIRMED:
                    raise
                raise NotCarried(reasons.PARTLY, refusal.reason, is_final=True) from refusal
        return f"custom/{message.id}"


def _acts(message: Message, to: str) -> list[Callable[[], None]]:
    """One customer-service message each: the words, the pictures, and a link to every other file."""
    channel, files = message.conversation.channel, attached(message.id)
    pictures = [row for row in files if row.file.content_type in PICTURES and row.file.size <= LARGEST_PICTURE]
    others = [f"{attachment_name(row)} {file_url(row)}" for row in files if row not in pictures]
    text = "\n".join(filter(None, [clear_text(message), *others]))
    words = [partial(api.send_text, channel, to, part) for part in parts(text) if part]
    return [*words, *(partial(_send_picture, channel, to, row) for row in pictures)]


def _send_picture(channel: Channel, to: str, row: Attachment) -> None:
    api.send_picture(channel, to, store.read(row.file), PICTURES[row.file.content_type])


def parts(text: str) -> list[str]:
    """The text in pieces the platform takes, cut between characters, at a line's end where there is one."""
    found, rest = [], text
    while len(rest.encode()) > MOST_BYTES:
        piece = rest.encode()[:MOST_BYTES].decode(errors="ignore")
        cut = piece.rfind("\n") + 1 or len(piece)
        found.append(rest[:cut].rstrip("\n") or rest[:cut])
        rest = rest[cut:]
    return [*found, rest] if rest.strip() or not found else found


def _open_id(message: Message) -> str:
    thread = message.conversation
    rows = Identity.objects.filter(
        customer=thread.customer_id, kind="openid", scope=thread.channel.code, suggested=False
    )
    identity = rows.order_by("-created_at").first()
    if identity is None:
        raise NotCarried(reasons.NO_OPENID, is_final=True)
    return identity.value
