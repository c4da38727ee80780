"""The street with its manager signed in, and the clock where the street's is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhoudao.conduct.pilots.tests.conftest import street
from zhoudao.conduct.pilots.tests.street import Street
from zhoudao.doors.desk.inbox.tests.browser import desk
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.installation import clock

__all__ = ["desk", "sign_in", "street"]


@pytest.fixture
def sign_in(street: Street, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    """A browser in which somebody of this role is signed in; the street's own manager as `process_manager`."""
    monkeypatch.setattr(clock, "shown", lambda real: street.now)

    def enter(role: str = "process_manager") -> Client:
        user = User.objects.filter(grants__role=role).first()
        if user is None:
            user = User.objects.create_user(email=f"{role}@example.com", password="x" * 12, name=role)
            Grant.objects.create(user=user, role=role)
        client = Client()
        client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return enter


@pytest.fixture
def shop(street: Street, settings: Any) -> Street:
    """What the browser's fixture asks for."""
    return street
