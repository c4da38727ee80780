"""Customers by exactly what is known of them: phone, mail address, name, member number or another id of theirs."""

from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.claims import Claim, name_index

MOST = 20
_LONGEST = 250
_KINDS = ("phone", "email", "member", "external", "openid")
# Whoever gave it, newest first; the record that speaks for each; and all records that are the same person's.
_EXACT = """
    WITH RECURSIVE given AS MATERIALIZED (
        (SELECT customer_id AS id, kind AS by, suggested FROM customers_identity
         WHERE value_index = ANY(%(identities)s) ORDER BY created_at DESC, id DESC LIMIT %(most)s)
        UNION ALL
        (SELECT id, 'name', false FROM customers_customer
         WHERE name_index = %(name)s ORDER BY created_at DESC, id DESC LIMIT %(most)s)
    ), up (id, merged_into_id, by, suggested) AS (
        SELECT c.id, c.merged_into_id, given.by, given.suggested FROM customers_customer c JOIN given USING (id)
        UNION SELECT c.id, c.merged_into_id, up.by, up.suggested
        FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    ), down (root, id) AS (
        SELECT id, id FROM up WHERE merged_into_id IS NULL
        UNION SELECT down.root, c.id FROM customers_customer c JOIN down ON c.merged_into_id = down.id
    )
    SELECT up.id, min(up.by), bool_and(up.suggested), array(SELECT down.id FROM down WHERE down.root = up.id)
    FROM up WHERE up.merged_into_id IS NULL GROUP BY up.id
"""


@frozen
class Known:
    """A customer found. `by`: phone, email, name, member …; `group`: all records that are theirs."""

    id: UUID
    by: str
    is_proven: bool
    group: tuple[UUID, ...]


def find_exactly(words: str) -> list[Known]:
    """Customers who are known by exactly this, at most twenty of a kind, in one statement."""
    wanted = words.strip()
    if not wanted or len(wanted) > _LONGEST:
        return []
    parameters: dict[str, Any] = {
        "identities": [Claim(kind, wanted).index for kind in _KINDS],
        "name": name_index(wanted),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXACT, parameters)
        rows = cursor.fetchall()
    return [Known(root, by, not suggested, tuple(group)) for root, by, suggested, group in rows]
