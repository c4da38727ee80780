"""Trying a webhook channel: did anything arrive, and does the other system take what we sign."""

from datetime import datetime

from django.utils.translation import gettext_noop

from zhoudao.doors.channels.kinds.webhook import reasons
from zhoudao.doors.channels.kinds.webhook.carrying import post
from zhoudao.doors.channels.kinds.webhook.settings import hook_of
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.doors.channels.trying import Step
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.conversations.models import Channel, Delivery

ARRIVED = gettext_noop("Messages have arrived, signed as agreed.")
NOTHING_YET = gettext_noop("Nothing has arrived yet: give the other system the address and the secret above.")


def attempt(channel: Channel, real_now: datetime) -> list[Step]:
    """What arrived, and how a signed `ping` is answered."""
    has_any = Delivery.objects.filter(channel=channel).exists()
    incoming = Step("incoming", has_any, ARRIVED if has_any else NOTHING_YET)
    hook = hook_of(channel, real_now=real_now)
    content = {"type": "ping", "timestamp": real_now.isoformat(), "data": {"channel": channel.code}}
    try:
        status = post(hook, f"ping-{uuid7()}", content, real_now=real_now)
    except NotCarried as refusal:
        return [incoming, Step("outgoing", False, refusal.reason, refusal.detail)]
    return [incoming, Step("outgoing", True, reasons.TAKEN, f"HTTP {status}")]
