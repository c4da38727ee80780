"""What connects WeChat."""

from zhoudao.doors.channels import acknowledging, hooks, inbound, outbound, trying
from zhoudao.doors.channels.kinds.wechat.acknowledging import on_event
from zhoudao.doors.channels.kinds.wechat.carrying import WechatTransport
from zhoudao.doors.channels.kinds.wechat.listening import listen
from zhoudao.doors.channels.kinds.wechat.receiving import receive
from zhoudao.doors.channels.kinds.wechat.settings import SETUP
from zhoudao.doors.channels.kinds.wechat.trying import attempt
from zhoudao.rooms.conversations.setups import offer


def wire() -> None:
    """This will have official accounts heard, read, carried, acknowledged, tried and set up."""
    hooks.register("wechat", listen)
    inbound.register("wechat", receive)
    outbound.register("wechat", WechatTransport())
    trying.register("wechat", attempt)
    acknowledging.register("wechat", on_event)
    offer(SETUP)
