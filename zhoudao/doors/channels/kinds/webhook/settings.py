"""A webhook channel as it was set up, and what setting one up asks for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhoudao.kit.frozen import frozen
from zhoudao.kit.outgoing import AddressRefused, Client, address_of
from zhoudao.rooms.conversations.commands.channels import signing_secrets
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.setups import BadSetup, Field, Setup

INCOMING, OUTGOING = "incoming", "outgoing"


@frozen
class Hook:
    """`asserts_identity`: the other system has checked the phone numbers and addresses it names."""

    incoming: list[str]
    outgoing: list[str]
    url: str = ""
    asserts_identity: bool = False

    def __repr__(self) -> str:
        return f"Hook({self.url})"


def hook_of(channel: Channel, *, real_now: datetime) -> Hook:
    """The webhook behind a channel."""
    return Hook(
        incoming=signing_secrets(channel, INCOMING, real_now=real_now),
        outgoing=signing_secrets(channel, OUTGOING, real_now=real_now),
        url=str(channel.config.get("url", "")),
        asserts_identity=channel.config.get("asserts_identity") is True,
    )


def client() -> Client:
    """How the other system is asked."""
    return Client(allowed=settings.OUTGOING_NETWORKS, seconds=15, max_bytes=64 * 1024)


def check(config: Mapping[str, Any], _secrets: Mapping[str, str]) -> None:
    """This will refuse an address nobody could be asked at.

    Raises: BadSetup
    """
    url = str(config.get("url", ""))
    try:
        parts = address_of(url) if url else None
    except AddressRefused as error:
        raise BadSetup("url", _("This is no web address; it begins with https://.")) from error
    if parts and parts.scheme != "https" and not settings.OUTGOING_NETWORKS:
        raise BadSetup("url", _("Answers must not cross the network in clear: the address begins with https://."))


SETUP = Setup(
    kind="webhook",
    about=_("A mini-program, a social platform or any other system sends messages here and gets the answers."),
    fields=(
        Field(
            "url",
            _("Where answers go"),
            kind="address",
            hint=_("An address of the other system; every answer is posted there, signed."),
            is_needed=False,
        ),
        Field(
            "asserts_identity",
            _("Phone numbers and addresses it names are proven"),
            kind="yes_no",
            hint=_("Only when the other system has checked them: they then open the customer's history."),
            is_needed=False,
        ),
    ),
    made=((INCOMING, _("Secret for messages to us")), (OUTGOING, _("Secret for answers from us"))),
    address="hook",
    can_be_tried=True,
    check=check,
)
