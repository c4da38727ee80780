"""A connection of its own that hears NOTIFY: pooled connections would keep listening for the next user."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings

CHANNEL = "zhoudao_events"


def parameters() -> dict[str, Any]:
    """What psycopg needs to reach the product's database."""
    database = settings.DATABASES["default"]
    named = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
    }
    return {key: value for key, value in named.items() if value}


@contextmanager
def listening(channel: str = CHANNEL) -> Iterator[psycopg.Connection[Any]]:
    """A connection that listens; iterate its `notifies(timeout=…)`."""
    with psycopg.connect(autocommit=True, **parameters()) as raw:
        raw.execute(f"LISTEN {channel}")
        yield raw
