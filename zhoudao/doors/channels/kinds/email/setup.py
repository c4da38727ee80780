"""What setting up a mailbox asks for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.channels.kinds.email.settings import BadMailbox, server
from zhoudao.kit.text import NotAnEmail, normalise_email
from zhoudao.rooms.conversations.setups import BadSetup, Field, Setup

_TLS = (("ssl", _("TLS from the first byte")), ("starttls", _("STARTTLS")), ("none", _("none (this machine only)")))


def check(config: Mapping[str, Any], _secrets: Mapping[str, str]) -> None:
    """This will refuse what is no address and a password that would cross the network in clear.

    Raises: BadSetup
    """
    try:
        normalise_email(str(config.get("address", "")))
    except NotAnEmail as error:
        raise BadSetup("address", _("This is no e-mail address.")) from error
    for side in ("imap", "smtp"):
        try:
            server(config[side], "")
        except (BadMailbox, KeyError, ValueError) as error:
            words = _("Check host and port; a password must not cross the network in clear.")
            raise BadSetup(f"{side}.host", words) from error


SETUP = Setup(
    kind="email",
    about=_("A mailbox: what arrives becomes cases, answers leave from its address."),
    fields=(
        Field("address", _("Address"), hint=_("What customers write to.")),
        Field("imap.host", _("Incoming server (IMAP)")),
        Field("imap.port", _("Port"), kind="number", default="993"),
        Field("imap.tls", _("Encryption"), kind="choice", choices=_TLS, default="ssl"),
        Field("imap.user", _("User")),
        Field("imap_password", _("Password"), kind="secret"),
        Field("imap.folder", _("Folder"), default="INBOX"),
        Field("smtp.host", _("Outgoing server (SMTP)")),
        Field("smtp.port", _("Port"), kind="number", default="465"),
        Field("smtp.tls", _("Encryption"), kind="choice", choices=_TLS, default="ssl"),
        Field("smtp.user", _("User")),
        Field("smtp_password", _("Password"), kind="secret"),
        Field("since", _("Mails from this day on"), kind="date", hint=_("Older ones stay where they are.")),
        Field(
            "trust_authserv",
            _("Whose proof of senders counts"),
            hint=_("The name your own mail server puts into Authentication-Results; empty: nobody's."),
            is_needed=False,
        ),
    ),
    can_be_tried=True,
    check=check,
)
