"""`/readyz` says "migrated" only of a database that has every migration of this version."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from zhoudao.config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _not_yet_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def test_the_names_are_those_django_finds() -> None:
    assert health._known_migrations() == set(MigrationLoader(connection).disk_migrations)


def test_a_whole_database_is_migrated(client: Client) -> None:
    assert client.get("/readyz").json()["checks"]["migrations"] is True


def test_a_database_that_lacks_one_is_not(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name LIKE '0002%%'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] is False
