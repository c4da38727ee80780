"""A mailbox as it was set up: what its channel's `config` and secrets say."""

from datetime import date
from typing import Any

from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, normalise_email
from zhoudao.rooms.conversations.commands.channels import secrets_of
from zhoudao.rooms.conversations.models import Channel

TLS = ("ssl", "starttls", "none")
_LOOPBACK = frozenset(["127.0.0.1", "::1", "localhost"])


class BadMailbox(ValueError):
    """This mailbox cannot be set up like that."""


@frozen
class Server:
    """Where to sign in. `tls` is `ssl` from the first byte, `starttls`, or `none` (on this machine only)."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "ssl"

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port}, {self.tls})"


@frozen
class Mailbox:
    """`since`: older mails stay where they are. `trust_authserv`: whose Authentication-Results count."""

    address: str
    imap: Server
    smtp: Server
    folder: str = "INBOX"
    since: date | None = None
    trust_authserv: str = ""
    list_id: str = ""
    acknowledgements_an_hour: int = 200

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


def mailbox_of(channel: Channel) -> Mailbox:
    """The mailbox behind a channel of kind `email`.

    Raises: BadMailbox
    """
    config, secrets = channel.config, secrets_of(channel)
    since = config.get("since")
    try:
        return Mailbox(
            address=normalise_email(config["address"]),
            imap=server(config["imap"], secrets.get("imap_password", "")),
            smtp=server(config["smtp"], secrets.get("smtp_password", "")),
            folder=str(config["imap"].get("folder") or "INBOX"),
            since=date.fromisoformat(since) if since else None,
            trust_authserv=str(config.get("trust_authserv", "")).lower(),
            list_id=str(config.get("list_id", "")).lower(),
            acknowledgements_an_hour=int(config.get("acknowledgements_an_hour", 200)),
        )
    except (KeyError, TypeError, ValueError, NotAnEmail) as error:
        raise BadMailbox(f"{BadMailbox.__doc__} ({type(error).__name__}: {error})") from error


def first_mailbox() -> Mailbox | None:
    """The mailbox that what is no conversation leaves from; None when none is set up."""
    for channel in Channel.objects.filter(kind="email", is_active=True).order_by("code"):
        try:
            return mailbox_of(channel)
        except BadMailbox:
            continue
    return None


def server(config: dict[str, Any], password: str) -> Server:
    """A server as configured.

    Raises: BadMailbox
    """
    found = Server(
        str(config["host"]), int(config["port"]), str(config.get("user", "")), password, config.get("tls", "ssl")
    )
    if found.tls not in TLS:
        raise BadMailbox(f"tls must be one of {', '.join(TLS)}, not {found.tls!r}.")
    if found.tls == "none" and found.host not in _LOOPBACK:
        raise BadMailbox(f"A password must not cross the network in clear: use ssl or starttls for {found.host}.")
    if not 0 < found.port < 65536:
        raise BadMailbox(f"There is no port {found.port}.")
    return found
