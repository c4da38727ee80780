"""The schema an empty database begins with: of which migrations it is, and where it is not laid."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from zhoudao.config import schema

ROOT = Path(__file__).resolve().parent.parent


def head() -> dict[str, list[tuple[str, str]]]:
    """What the schema says of itself."""
    found: dict[str, list[tuple[str, str]]] = json.loads(
        gzip.decompress(schema.PATH.read_bytes()).split(b"\n", 1)[0].removeprefix(b"-- ")
    )
    return found


def test_the_schema_is_of_the_migrations_that_are_here_and_not_far_behind() -> None:
    named = [(app, name) for app, name in head()["migrations"]]
    assert schema.digest(named) == head()["digest"], "a migration it stands for was changed: make schema"
    newer = set(MigrationLoader(None).disk_migrations) - set(named)
    assert len(newer) <= 60, "an empty database waits long again: make schema"


@pytest.mark.django_db
def test_the_tests_themselves_began_with_it_and_then_migrated_the_rest() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        applied = cursor.fetchall()
        assert applied[: len(head()["migrations"])] == [(app, name) for app, name in head()["migrations"]]
        cursor.execute("SELECT max(applied) = min(applied) FROM (SELECT applied FROM django_migrations LIMIT 100) s")
        assert cursor.fetchone() == (True,), "laid at once"
        cursor.execute(
            "SELECT cursor_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM eventlog_subscription"
        )
        assert cursor.fetchall() == [(True,)], "who listens from now on skips nothing of this database"


@pytest.mark.django_db
def test_where_anything_is_already_it_is_not_laid() -> None:
    assert schema.lay(connection) is False


def test_of_a_migration_that_is_not_here_there_is_no_digest() -> None:
    assert schema.digest([("cases", "0001_initial"), ("cases", "9999_tomorrow")]) == ""
    assert schema.digest([("nowhere", "0001_initial")]) == ""


@pytest.mark.soak
def test_it_is_what_the_migrations_make_one_after_the_other() -> None:
    command = [sys.executable, ROOT / "tools/schema.py", "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
