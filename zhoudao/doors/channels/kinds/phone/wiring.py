"""What connects the telephone: calls come noted, and a written answer cannot be spoken."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from zhoudao.doors.channels import outbound
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.setups import Field, Setup, offer

CALL_BACK = gettext_noop(
    "The telephone carries no written answer: call back and note the call, or use another channel."
)
SETUP = Setup(
    kind="phone",
    about=_("Calls are noted on the calls page, or by a telephone system through POST /api/v1/calls."),
    fields=(Field("address", _("Number"), hint=_("What customers call; only for people to read."), is_needed=False),),
)


class PhoneTransport:
    """Says what to do instead."""

    def carry(self, message: Message) -> str:
        """This will refuse. Raises: NotCarried"""
        raise outbound.NotCarried(CALL_BACK, is_final=True)


def wire() -> None:
    """This will have the telephone set up, and answers on it say what to do."""
    outbound.register("phone", PhoneTransport())
    offer(SETUP)
