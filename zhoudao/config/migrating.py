"""Bringing the database to this version: the owner migrates, the application gets what it needs and no more."""

import io
import os
import sys
from urllib.parse import unquote, urlsplit

from zhoudao.config.postgres import EXTENSIONS


def migrate() -> None:
    """This will migrate as the owner and grant the application's role reading and writing of rows, not of tables."""
    application = unquote(urlsplit(os.environ["DATABASE_URL"]).username or "")
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    import django
    from django.core.management import call_command

    django.setup()
    _extend()
    call_command("migrate", interactive=False, verbosity=1, no_color=True, stdout=_Counted())
    grant(application)


def grant(role: str) -> None:
    """This will let `role` use every table and sequence the connected owner has or will have."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (role,):
            return  # one role does both: nothing to grant
        name = connection.ops.quote_name(role)
        rights = [
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE, SELECT, UPDATE", "SEQUENCES"),
        ]
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        for right, what in rights:
            cursor.execute(f"GRANT {right} ON ALL {what} IN SCHEMA public TO {name}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {right} ON {what} TO {name}")


def is_behind() -> bool:
    """Whether this version has migrations the connected database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


class _Counted(io.StringIO):
    """Django's long list of migrations as one line that counts."""

    done = 0

    def write(self, text: str) -> int:
        if "OK" in text:
            self.done += 1
            if sys.stdout.isatty() or self.done % 25 == 0:
                print(f"  {self.done} migrations applied", end="\r" if sys.stdout.isatty() else "\n", flush=True)
        return len(text)


def _extend() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
        for extension in EXTENSIONS:
            if extension not in present:
                cursor.execute(f"CREATE EXTENSION {connection.ops.quote_name(extension)}")
