"""A shop with a mailbox, and people who write to it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest

from zhoudao.doors.channels import inbound, outbound, wiring
from zhoudao.doors.channels.kinds.email import polling
from zhoudao.doors.channels.kinds.email.mailboxes import add_mailbox
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import accept_raw
from zhoudao.rooms.conversations.models import Channel, Delivery, Message

DESK = "service@shop.example"
LONG_AGO = date(2020, 1, 1)


def written(
    text: str = "洗衣机漏水，一直没人来。",
    *,
    sender: str = "王小姐 <wang@example.com>",
    message_id: str = "<1@example.com>",
    subject: str = "洗衣机漏水",
    **headers: str,
) -> EmailMessage:
    """A mail to the desk, as a mail program writes it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, DESK, subject, message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@dataclass
class Desk:
    """The mailbox's side: what comes in is read, what is queued leaves."""

    channel: Channel
    imap: servers.ImapServer | None = None
    out: servers.Outgoing = field(default_factory=servers.Outgoing)
    ahead: timedelta = timedelta()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def gets(self, mail: EmailMessage | bytes, *, key: str = "", size: int | None = None) -> Delivery:
        """A mail arrives and is read at once, without a server."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        name = key or f"INBOX/1/{Delivery.objects.count() + 1}"
        delivery = accept_raw(channel=self.channel, key=name, raw=raw, at=clock.now(), size=size)
        self.reads()
        delivery.refresh_from_db()
        return delivery

    def reads(self) -> None:
        for delivery_id in Delivery.objects.filter(status="received").values_list("id", flat=True):
            inbound.parse_delivery(delivery_id, at=clock.now(), real_now=self.now)

    def sends(self) -> None:
        waiting = Message.objects.filter(status__in=["queued", "sending"]).order_by("created_at")
        for message_id in waiting.values_list("id", flat=True):
            outbound.deliver_reply(message_id, at=clock.now(), real_now=self.now)

    def polls(self) -> int:
        return polling.poll(self.channel.id, at=clock.now(), real_now=self.now)

    def works(self) -> None:
        """Everything that jobs and subscribers do, once around."""
        self.polls()
        self.reads()
        dispatch.drain()
        self.sends()


@pytest.fixture(scope="session")
def imap_server() -> Iterator[servers.ImapServer]:
    if servers.DOVECOT is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("Dovecot is not installed, and REQUIRE_ALL=1 allows no skip.")
        pytest.skip("NOT TESTED: mail against a real IMAP server (dovecot is not installed)")
    with servers.dovecot() as server:
        yield server


@pytest.fixture
def smtp_server() -> Iterator[servers.Outgoing]:
    with servers.outgoing() as sink:
        yield sink


def make_channel(imap_port: int = 1, smtp_port: int = 1, address: str = DESK) -> Channel:
    Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    return add_mailbox(
        address=address,
        imap={"host": "127.0.0.1", "port": imap_port, "tls": "none", "user": address},
        smtp={"host": "127.0.0.1", "port": smtp_port, "tls": "none"},
        passwords={"imap_password": servers.PASSWORD},
        since=LONG_AGO,
        name="和风家居",
        more={"trust_authserv": "mx.shop.example"},
    )


@pytest.fixture
def desk(db: None) -> Desk:
    wiring.wire()
    return Desk(make_channel())


@pytest.fixture
def sending_desk(db: None, smtp_server: servers.Outgoing) -> Desk:
    wiring.wire()
    return Desk(make_channel(smtp_port=smtp_server.port), out=smtp_server)
