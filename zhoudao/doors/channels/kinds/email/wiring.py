"""What connects mail."""

from zhoudao.doors.channels import acknowledging, inbound, outbound, trying
from zhoudao.doors.channels.kinds.email import mailboxes, receiving, smtp
from zhoudao.doors.channels.kinds.email.acknowledging import on_event
from zhoudao.doors.channels.kinds.email.setup import SETUP
from zhoudao.rooms.conversations.setups import offer


def wire() -> None:
    """This will have mail read, carried, acknowledged, tried and set up."""
    inbound.register("email", receiving.receive)
    outbound.register("email", smtp.EmailTransport())
    trying.register("email", mailboxes.attempt)
    acknowledging.register("email", on_event)
    offer(SETUP)
