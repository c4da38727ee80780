"""The street every test here walks."""

from typing import Any

import pytest

from zhoudao.conduct.pilots.tests.street import Street, open_street
from zhoudao.ground.accounts.models import Grant, User


@pytest.fixture
def street(db: None, settings: Any) -> Street:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    manager = User.objects.create_user(email="gu@example.com", password="x" * 12, name="顾敏")
    Grant.objects.create(user=manager, role="process_manager")
    return open_street(manager)
