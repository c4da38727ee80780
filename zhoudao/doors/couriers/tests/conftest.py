"""A courier service that really listens, and returns to be fetched."""

import ipaddress
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.couriers import port, sending
from zhoudao.doors.couriers.kinds.kuaidi100.fake import Platform, running
from zhoudao.ground.installation import clock
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.queries.pickups import due_pickups
from zhoudao.rooms.pickups.tests.fetching import NEXT_DAY, ready

FORM = "application/x-www-form-urlencoded"


class Yard:
    """A shop whose returns are fetched through the platform, and the moments at which it is asked."""

    def __init__(self, platform: Platform) -> None:
        self.platform, self.ahead = platform, timedelta()

    def serve(self, **more: Any) -> CourierService:
        """The platform is set up, and where its couriers bring things."""
        return ready(**{"config": self.platform.config, "secrets": self.platform.secrets} | more)

    def real(self) -> datetime:
        """The real moment, and what the test has let pass."""
        return datetime.now(UTC) + self.ahead

    def work(self, *, hours: float = 0) -> int:
        """After some hours, all that is due is told or asked; returns how many were."""
        self.ahead += timedelta(hours=hours)
        return sum(sending.send(one, real_now=self.real) for one in due_pickups(self.real(), limit=1_000))

    def hear(self, pickup: Pickup, status: int, **more: Any) -> int:
        """It tells of a pick-up in this state of theirs; returns the status that is answered with."""
        body = self.platform.body(pickup.number, status, **more)
        answer = Client().post(f"/hooks/couriers/kd/{pickup.number}/", body, content_type=FORM)
        return answer.status_code


def now(pickup: Pickup) -> Pickup:
    """It as it is now."""
    return Pickup.objects.select_related("request").get(id=pickup.id)


@pytest.fixture(autouse=True)
def _quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1")]
    monkeypatch.setattr(port, "SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: NEXT_DAY)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running(Platform()) as platform:
        yield platform


@pytest.fixture
def yard(platform: Platform) -> Yard:
    return Yard(platform)


def moods(*said: str) -> Callable[[str], str]:
    """One mood after the other; then calm for good."""
    left = list(said)
    return lambda _method: left.pop(0) if left else ""
