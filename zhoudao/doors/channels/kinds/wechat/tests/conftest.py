"""An official account at a platform that speaks HTTP, and its followers."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.channels import inbound, outbound, wiring
from zhoudao.doors.channels.kinds.wechat import fake
from zhoudao.doors.channels.kinds.wechat.files import fetch_late
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import Upload, reply
from zhoudao.rooms.conversations.commands.channels import Change, set_up_channel
from zhoudao.rooms.conversations.models import Channel, Delivery, Message

ADMIN = By("user:0190a0a0-0000-7000-8000-000000000009")
AGENT = By("user:0190a0a0-0000-7000-8000-000000000001")
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
told = fake.told


@dataclass
class Line:
    """The account's channel and the platform."""

    channel: Channel
    platform: fake.Platform
    browser: Client = field(default_factory=Client)
    ahead: timedelta = timedelta()

    @property
    def path(self) -> str:
        return f"/hooks/{self.channel.code}/"

    def hears(self, xml: bytes, *, at: datetime | None = None) -> dict[str, str]:
        """The platform calls once; what it is told to answer."""
        answer = self.posts(*self.platform.packed(xml, at=at))
        assert answer.status_code == 200, answer.content
        return self.platform.understood(answer.content)

    def posts(self, asked: dict[str, str], body: bytes) -> Any:
        return self.browser.post(self.path, body, content_type="text/xml", query_params=asked)

    def reads(self) -> list[Delivery]:
        for delivery_id in Delivery.objects.filter(status="received").values_list("id", flat=True):
            inbound.parse_delivery(delivery_id, at=clock.now(), real_now=datetime.now(UTC) + self.ahead)
        return list(Delivery.objects.filter(channel=self.channel).order_by("received_at"))

    def takes(self, xml: bytes) -> Message:
        """A message is heard and read."""
        self.hears(xml)
        self.reads()
        return Message.objects.filter(direction="in").latest("created_at")

    def works(self) -> None:
        """What jobs and subscribers do, once around."""
        self.reads()
        dispatch.drain()
        self.sends()

    def sends(self) -> None:
        for message_id in Message.objects.filter(status__in=["queued", "sending"]).values_list("id", flat=True):
            outbound.deliver_reply(message_id, at=clock.now(), real_now=datetime.now(UTC) + self.ahead)

    def fetches(self, message: Message) -> Message:
        fetch_late(message.id, at=clock.now(), real_now=datetime.now(UTC) + self.ahead)
        message.refresh_from_db()
        return message

    def answers(self, message: Message, text: str, uploads: Sequence[Upload] = ()) -> Message:
        made = reply(
            conversation_id=message.conversation_id,
            text=text,
            uploads=uploads,
            by=AGENT,
            author_name="李娜",
            at=clock.now(),
            real_now=datetime.now(UTC),
        )
        self.sends()
        made.refresh_from_db()
        return made


def make_line(platform: fake.Platform, *, code: str = "gzh", **config: str) -> Line:
    wiring.wire()
    web, _ = Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    secrets = {"app_secret": platform.app_secret, "token": platform.token}
    change = Change(
        names={"zh-Hans": "公众号"},
        store=web,
        config={"app_id": platform.app_id, "platform": platform.url, **config},
        secrets=secrets | ({"aes_key": platform.aes_key} if platform.aes_key else {}),
    )
    return Line(set_up_channel(code=code, kind="wechat", change=change, at=clock.now(), by=ADMIN), platform)


@pytest.fixture
def platform(settings: Any) -> Iterator[fake.Platform]:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    with fake.running(fake.Platform()) as one:
        yield one


@pytest.fixture
def line(db: None, platform: fake.Platform) -> Line:
    """In plain, and without waiting for numbers."""
    return make_line(platform, acknowledges="no")


@pytest.fixture
def safe_line(db: None, platform: fake.Platform) -> Line:
    """In the safe mode."""
    platform.aes_key = AES_KEY
    return make_line(platform, acknowledges="no")
