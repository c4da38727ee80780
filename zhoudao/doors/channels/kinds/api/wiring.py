"""What connects programs: they fetch, so nothing is carried."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.channels import outbound
from zhoudao.rooms.conversations.setups import Setup, offer

SETUP = Setup(kind="api", about=_("A program posts messages with a token and fetches the answers."))


def wire() -> None:
    """This will have answers leave when nobody can take them back any more."""
    outbound.register("api", outbound.Fetched())
    offer(SETUP)
