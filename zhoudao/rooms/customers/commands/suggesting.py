"""Records that may be one person: found in the background, decided on by people. A shared device is never evidence."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.models import MergeSuggestion, Searched

BATCH = 500
_LAG = timedelta(seconds=5)  # keys are made before they are committed
_BEGINNING = UUID(int=0)
# A number given by more than six customers (a shop's hot line) tells nobody apart.
_PAIRS = """
    WITH fresh AS (
        SELECT id, customer_id, kind, value_index FROM customers_identity
        WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(batch)s
    ), pairs AS (
        SELECT f.customer_id AS one, o.customer_id AS other, f.kind
        FROM fresh f
        JOIN LATERAL (
            SELECT i.customer_id, count(*) OVER () AS owners FROM (
                SELECT customer_id FROM customers_identity
                WHERE value_index = f.value_index AND kind = f.kind LIMIT 8
            ) AS i
        ) AS o ON o.customer_id <> f.customer_id AND o.owners <= 6
        WHERE f.kind IN ('phone', 'email', 'member')
    )
    SELECT (SELECT max(id::text)::uuid FROM fresh), NULL, NULL, NULL
    UNION ALL SELECT NULL, one, other, kind FROM pairs
"""
_KEEP = """
    INSERT INTO customers_mergesuggestion AS s
        (id, first_id, second_id, evidence, status, decided_by, found_at)
    SELECT p.id, p.first, p.second, p.evidence, 'open', '', %(at)s
    FROM unnest(%(ids)s::uuid[], %(firsts)s::uuid[], %(seconds)s::uuid[], %(evidence)s::jsonb[])
         AS p (id, first, second, evidence)
    JOIN customers_customer a ON a.id = p.first AND a.erased_at IS NULL
    JOIN customers_customer b ON b.id = p.second AND b.erased_at IS NULL
    ON CONFLICT (first_id, second_id) DO UPDATE
    SET evidence = s.evidence || excluded.evidence,
        status = CASE WHEN s.status = 'dismissed' THEN 'open' ELSE s.status END,
        found_at = excluded.found_at
    WHERE NOT s.evidence @> excluded.evidence
"""
_SETTLE = """
    UPDATE customers_mergesuggestion SET status = %(status)s, decided_at = %(at)s, decided_by = %(actor)s
    WHERE (first_id = ANY(%(ones)s::uuid[]) AND second_id = ANY(%(others)s::uuid[]))
       OR (first_id = ANY(%(others)s::uuid[]) AND second_id = ANY(%(ones)s::uuid[]))
"""


@transaction.atomic
def suggest_by_identities(*, at: datetime, real_now: datetime) -> int:
    """This will look at identities noted since the last look and suggest who gave the same; returns how many it read.

    Safe to repeat; one runs at a time.
    """
    place, _ = Searched.objects.get_or_create(name="identities", defaults={"last_id": _BEGINNING})
    place = Searched.objects.select_for_update().get(name=place.name)
    before = UUID(int=uuid7(real_now - _LAG).int & ~((1 << 80) - 1))
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"after": place.last_id, "before": before, "batch": BATCH})
        rows = cursor.fetchall()
    suggest(((one, other, kind, "") for _, one, other, kind in rows if one is not None), at=at)
    last = rows[0][0]
    if last is not None:
        place.last_id = last
        place.save(update_fields=["last_id"])
    return len(rows) - 1


def suggest(pairs: Iterable[tuple[UUID, UUID, str, str]], *, at: datetime) -> None:
    """This will keep suggestions: two records, a code of evidence and its detail. New evidence opens a settled one."""
    found: dict[tuple[UUID, UUID], dict[str, str]] = defaultdict(dict)
    for one, other, code, detail in pairs:
        found[min(one, other), max(one, other)][code] = detail
    if not found:
        return
    keys = sorted(found)
    parameters: dict[str, Any] = {
        "ids": [uuid7() for _ in keys],
        "firsts": [first for first, _ in keys],
        "seconds": [second for _, second in keys],
        "evidence": [json.dumps(found[key]) for key in keys],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, parameters)


@transaction.atomic
def dismiss_suggestion(*, suggestion_id: UUID, actor: str, at: datetime) -> bool:
    """This will note that these are two people; only new evidence brings it back. False when it was decided already."""
    open_ones = MergeSuggestion.objects.filter(id=suggestion_id, status="open")
    return bool(open_ones.update(status="dismissed", decided_at=at, decided_by=actor))


def settle(ones: Iterable[UUID], others: Iterable[UUID], *, status: str, actor: str, at: datetime) -> None:
    """This will note what was decided about all suggestions between two persons' records: merged or dismissed."""
    parameters: dict[str, Any] = {
        "ones": list(ones),
        "others": list(others),
        "status": status,
        "actor": actor,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, parameters)
