"""What the roof connects: kinds of channels with what reads and carries for them. Each kind wires itself."""

from zhoudao.doors.channels import acknowledging
from zhoudao.doors.channels.kinds.api import wiring as api
from zhoudao.doors.channels.kinds.counter import wiring as counter
from zhoudao.doors.channels.kinds.desk import wiring as desk
from zhoudao.doors.channels.kinds.email import wiring as email
from zhoudao.doors.channels.kinds.form import wiring as form
from zhoudao.doors.channels.kinds.phone import wiring as phone
from zhoudao.doors.channels.kinds.webchat import wiring as webchat
from zhoudao.doors.channels.kinds.webhook import wiring as webhook
from zhoudao.doors.channels.kinds.wechat import wiring as wechat


def wire() -> None:
    """This will make the channels ready; the order is that of the settings page."""
    for kind in (webchat, email, wechat, phone, counter, form, desk, webhook, api):
        kind.wire()
    acknowledging.subscribe()
