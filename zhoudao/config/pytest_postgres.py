"""Pytest plugin: one throw-away PostgreSQL for a test run, shared by all its workers.

Tests run as the application's role, so that what guards the tables from it holds in tests too. The owner makes
the tables, and empties them after a test with real transactions.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from psycopg import sql

from zhoudao.config import postgres

_HOME = "ZHOUDAO_HOME"
_MADE_BY_MIGRATING = ["django_content_type", "auth_permission"]  # as Django makes anew what it flushed of them
_QUEUE = ["procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers"]


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """This will start the server before Django's settings are read; workers inherit its address."""
    folder = Path(tempfile.mkdtemp(prefix="zhoudao-test-"))
    os.environ[_HOME] = str(folder)
    early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["ZHOUDAO_POOL"] = "0"
    if not os.environ.get("DATABASE_URL"):
        folder.chmod(0o755)
        cluster = postgres.Cluster(folder, fast=True)
        early_config.add_cleanup(cluster.stop)
        cluster.start()
        _let_tests_make_databases(cluster)
        os.environ |= cluster.environment()
    os.environ["ZHOUDAO_EMBEDDED"] = "1"  # keys for the tests are made, as on a first start
    return (yield)


def _let_tests_make_databases(cluster: postgres.Cluster) -> None:
    with psycopg.connect(cluster.urls()[postgres.SUPERUSER], autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {postgres.OWNER} CREATEDB")
        connection.execute(f"ALTER ROLE {postgres.APPLICATION} NOINHERIT")
        connection.execute(f"GRANT {postgres.OWNER} TO {postgres.APPLICATION}")  # only by SET ROLE, see `_as_owner`
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {postgres.OWNER}")  # see `_emptied`


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The tables belong to the owner; the tests are the application."""
    from django.db import connection
    from django.test import TransactionTestCase
    from django.test.utils import setup_databases, teardown_databases

    from zhoudao.config.migrating import grant

    application = connection.settings_dict["USER"]
    with django_db_blocker.unblock(), _connected_as_owner(connection):
        made = setup_databases(verbosity=0, interactive=False)
        grant(application)
    with pytest.MonkeyPatch.context() as patch:
        flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django's own, not in its stubs
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _as_owner(connection, flush, case))
        yield
    with django_db_blocker.unblock(), _connected_as_owner(connection):
        teardown_databases(made, verbosity=0)


@contextlib.contextmanager
def _connected_as_owner(connection: Any) -> Iterator[None]:
    from django.conf import settings

    from zhoudao.config.settings import _database

    owner = _database(settings.DATABASE_OWNER_URL)
    role = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict |= {name: owner[name] for name in role}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= role


@pytest.fixture
def analyse(db: None) -> Callable[[str], None]:
    """Counts a table, as its owner: the application's role may not, and says so only in a warning. Until the test ends
    nobody counts it again beside it.
    """
    from django.conf import settings
    from django.db import connection

    owner = unquote(urlsplit(settings.DATABASE_OWNER_URL).username or "")

    def count(table: str) -> None:
        _within_as(owner, f"ANALYZE {connection.ops.quote_name(table)}")

    return count


@pytest.fixture
def never_filled(db: None) -> Callable[[str], None]:
    """Makes a table, and what hangs on it, as one that never held a row, until the test ends. Pages that earlier tests
    filled and rolled back are counted by the planner: with none of them alive it believes in one row for ever.
    """
    from django.conf import settings
    from django.db import connection

    owner = unquote(urlsplit(settings.DATABASE_OWNER_URL).username or "")

    def empty(table: str) -> None:
        _within_as(owner, f"TRUNCATE {connection.ops.quote_name(table)} CASCADE")

    return empty


def _within_as(owner: str, statement: str) -> None:
    """Does what is the owner's right, within the test's transaction."""
    from django.db import connection

    assert connection.in_atomic_block, "outside a transaction the role is not taken, and nothing is done"
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(owner)}")
        cursor.execute(statement)
        cursor.execute("RESET ROLE")


def _as_owner(connection: Any, flush: Any, case: Any) -> None:
    """Emptying tables is the owner's right."""
    from django.conf import settings

    owner = unquote(urlsplit(settings.DATABASE_OWNER_URL).username or "")
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {connection.ops.quote_name(owner)}")
    try:
        if not _emptied(connection):
            flush(case)
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(_QUEUE)}")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def _emptied(connection: Any) -> bool:
    """Whether only what a test filled could be emptied: a tenth of the time it takes to truncate every table.

    The queue's tables aren't Django's to name, so they are named here: a job left by one test is another's surprise.
    A server of somebody else's may not let its owner delete past keys and guards; there Django truncates all.
    """
    ours = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        if cursor.fetchone() != (True,):
            return False
        cursor.execute(
            """
            SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relname = ANY (%s) AND relname != ALL (%s) AND pg_relation_size(oid) > 0
            """,
            [ours + _QUEUE, _MADE_BY_MIGRATING],
        )
        filled = [sql.SQL("DELETE FROM {};").format(sql.Identifier(name)) for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(sql.Composed([*filled, sql.SQL("SELECT")]))
        finally:
            cursor.execute("RESET session_replication_role")
    return True
