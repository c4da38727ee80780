"""The answer inside WeChat's own five seconds: the number of the case that a message has just opened.

The acknowledgement is an ordinary automatic answer whose undo window is five seconds long. The request that brought the
message waits for it and, if it appears in time, takes it along; if not, the worker sends it as a customer-service
message when the window closes. Few requests may wait at once, so that a rush never ties up the web processes.
"""

import re
import threading
import time
from datetime import UTC, datetime

from django.db import transaction

from zhoudao.doors.channels.kinds.wechat.reading import Told
from zhoudao.doors.channels.kinds.wechat.settings import Account
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.acknowledging import ACTOR
from zhoudao.rooms.conversations.commands import begin_sending, mark_sent
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.models import Channel, Conversation, Delivery, Message
from zhoudao.rooms.customers.queries import customer_of_identity

WINDOW_SECONDS = 5  # real time: WeChat's patience
WAIT_SECONDS = 3.5
_LOOK_EVERY_SECONDS = 0.1
_MOST_WAITING = 2
_waiting = threading.BoundedSemaphore(_MOST_WAITING)
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def may_begin(channel: Channel, account: Account, told: Told) -> bool:
    """Whether this may open a case: a message by somebody with no open conversation."""
    if account.acknowledges != "passive" or told.kind == "event":
        return False
    customer_id = customer_of_identity("openid", channel.code, told.sender)
    if customer_id is None:
        return True
    return not Conversation.objects.filter(customer_id=customer_id, channel=channel, ended_at=None).exists()


def wait_for_number(delivery: Delivery) -> str:
    """The acknowledgement's words once it is ours to say; '' when it does not appear in time."""
    if not _waiting.acquire(blocking=False):
        return ""
    try:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            if words := _taken(delivery):
                return words
            time.sleep(_LOOK_EVERY_SECONDS)
    finally:
        _waiting.release()
    return ""


def _taken(delivery: Delivery) -> str:
    """This will take the acknowledgement along, once; the same message repeated gets the same words."""
    acks = Message.objects.filter(actor=ACTOR, is_auto=True, conversation__messages__deliveries=delivery.id)
    ack = acks.defer("search").first()
    if ack is None:
        return ""
    ours = f"passive/{delivery.key}"[:250]
    if ack.status == "sent":
        return clear_text(ack) if ack.external_id == ours else ""
    with transaction.atomic():
        claimed = begin_sending(message_id=ack.id, real_now=ack.send_after or datetime.now(UTC))
        if claimed is None:
            return ""
        mark_sent(message_id=ack.id, at=clock.now(), external_id=ours)
    return clear_text(claimed)


def written(told: Told, words: str) -> str:
    """A passive reply: words to who wrote, as text."""
    content = _NOT_XML.sub("", words).replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[{told.sender.replace(']]>', '')}]]></ToUserName>"
        f"<FromUserName><![CDATA[{told.account.replace(']]>', '')}]]></FromUserName>"
        f"<CreateTime>{int(datetime.now(UTC).timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{content}]]></Content></xml>"
    )
