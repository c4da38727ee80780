"""What connects a counter: visits come noted, and an answer needs another way to reach who has gone home."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from zhoudao.doors.channels import outbound
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.setups import Setup, offer

GONE_HOME = gettext_noop("Nobody waits at the counter any more: answer by another channel of the customer, or call.")
SETUP = Setup(
    kind="counter",
    about=_("Staff of the channel's store write down on the counter page what customers say there."),
)


class CounterTransport:
    """Says what to do instead."""

    def carry(self, message: Message) -> str:
        """This will refuse. Raises: NotCarried"""
        raise outbound.NotCarried(GONE_HOME, is_final=True)


def wire() -> None:
    """This will have a counter set up, and answers on it say what to do."""
    outbound.register("counter", CounterTransport())
    offer(SETUP)
