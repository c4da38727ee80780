"""A payment service that really listens, and refunds for it."""

import ipaddress
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from zhoudao.doors.payments import port, sending
from zhoudao.doors.payments.kinds.wechatpay.fake import Platform, running
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.services import add_service
from zhoudao.rooms.aftersales.models import PaymentService, Refund
from zhoudao.rooms.aftersales.queries.sending import due_refunds
from zhoudao.rooms.aftersales.tests.returns import A_DAY, BY, TEN, asked, delivered, found, here
from zhoudao.rooms.orders.models import Order


class Till:
    """A shop whose orders were paid through the platform, and the moments at which it is asked."""

    def __init__(self, platform: Platform) -> None:
        self.platform, self.ahead = platform, timedelta()
        self.heard: set[UUID] = set()

    def serve(self, **more: Any) -> PaymentService:
        """The platform is set up as the service of everything."""
        given: dict[str, Any] = {"code": "wx", "kind": "wechatpay", "by": BY, "at": TEN}
        return add_service(**given | {"config": self.platform.config, "secrets": self.platform.secrets} | more)

    def order(self, **more: Any) -> Order:
        """An order that was paid through the platform."""
        order = delivered(**more)
        self.platform.payments[order.external_number] = order.total_minor
        return order

    def refund(self, order: Order | None = None, counts: dict[int, int] | None = None) -> Refund:
        """An approved refund: one chair, unless said otherwise, came back as new."""
        request = asked(order or self.order(), counts)
        here(request)
        skus: dict[str, int] = {}
        for sku in request.pieces.values_list("order_line__sku", flat=True):
            skus[sku] = skus.get(sku, 0) + 1
        found(request, *(Finding(sku, count, "as_new", "restock") for sku, count in skus.items()))
        refund = Refund.objects.get(request=request)
        assert refund.state == "approved", refund.state
        return refund

    def hear(self, most: int = 1_000) -> None:
        """So many approvals reach the door, each once, as the event log hands them on."""
        fresh = Event.objects.filter(type__in=sending.TYPES).exclude(id__in=self.heard).order_by("id")
        for event in fresh[:most]:
            self.heard.add(event.id)
            sending.on_event(event)

    def real(self) -> datetime:
        """The real moment, and what the test has let pass."""
        return datetime.now(UTC) + self.ahead

    def work(self, *, hours: float = 0) -> int:
        """After some hours, all that is due is sent or asked about; returns how many were."""
        self.ahead += timedelta(hours=hours)
        return sum(sending.send(one, real_now=self.real) for one in due_refunds(self.real(), limit=1_000))

    def checked(self, refund: Refund) -> Refund:
        """A refund as it is now, once what was to be checked was."""
        sending.check(refund.id, real_now=self.real)
        return Refund.objects.get(id=refund.id)


@pytest.fixture(autouse=True)
def _quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1")]
    monkeypatch.setattr(port, "SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: TEN + 5 * A_DAY)


@pytest.fixture(scope="session")
def keys() -> Platform:
    """Its keys, made once: they take a while."""
    return Platform()


@pytest.fixture
def platform(keys: Platform) -> Iterator[Platform]:
    own: dict[str, Any] = {"key": keys.key, "merchant_key": keys.merchant_key, "sealing_key": keys.sealing_key}
    with running(Platform(hold_seconds=1.0, **own)) as platform:
        yield platform


@pytest.fixture
def till(platform: Platform) -> Till:
    return Till(platform)


Moods = Callable[..., Any]


def moods(*said: str) -> Moods:
    """One mood after the other; then calm for good."""
    left = list(said)
    return lambda _method, _number: left.pop(0) if left else ""
