"""Setting up a mailbox, and trying whether it works."""

from datetime import date, datetime
from typing import Any

from django.utils.text import slugify

from zhoudao.doors.channels.kinds.email.imap import MailboxTrouble, open_folder
from zhoudao.doors.channels.kinds.email.settings import BadMailbox, mailbox_of, server
from zhoudao.doors.channels.kinds.email.smtp import signed_in
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.doors.channels.trying import Step, try_channel
from zhoudao.ground.accounts.models import Store
from zhoudao.kit.text import NotAnEmail, normalise_email
from zhoudao.rooms.conversations.commands.channels import add_channel
from zhoudao.rooms.conversations.models import Channel


def add_mailbox(
    *,
    address: str,
    imap: dict[str, Any],
    smtp: dict[str, Any],
    passwords: dict[str, str],
    since: date,
    name: str = "",
    store: str = "web",
    more: dict[str, Any] | None = None,
) -> Channel:
    """This will set up a mailbox: mails that came on `since` or later become cases, answers leave from its address.

    `imap`: host, port, tls, user, folder; `smtp`: host, port, tls, user; `passwords`: imap_password, smtp_password;
    `more`: poll_seconds, trust_authserv, list_id, acknowledgements_an_hour.

    Raises: BadMailbox, ChannelTaken
    """
    try:
        address = normalise_email(address)
        for config in (imap, smtp):
            server(config, "")
    except (NotAnEmail, KeyError, ValueError) as error:
        raise BadMailbox(f"{BadMailbox.__doc__} ({type(error).__name__}: {error})") from error
    where = Store.objects.filter(code=store, closed_at=None).first()
    if where is None:
        raise BadMailbox(f"There is no store {store!r}.")
    return add_channel(
        code=slugify(address.replace("@", "-at-").replace(".", "-"))[:40],
        kind="email",
        names={"zh-Hans": name or address},
        store=where,
        config={"address": address, "imap": imap, "smtp": smtp, "since": since.isoformat(), **(more or {})},
        secrets=passwords,
    )


def try_mailbox(channel: Channel, *, real_now: datetime) -> list[Step]:
    """This will sign in both ways, look into the folder, and note at the channel what was seen."""
    return try_channel(channel.id, real_now=real_now)


def attempt(channel: Channel, _real_now: datetime) -> list[Step]:
    """How signing in both ways goes."""
    return [_try_imap(channel), _try_smtp(channel)]


def _try_imap(channel: Channel) -> Step:
    try:
        with open_folder(mailbox_of(channel)) as folder:
            return Step("imap", True, f"{len(folder.uids())} mails, UIDVALIDITY {folder.validity}")
    except (MailboxTrouble, BadMailbox) as trouble:
        return Step("imap", False, str(trouble))


def _try_smtp(channel: Channel) -> Step:
    try:
        with signed_in(mailbox_of(channel).smtp) as smtp:
            code, _words = smtp.noop()
            return Step("smtp", code == 250, f"NOOP {code}")
    except (NotCarried, BadMailbox) as trouble:
        if isinstance(trouble, NotCarried):
            return Step("smtp", False, trouble.reason, trouble.detail)
        return Step("smtp", False, str(trouble))
