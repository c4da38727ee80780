"""A shop with somebody signed in, and its clock where the shop's is."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases import handlers
from zhoudao.rooms.cases.tests.shop import Shop, open_shop


@pytest.fixture
def shop(db: None, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Open, ten in the morning; doors read the shop's own clock.

    The dispatcher sees only what is committed, and these tests commit nothing: cases hear their events directly.
    """
    heard: set[UUID] = set()

    def hear() -> None:
        while events := list(Event.objects.filter(type__in=handlers.TYPES).exclude(id__in=heard).order_by("id")):
            for event in events:
                heard.add(event.id)
                with transaction.atomic():
                    handlers.on_event(event)

    monkeypatch.setattr(dispatch, "drain", hear)
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


@pytest.fixture
def sign_in(shop: Shop) -> Callable[[str], Client]:
    """A browser in which this colleague is signed in."""

    def enter(name: str) -> Client:
        client = Client()
        client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return enter
