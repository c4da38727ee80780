"""What connects WeChat."""

from zhoudao.doors.channels import hooks, inbound, outbound, trying
from zhoudao.doors.channels.kinds.wechat import acknowledging
from zhoudao.doors.channels.kinds.wechat.carrying import WechatTransport
from zhoudao.doors.channels.kinds.wechat.listening import listen
from zhoudao.doors.channels.kinds.wechat.receiving import receive
from zhoudao.doors.channels.kinds.wechat.settings import SETUP
from zhoudao.doors.channels.kinds.wechat.trying import attempt
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.conversations.setups import offer


def wire() -> None:
    """This will have official accounts heard, read, carried, acknowledged, tried and set up."""
    hooks.register("wechat", listen)
    inbound.register("wechat", receive)
    outbound.register("wechat", WechatTransport())
    trying.register("wechat", attempt)
    dispatch.subscribe("wechat_acknowledgements", acknowledging.TYPES, acknowledging.on_event)
    offer(SETUP)
