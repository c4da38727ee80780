"""What connects the self-service form: who wrote there is answered by mail or phone, which they left."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from zhoudao.doors.channels import outbound
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.setups import Setup, offer

NO_WAY_BACK = gettext_noop(
    "A form takes no answers: call the number left there, or use another channel of the customer."
)
SETUP = Setup(kind="form", about=_("Customers write on the help page, /help/, without signing in."))


class FormTransport:
    """Says what to do instead."""

    def carry(self, message: Message) -> str:
        """This will refuse. Raises: NotCarried"""
        raise outbound.NotCarried(NO_WAY_BACK, is_final=True)


def wire() -> None:
    """This will have a form set up, and answers on it say what to do."""
    outbound.register("form", FormTransport())
    offer(SETUP)
