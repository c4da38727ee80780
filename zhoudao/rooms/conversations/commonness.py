"""How common grams are, as the database last counted when it analysed its rows."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import connection

_COUNTED = """
    SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
    WHERE schemaname = current_schema() AND tablename = 'conversations_message' AND attname = 'search'
"""
_SECONDS = 3600


def rarest(grams: Sequence[str], most: int, *, at: datetime) -> tuple[str, ...]:
    """The rarest of them: looking for all twenty pieces of a sentence costs more than reading what has these few."""
    if len(grams) <= most:
        return tuple(grams)
    shares = _shares(int(at.timestamp()) // _SECONDS)
    return tuple(sorted(grams, key=lambda gram: shares.get(gram, 0.0))[:most])


@lru_cache(maxsize=1)
def _shares(hour: int) -> dict[str, float]:
    """The share of messages that have each of the thousand commonest (one statement an hour)."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        row = cursor.fetchone()
    return dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}
