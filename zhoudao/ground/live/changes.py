"""Changes that are no events, told to open pages all the same: what we only judge did not happen."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from zhoudao.ground.eventlog.listening import CHANNEL


def tell_cases_changed(case_ids: Sequence[UUID]) -> None:
    """This will have open pages draw these cases anew once the transaction commits (one statement)."""
    if case_ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, '|case|' || id) FROM unnest(%s::uuid[]) AS id", [CHANNEL, list(case_ids)]
            )
