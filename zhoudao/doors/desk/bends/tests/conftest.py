"""A case that walks a flow, and whoever bends it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhoudao.conduct.flows.tests.bench import Bench, a_bench
from zhoudao.ground.installation import clock


@pytest.fixture
def bench(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    bench = a_bench()
    monkeypatch.setattr(clock, "shown", lambda real: bench.now)
    return bench


@pytest.fixture
def sign_in(bench: Bench) -> Callable[[str], Client]:
    """A browser in which this colleague is signed in."""

    def enter(name: str) -> Client:
        client = Client()
        client.force_login(bench.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return enter
