"""Trying an official account: has the platform verified our address, and does it give us a token."""

from datetime import datetime

from django.utils.translation import gettext_noop

from zhoudao.doors.channels.kinds.wechat import api
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.doors.channels.trying import Step
from zhoudao.rooms.conversations.models import Channel, Delivery

VERIFIED = gettext_noop("WeChat has verified our address.")
NOT_YET = gettext_noop("WeChat has not called yet: enter address and token on the platform's page for developers.")
TOKEN = gettext_noop("WeChat gives us an access token.")


def attempt(channel: Channel, real_now: datetime) -> list[Step]:
    """Both directions."""
    called = bool(channel.state.get("verified_at")) or Delivery.objects.filter(channel=channel).exists()
    incoming = Step("incoming", called, VERIFIED if called else NOT_YET)
    try:
        api.token_of(channel)
    except NotCarried as refusal:
        return [incoming, Step("outgoing", False, refusal.reason, refusal.detail)]
    return [incoming, Step("outgoing", True, TOKEN)]
