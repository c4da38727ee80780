"""Who hears what, who carries what: event → subscribers, channel kind → transport, flow task → command."""

from zhoudao.ground.accounts.permits import permit_module
from zhoudao.ground.accounts.roles import PUBLIC


def wire() -> None:
    """This will connect the rooms; nothing below knows who listens."""
    permit_module("allauth.", PUBLIC)
    permit_module("django.views.i18n", PUBLIC)
