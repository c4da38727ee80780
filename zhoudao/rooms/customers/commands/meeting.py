"""Finding the customer behind a sender, or making one: the hot path, so in plain SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.claims import Claim, joining, locks, name_index
from zhoudao.rooms.customers.events import CustomerMet
from zhoudao.rooms.customers.models import Customer

_MOST_IDENTITIES = 50  # a sender may not fill our tables with suggestions
_LONGEST_NAME = 80

# Who owns each claim (kinds, scopes, indexes in order of trust), with all that this customer is known by.
KNOWN = """
    SELECT k.rank, k.value_index, c.id AS customer_id, c.key_id, c.name_sealed IS NOT NULL AS is_named,
           ARRAY(SELECT o.value_index FROM customers_identity o WHERE o.customer_id = c.id) AS known,
           key.master_id, key.wrapped
    FROM unnest(%(kinds)s::text[], %(scopes)s::text[], %(indexes)s::bytea[])
         WITH ORDINALITY AS k (kind, scope, value_index, rank)
    JOIN customers_identity i
      ON i.kind = k.kind AND i.scope = k.scope AND i.value_index = k.value_index AND NOT i.suggested
    JOIN customers_customer c ON c.id = i.customer_id
    LEFT JOIN vault_datakey key ON key.id = c.key_id
"""
KNOWN_COLUMNS = 8
_MAKE = """
    WITH key AS (
        INSERT INTO vault_datakey (id, subject_id, master_id, wrapped, created_at)
        VALUES (%(key_id)s, %(id)s, %(master_id)s, %(wrapped)s, %(at)s)
    ), person AS (
        INSERT INTO customers_customer (id, key_id, name_sealed, name_index, value_class, language, created_at)
        VALUES (%(id)s, %(key_id)s, %(name_sealed)s, %(name_index)s, 'standard', %(language)s, %(at)s)
    )
"""
_ADD = """
    WITH person AS (
        UPDATE customers_customer SET name_sealed = %(name_sealed)s, name_index = %(name_index)s
        WHERE id = %(id)s AND name_sealed IS NULL AND %(name_sealed)s::bytea IS NOT NULL
    ), proven AS (
        DELETE FROM customers_identity
        WHERE customer_id = %(id)s AND suggested AND value_index = ANY(%(proven)s::bytea[])
    )
"""
_IDENTITIES = """
    INSERT INTO customers_identity
        (id, customer_id, kind, scope, value_sealed, value_index, verified_at, suggested, created_at)
    SELECT i.id, %(id)s, i.kind, i.scope, i.sealed, i.value_index, CASE WHEN i.verified THEN %(at)s::timestamptz END,
           i.suggested, %(at)s
    FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(scopes)s::text[], %(sealed)s::bytea[], %(indexes)s::bytea[],
                %(verified)s::bool[], %(suggested)s::bool[])
         AS i (id, kind, scope, sealed, value_index, verified, suggested)
"""


@dataclass(frozen=True)
class Known:
    """The customer a sender turned out to be, and which of their claims somebody owns already."""

    customer_id: UUID
    key_id: UUID
    is_named: bool
    known: frozenset[bytes]
    owned: frozenset[bytes]


@dataclass(frozen=True)
class Met:
    """The sender's customer."""

    customer_id: UUID
    key_id: UUID
    is_new: bool


@transaction.atomic
def find_or_create_customer(
    *, claims: Sequence[Claim], name: str = "", language: str = "zh-Hans", at: datetime, by: By
) -> Customer:
    """This will return the customer whom a joining claim names, else a new one; other claims stay suggestions."""
    met = meet_customer(claims=claims, name=name, language=language, at=at, by=by)
    return Customer.objects.get(id=met.customer_id)


def meet_customer(*, claims: Sequence[Claim], name: str, language: str, at: datetime, by: By) -> Met:
    """As `find_or_create_customer`, within the caller's transaction; says whether nobody knew them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [locks(claims)])
    met = meet(find_known(claims), claims, name=name, language=language, at=at)
    if met.is_new:
        record(CustomerMet(channel=by.channel), at=at, by=by, about=[About("customer", met.customer_id)])
    return met


def find_known(claims: Sequence[Claim]) -> Known | None:
    """The customer whom the most trusted claim names (one statement). The caller holds the contact's locks."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN + " ORDER BY k.rank", known_parameters(claims))
        rows = cursor.fetchall()
    return known_from(rows)


def known_parameters(claims: Sequence[Claim]) -> dict[str, Any]:
    """What `KNOWN` asks with."""
    asked = joining(claims)
    return {
        "kinds": [claim.kind for claim in asked],
        "scopes": [claim.scope for claim in asked],
        "indexes": [claim.index for claim in asked],
    }


def known_from(rows: Sequence[Sequence[Any]]) -> Known | None:
    """The first row of `KNOWN` decides who it is."""
    if not rows:
        return None
    _, _, customer_id, key_id, is_named, known, master_id, wrapped = rows[0][:KNOWN_COLUMNS]
    if wrapped:
        box.learn(key_id, master_id, wrapped)
    owned = frozenset(bytes(row[1]) for row in rows)
    return Known(customer_id, key_id, is_named, frozenset(map(bytes, known)), owned)


def known_customer(customer_id: UUID) -> Known:
    """Somebody whose record is certain already (one statement)."""
    key_id = Customer.objects.values_list("key_id", flat=True).get(id=customer_id)
    return Known(customer_id, key_id, is_named=True, known=frozenset(), owned=frozenset())


def meet(known: Known | None, claims: Sequence[Claim], *, name: str, language: str, at: datetime) -> Met:
    """This will write what is new about a sender: at most one statement, none when all is known."""
    name = clean_name(name)
    if known is None:
        return _make(claims, name, language, at)
    fresh = fresh_of(known, claims)
    if fresh or (name and not known.is_named):
        add(known, fresh, name, at)
    return Met(known.customer_id, known.key_id, is_new=False)


def clean_name(name: str) -> str:
    """A sender's name as it is kept."""
    return name.replace("\0", "").strip()[:_LONGEST_NAME]


def fresh_of(known: Known, claims: Sequence[Claim]) -> list[Claim]:
    """The claims that say something new of a known customer."""
    if len(known.known) >= _MOST_IDENTITIES:
        return []
    return [
        claim
        for claim in once(claims)
        if (claim.index not in known.owned if claim.joins else claim.index not in known.known)
    ]


def _make(claims: Sequence[Claim], name: str, language: str, at: datetime) -> Met:
    customer_id = uuid7()
    key = box.new_key(customer_id)
    parameters = {
        **_name_parameters(customer_id, key.id, name),
        **_identity_parameters(once(claims), key.id),
        "key_id": key.id,
        "master_id": key.master_id,
        "wrapped": key.wrapped,
        "language": language,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MAKE + _IDENTITIES, parameters)
    return Met(customer_id, key.id, is_new=True)


def add(known: Known, fresh: Sequence[Claim], name: str, at: datetime) -> None:
    """This will write what is new of a known customer (one statement). The caller holds the contacts' locks."""
    parameters = {
        **_name_parameters(known.customer_id, known.key_id, "" if known.is_named else name),
        **_identity_parameters(fresh, known.key_id),
        "proven": [claim.index for claim in fresh if claim.joins],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD + _IDENTITIES, parameters)


def once(claims: Sequence[Claim]) -> list[Claim]:
    """Each value once, the proven one of two."""
    best: dict[tuple[str, str, str], Claim] = {}
    for claim in sorted(claims, key=lambda claim: claim.joins):
        if claim.normal:
            best[claim.kind, claim.scope, claim.normal] = claim
    return list(best.values())


def _name_parameters(customer_id: UUID, key_id: UUID, name: str) -> dict[str, Any]:
    return {
        "id": customer_id,
        "name_sealed": box.seal(key_id, name, place=f"customer.name.{customer_id}") if name else None,
        "name_index": name_index(name) if name else None,
    }


def _identity_parameters(claims: Sequence[Claim], key_id: UUID) -> dict[str, Any]:
    ids = [uuid7() for _ in claims]
    return {
        "ids": ids,
        "kinds": [claim.kind for claim in claims],
        "scopes": [claim.scope for claim in claims],
        "sealed": [
            box.seal(key_id, claim.normal, place=f"identity.value.{id_}")
            for claim, id_ in zip(claims, ids, strict=True)
        ],
        "indexes": [claim.index for claim in claims],
        "verified": [claim.verified for claim in claims],
        "suggested": [not claim.joins for claim in claims],
    }
