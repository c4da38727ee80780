"""Carrying answers as customer-service messages."""

from zhoudao.doors.channels.kinds.wechat import api, reasons
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.models import UNCONFIRMED, Message
from zhoudao.rooms.customers.models import Identity

MOST_BYTES = 2000  # of 2,048 that the platform takes


class WechatTransport:
    """Sends a message of ours to who wrote to the account."""

    def carry(self, message: Message) -> str:
        """This will send the message, in parts when it is long. WeChat knows no id of ours and takes the same twice:
        where nobody can say whether it arrived, a person decides.

        Raises: NotCarried
        """
        if message.was_interrupted:
            raise NotCarried(UNCONFIRMED, is_final=True)
        thread = message.conversation
        to = _open_id(message)
        for index, part in enumerate(parts(clear_text(message))):
            try:
                api.send_text(thread.channel, to, part)
            except NotCarried as refusal:
                if index == 0 or refusal.reason == UNCONFIRMED:
                    raise
                raise NotCarried(reasons.PARTLY, refusal.reason, is_final=True) from refusal
        return f"custom/{message.id}"


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
