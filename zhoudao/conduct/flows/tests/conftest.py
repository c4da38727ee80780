"""The bench every test here works at."""

from typing import Any

import pytest

from zhoudao.conduct.flows.tests.bench import Bench, a_bench


@pytest.fixture
def bench(settings: Any) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    return a_bench()
