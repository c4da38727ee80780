"""`migrate`, which begins an empty database from what the migrations have made once already."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from zhoudao.config import schema


class Command(Migrate):
    """Django's own, after the schema was laid into an empty database; what is newer than it is migrated as ever."""

    def handle(self, *labels: Any, **options: Any) -> str | None:
        """This will lay the schema only where everything is to be migrated, to its end, for real."""
        if not (options["app_label"] or options["plan"] or options["check_unapplied"] or options["fake"]):
            schema.lay(connections[options["database"]])
        return super().handle(*labels, **options)
