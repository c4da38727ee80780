"""A shop whose other systems listen on loopback."""

import ipaddress
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from zhoudao.doors.webhooks.posting import post
from zhoudao.doors.webhooks.tests.receiver import Receiver, running
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.reading import log_end
from zhoudao.ground.webhooks.commands.handing_on import hand_on
from zhoudao.ground.webhooks.commands.managing import Terms, add_webhook
from zhoudao.ground.webhooks.commands.sending import claim_next, note_outcome
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.queries import behind, due
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

OPENED = "cases.CaseOpened"


@dataclass
class Post:
    """The shop and how its webhooks are worked off, at a real time of the test's own."""

    shop: Shop
    ahead: timedelta = timedelta()
    rng: Random = field(default_factory=lambda: Random(7))

    @property
    def real(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def add(self, url: str, *types: str, store: Store | None = None, at_once: int = 1) -> tuple[Webhook, str]:
        settled()
        terms = Terms(url, types or (OPENED,), "till", store.id if store else None, at_once)
        return add_webhook(terms=terms, viewer=self.shop.viewer("admin"), at=self.shop.now, real_now=self.real)

    def connect(self, receiver: Receiver, *types: str, store: Store | None = None, at_once: int = 1) -> Webhook:
        webhook, secret = self.add(receiver.url, *types, store=store, at_once=at_once)
        receiver.secrets.append(secret)
        return webhook

    def hand_on(self) -> None:
        settled()
        for webhook_id in behind():
            hand_on(webhook_id, real_now=self.real)

    def work(self) -> int:
        """One round: what happened is noted, what is due now is posted; returns how much was."""
        self.hand_on()
        return sum(self._work_off(webhook_id) for webhook_id, _at_once in due(self.real))

    def _work_off(self, webhook_id: UUID) -> int:
        posted = 0
        while claimed := claim_next(webhook_id, real_now=self.real):
            note_outcome(claimed, post(claimed), at=self.shop.now, real_now=self.real, rng=self.rng)
            posted += 1
        return posted


def settled() -> None:
    """Waits out transactions beside this test's, also of other tests' databases: nobody reads the log beyond them."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(xid), 0) FROM eventlog_event")
            (newest,) = cursor.fetchone()
        if newest < log_end():
            return
        time.sleep(0.01)


@pytest.fixture
def post_office(settings: Any) -> Post:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    return Post(open_shop())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running(Receiver()) as listening:
        yield listening


def states(webhook: Webhook) -> list[str]:
    return list(Sending.objects.filter(webhook=webhook).order_by("id").values_list("state", flat=True))
