"""A mini-program that speaks with us by signed webhook."""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.channels import inbound, outbound, wiring
from zhoudao.doors.channels.kinds.webhook import fake
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.signed_hooks import sign
from zhoudao.rooms.conversations.commands.channels import Change, replace_secret, set_up_channel
from zhoudao.rooms.conversations.models import Channel, Delivery, Message

ADMIN = By("user:0190a0a0-0000-7000-8000-000000000009")


def said(text: str = "订单什么时候到？", **differs: Any) -> dict[str, Any]:
    """A message as the mini-program sends it."""
    return {"sender": {"external_id": "u-7", "name": "王小姐"}, "text": text, **differs}


@dataclass
class Line:
    """The channel and the other system at its other end."""

    channel: Channel
    incoming: str
    other: fake.OtherSystem
    browser: Client = field(default_factory=Client)
    ahead: timedelta = timedelta()

    def posts(
        self, content: Any, id_: str = "msg_1", *, secrets: list[str] | None = None, at: datetime | None = None
    ) -> Any:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = sign(id_, at or datetime.now(UTC), body, [self.incoming] if secrets is None else secrets)
        return self.posts_raw(body, headers)

    def posts_raw(self, body: bytes, headers: dict[str, str]) -> Any:
        return self.browser.post(f"/hooks/{self.channel.code}/", body, content_type="application/json", headers=headers)

    def reads(self) -> list[Delivery]:
        """What arrived, after the jobs have read it."""
        for delivery_id in Delivery.objects.filter(status="received").values_list("id", flat=True):
            inbound.parse_delivery(delivery_id, at=clock.now(), real_now=datetime.now(UTC) + self.ahead)
        return list(Delivery.objects.filter(channel=self.channel).exclude(key__startswith="<").order_by("key"))

    def sends(self) -> None:
        for message_id in Message.objects.filter(status__in=["queued", "sending"]).values_list("id", flat=True):
            outbound.deliver_reply(message_id, at=clock.now(), real_now=datetime.now(UTC) + self.ahead)


@pytest.fixture
def line(db: None, settings: Any) -> Iterator[Line]:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    wiring.wire()
    web, _ = Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    with fake.running(fake.OtherSystem([])) as other:
        change = Change(names={"zh-Hans": "小程序"}, store=web, config={"url": other.url})
        channel = set_up_channel(code="mini", kind="webhook", change=change, at=clock.now(), by=ADMIN)
        made = {
            name: replace_secret(channel.id, name=name, at=clock.now(), real_now=datetime.now(UTC), by=ADMIN)
            for name in ("incoming", "outgoing")
        }
        other.secrets = [made["outgoing"]]
        channel.refresh_from_db()
        yield Line(channel, made["incoming"], other)
