"""Sources of each kind, and what they send."""

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.tracking.port import readers
from zhoudao.ground.installation import clock
from zhoudao.rooms.parcels.commands.reports import read_reports
from zhoudao.rooms.parcels.commands.sources import add_source
from zhoudao.rooms.parcels.models import TrackingSource
from zhoudao.rooms.parcels.tests.depot import BY, TEN

Add = Callable[..., TrackingSource]


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1")]


@pytest.fixture
def add() -> Add:
    def made(code: str, kind: str, secrets: dict[str, str], **more: Any) -> TrackingSource:
        return add_source(code=code, kind=kind, secrets=secrets, by=BY, at=TEN, **more)

    return made


def post(code: str, body: bytes, headers: dict[str, str], content_type: str = "application/json") -> int:
    """The status that a report is answered with."""
    answer = Client().post(f"/hooks/tracking/{code}/", body, content_type=content_type, headers=headers)
    return answer.status_code


def read_all() -> int:
    """This will read what came."""
    return read_reports(readers(), now=clock.now)
