"""What connects cases colleagues open: nobody reads there, so an answer needs a way by which the customer is known."""

from django.utils.translation import gettext_noop

from zhoudao.doors.channels import outbound
from zhoudao.rooms.conversations.models import Message

NOBODY_READS = gettext_noop("A colleague opened this case: choose by which way the customer is answered, or call.")


class DeskTransport:
    """Says what to do instead."""

    def carry(self, message: Message) -> str:
        """This will refuse. Raises: NotCarried"""
        raise outbound.NotCarried(NOBODY_READS, is_final=True)


def wire() -> None:
    """This will have answers there say what to do."""
    outbound.register("desk", DeskTransport())
