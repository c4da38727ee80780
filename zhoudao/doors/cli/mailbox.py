"""`zhoudao mailbox add|list|test`: mailboxes that are read and answered from.

Passwords come from MAILBOX_PASSWORD (and SMTP_PASSWORD, where sending has its own) or are asked for; never from the
command line, where others see them.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Protocol

from zhoudao.doors.cli import Refused


class Mailboxes(Protocol):
    """What the mail door can do; the roof hands it in."""

    @property
    def add_mailbox(self) -> Callable[..., Any]:
        """This will set one up. Raises: ValueError"""

    @property
    def try_mailbox(self) -> Callable[..., list[Any]]:
        """This will sign in both ways: [Step(name, is_good, seen)]."""


_door: list[Mailboxes] = []


def serve(mailboxes: Mailboxes) -> None:
    """This will have the commands done by `mailboxes`."""
    _door[:] = [mailboxes]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `mailbox add`, `mailbox list` and `mailbox test`."""
    mailbox = subparsers.add_parser("mailbox", help="mailboxes that are read and answered from", description=__doc__)
    actions = mailbox.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="have a mailbox read, and answer from its address")
    _add_arguments(adding)
    adding.set_defaults(run=add)
    listing = actions.add_parser("list", help="mailboxes and how they fare")
    listing.add_argument("--json", action="store_true", help="one JSON list for programs")
    listing.set_defaults(run=list_mailboxes)
    testing = actions.add_parser("test", help="sign in both ways and say what was seen")
    testing.add_argument("code", help="the mailbox's code, see `mailbox list`")
    testing.set_defaults(run=test)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", required=True, help="the address customers write to")
    for kind, port in (("imap", 993), ("smtp", 465)):
        parser.add_argument(f"--{kind}-host", required=True)
        parser.add_argument(f"--{kind}-port", type=int, default=port)
        parser.add_argument(f"--{kind}-tls", choices=["ssl", "starttls", "none"], default="ssl")
        parser.add_argument(f"--{kind}-user", help="who signs in (the address)")
    parser.add_argument("--folder", default="INBOX")
    parser.add_argument("--since", type=date.fromisoformat, help="take mails that came on this day or later (today)")
    parser.add_argument("--store", default="web", help="the store its cases belong to")
    parser.add_argument("--name", default="", help="the sender's name customers see")
    parser.add_argument("--trust-authserv", default="", help="whose Authentication-Results prove a sender (DMARC)")
    parser.add_argument("--poll-seconds", type=int, default=20)


def add(given: argparse.Namespace) -> int:
    """Sets up the mailbox and tries it."""
    from zhoudao.rooms.conversations.commands.channels import ChannelTaken

    password = os.environ.get("MAILBOX_PASSWORD") or getpass.getpass(f"Password of {given.address}: ")
    try:
        channel = _door[0].add_mailbox(
            address=given.address,
            imap=_server(given, "imap") | {"folder": given.folder},
            smtp=_server(given, "smtp"),
            passwords={"imap_password": password, "smtp_password": os.environ.get("SMTP_PASSWORD") or password},
            since=given.since or datetime.now(UTC).date(),
            name=given.name,
            store=given.store,
            more={"trust_authserv": given.trust_authserv, "poll_seconds": given.poll_seconds},
        )
    except (ValueError, ChannelTaken) as refusal:
        raise Refused(str(refusal)) from refusal
    print(f"{channel.code}: {given.address}")
    return _tried(channel)


def list_mailboxes(given: argparse.Namespace) -> int:
    """Prints the mailboxes: code, address, when last read, what is wrong."""
    from zhoudao.rooms.conversations.models import Channel

    rows = [
        {
            "code": channel.code,
            "address": channel.config.get("address", ""),
            "is_active": channel.is_active,
            "seen_at": channel.state.get("seen_at"),
            "error": channel.state.get("error", ""),
            "counts": channel.state.get("counts"),
        }
        for channel in Channel.objects.filter(kind="email").order_by("code")
    ]
    if given.json:
        json.dump(rows, sys.stdout, ensure_ascii=False)
        print()
    for row in [] if given.json else rows:
        print(f"{row['code']}  {row['address']}  {row['seen_at'] or 'never read'}  {row['error'] or 'ok'}")
    return 0


def test(given: argparse.Namespace) -> int:
    """Tries a mailbox; 1 when something does not work."""
    from zhoudao.rooms.conversations.models import Channel

    channel = Channel.objects.filter(kind="email", code=given.code).first()
    if channel is None:
        raise Refused(f"There is no mailbox {given.code!r}.")
    return _tried(channel)


def _tried(channel: Any) -> int:
    steps = _door[0].try_mailbox(channel, real_now=datetime.now(UTC))
    for step in steps:
        print(f"{step.name}: {'works' if step.is_good else 'does not work'}: {step.seen} {step.detail}".rstrip())
    return 0 if all(step.is_good for step in steps) else 1


def _server(given: argparse.Namespace, kind: str) -> dict[str, Any]:
    names = ("host", "port", "tls", "user")
    found: dict[str, Any] = {name: getattr(given, f"{kind}_{name}") for name in names}
    return found | {"user": found["user"] or given.address}
