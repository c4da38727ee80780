"""Fixtures of the whole test suite; the database server itself is started by the plugin named in pyproject.toml."""

import math
from collections.abc import Iterator

import pytest
from django.utils import timezone, translation

from zhoudao.config.pytest_postgres import django_db_setup
from zhoudao.kit import kept

__all__ = ["django_db_setup"]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a process read in one test isn't there in the next; and none grows old while a test counts statements."""
    for values in kept.EVERY:
        values.forget()
        values.seconds = math.inf


@pytest.fixture(autouse=True)
def nobodys_language() -> Iterator[None]:
    """A page read in a test leaves its reader's language and zone to the thread: the next test begins without."""
    translation.deactivate()
    timezone.deactivate()
    yield
    translation.deactivate()
    timezone.deactivate()
