"""An official account as it was set up, and what setting one up asks for."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.channels.kinds.wechat.crypto import key_of
from zhoudao.kit.frozen import frozen
from zhoudao.kit.outgoing import AddressRefused, Client, address_of
from zhoudao.rooms.conversations.commands.channels import secrets_of
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.setups import BadSetup, Field, Setup

PLATFORM = "https://api.weixin.qq.com"


@frozen
class Account:
    """`key` is empty where messages come in plain. `acknowledges`: by the `passive` reply, or not at all (`no`)."""

    app_id: str
    app_secret: str
    token: str
    key: bytes = b""
    platform: str = PLATFORM
    welcome: str = ""
    acknowledges: str = "passive"

    def __repr__(self) -> str:
        return f"Account({self.app_id})"


def account_of(channel: Channel) -> Account:
    """The account behind a channel."""
    config, secrets = channel.config, secrets_of(channel)
    aes_key = secrets.get("aes_key", "")
    return Account(
        app_id=str(config.get("app_id", "")),
        app_secret=secrets.get("app_secret", ""),
        token=secrets.get("token", ""),
        key=key_of(aes_key) if aes_key else b"",
        platform=str(config.get("platform") or PLATFORM).rstrip("/"),
        welcome=str(config.get("welcome", "")),
        acknowledges=str(config.get("acknowledges", "passive")),
    )


def client(max_bytes: int = 256 * 1024) -> Client:
    """How the platform is asked."""
    return Client(allowed=settings.OUTGOING_NETWORKS, seconds=10, max_bytes=max_bytes)


def check(config: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    """This will refuse what the platform would not take.

    Raises: BadSetup
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{6,64}", str(config.get("app_id", ""))):
        raise BadSetup("app_id", _("An AppID has letters and digits, such as wx0123456789abcdef."))
    if "token" in secrets and not re.fullmatch(r"[A-Za-z0-9]{3,32}", secrets["token"]):
        raise BadSetup("token", _("A token has 3 to 32 letters and digits."))
    try:
        if secrets.get("aes_key"):
            key_of(secrets["aes_key"])
    except ValueError as error:
        raise BadSetup("aes_key", _("An EncodingAESKey has 43 letters and digits.")) from error
    try:
        address_of(str(config.get("platform") or PLATFORM))
    except AddressRefused as error:
        raise BadSetup("platform", _("This is no web address; it begins with https://.")) from error


SETUP = Setup(
    kind="wechat",
    about=_("An official account: enter address and token on the platform's page for developers, then test."),
    fields=(
        Field("app_id", _("AppID")),
        Field("app_secret", _("AppSecret"), kind="secret"),
        Field("token", _("Token"), kind="secret", hint=_("Make one up; enter the same on the platform.")),
        Field(
            "aes_key",
            _("EncodingAESKey"),
            kind="secret",
            hint=_("For the safe mode, which is advised: only then nobody on the way can write in a customer's name."),
            is_needed=False,
        ),
        Field(
            "acknowledges",
            _("Confirms new cases"),
            kind="choice",
            choices=(("passive", _("with the case number, at once")), ("no", _("not at all"))),
            default="passive",
        ),
        Field("welcome", _("Says to new followers"), is_needed=False),
        Field("platform", _("Address of the platform"), kind="address", default=PLATFORM),
    ),
    address="hook",
    can_be_tried=True,
    check=check,
)
