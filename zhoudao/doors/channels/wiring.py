"""What the roof connects: kinds of channels with what reads and carries for them."""

from zhoudao.doors.channels import inbound, outbound
from zhoudao.doors.channels.kinds.email import acknowledging, receiving, smtp
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.conversations.commands.replying import PULLED


def wire() -> None:
    """This will make the channels ready."""
    inbound.register("email", receiving.receive)
    outbound.register("email", smtp.EmailTransport())
    for kind in PULLED:
        outbound.register(kind, outbound.Fetched())
    dispatch.subscribe("acknowledgements", acknowledging.TYPES, acknowledging.on_event)
