"""What connects mail."""

from zhoudao.doors.channels import inbound, outbound, trying
from zhoudao.doors.channels.kinds.email import acknowledging, mailboxes, receiving, smtp
from zhoudao.doors.channels.kinds.email.setup import SETUP
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.conversations.setups import offer


def wire() -> None:
    """This will have mail read, carried, acknowledged, tried and set up."""
    inbound.register("email", receiving.receive)
    outbound.register("email", smtp.EmailTransport())
    trying.register("email", mailboxes.attempt)
    dispatch.subscribe("acknowledgements", acknowledging.TYPES, acknowledging.on_event)
    offer(SETUP)
