"""One at a time for one number: what is said of a parcel, and its appearing, do not pass each other unseen."""

import hashlib
from collections.abc import Iterable

from django.db import connection

from zhoudao.rooms.parcels.commands.labels import Label


def lock_numbers(labels: Iterable[Label]) -> None:
    """This will hold these carriers' numbers until the transaction ends; before any order is locked."""
    keys = sorted({_key(one) for one in labels if one.tracking_number})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [keys])


def _key(label: Label) -> int:
    words = f"parcel\0{label.carrier}\0{label.tracking_number}"
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], signed=True)
