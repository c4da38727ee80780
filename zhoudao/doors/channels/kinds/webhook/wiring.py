"""What connects webhooks."""

from zhoudao.doors.channels import hooks, inbound, outbound, trying
from zhoudao.doors.channels.kinds.webhook.carrying import WebhookTransport
from zhoudao.doors.channels.kinds.webhook.listening import listen
from zhoudao.doors.channels.kinds.webhook.receiving import receive
from zhoudao.doors.channels.kinds.webhook.settings import SETUP
from zhoudao.doors.channels.kinds.webhook.trying import attempt
from zhoudao.rooms.conversations.setups import offer


def wire() -> None:
    """This will have webhooks heard, read, carried, tried and set up."""
    hooks.register("webhook", listen)
    inbound.register("webhook", receive)
    outbound.register("webhook", WebhookTransport())
    trying.register("webhook", attempt)
    offer(SETUP)
