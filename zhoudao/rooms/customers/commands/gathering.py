"""Finding or making the customers behind many senders: as `meet` would, one after the other, in two statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.claims import Claim, joining, name_index
from zhoudao.rooms.customers.commands.meeting import KNOWN, KNOWN_COLUMNS, Known, Met, clean_name, fresh_of, once

_COLUMNS = "unnest(%(keys)b::uuid[], %(made)b::uuid[], %(masters)b::text[], %(wrapped)b::bytea[], "
_COLUMNS += "%(names)b::bytea[], %(name_indexes)b::bytea[], %(languages)b::text[], %(made_at)b::timestamptz[])"
_WRITE = f"""
    WITH made AS (
        SELECT * FROM {_COLUMNS} AS m (key_id, id, master_id, wrapped, name_sealed, name_index, language, at)
    ), key AS (
        INSERT INTO vault_datakey (id, subject_id, master_id, wrapped, created_at)
        SELECT key_id, id, master_id, wrapped, at FROM made
    ), person AS (
        INSERT INTO customers_customer (id, key_id, name_sealed, name_index, value_class, language, created_at)
        SELECT id, key_id, name_sealed, name_index, 'standard', language, at FROM made
    ), named AS (
        UPDATE customers_customer c SET name_sealed = n.sealed, name_index = n.name_index
        FROM unnest(%(named)b::uuid[], %(new_names)b::bytea[], %(new_indexes)b::bytea[]) AS n (id, sealed, name_index)
        WHERE c.id = n.id AND c.name_sealed IS NULL
    ), proven AS (
        DELETE FROM customers_identity i
        USING unnest(%(proven_of)b::uuid[], %(proven)b::bytea[]) AS p (customer_id, value_index)
        WHERE i.customer_id = p.customer_id AND i.suggested AND i.value_index = p.value_index
    )
    INSERT INTO customers_identity
        (id, customer_id, kind, scope, value_sealed, value_index, verified_at, suggested, created_at)
    SELECT i.id, i.customer_id, i.kind, i.scope, i.sealed, i.value_index, CASE WHEN i.verified THEN i.at END,
           i.suggested, i.at
    FROM unnest(%(ids)b::uuid[], %(customers)b::uuid[], %(kinds)b::text[], %(scopes)b::text[], %(sealed)b::bytea[],
                %(indexes)b::bytea[], %(verified)b::bool[], %(suggested)b::bool[], %(at)b::timestamptz[])
         AS i (id, customer_id, kind, scope, sealed, value_index, verified, suggested, at)
"""  # noqa: S608  # our own words
_Contact = tuple[str, str, bytes]


@dataclass(frozen=True)
class Party:
    """Somebody who may be known already."""

    claims: Sequence[Claim]
    name: str
    language: str
    at: datetime


@dataclass
class _Person:
    """A customer as they stand after what was written so far; `key` and `language` of one who is new."""

    id: UUID
    key_id: UUID
    is_named: bool
    known: set[bytes]
    made_at: datetime | None = None
    language: str = ""
    key: DataKey | None = None
    name: str = ""


@dataclass
class _Book:
    """Who owns which contact, and what is to be written."""

    owners: dict[_Contact, _Person]
    made: list[_Person] = field(default_factory=list)
    named: list[_Person] = field(default_factory=list)
    added: list[tuple[_Person, Claim, datetime]] = field(default_factory=list)
    proven: list[tuple[_Person, bytes]] = field(default_factory=list)


def meet_all(parties: Sequence[Party]) -> list[Met]:
    """The customer of each, made where nobody is known (two statements). The caller holds the contacts' locks."""
    book = _Book(_owners({_contact(claim): claim for party in parties for claim in joining(party.claims)}))
    found = [_meet(book, party) for party in parties]
    if book.made or book.named or book.added:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, {**_made(book.made), **_named(book), **_identities(book.added)})
    return found


def _owners(asked: dict[_Contact, Claim]) -> dict[_Contact, _Person]:
    if not asked:
        return {}
    contacts = list(asked)
    kinds, scopes, indexes = zip(*contacts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"kinds": list(kinds), "scopes": list(scopes), "indexes": list(indexes)})
        rows = cursor.fetchall()
    people: dict[UUID, _Person] = {}
    owners = {}
    for row in rows:
        rank, _index, customer_id, key_id, is_named, known, master_id, wrapped = row[:KNOWN_COLUMNS]
        if wrapped:
            box.learn(key_id, master_id, wrapped)
        person = people.setdefault(customer_id, _Person(customer_id, key_id, is_named, set(map(bytes, known))))
        owners[contacts[rank - 1]] = person
    return owners


def _meet(book: _Book, party: Party) -> Met:
    asked = [_contact(claim) for claim in joining(party.claims)]
    owned = [contact for contact in asked if contact in book.owners]
    if not owned:
        person = _make(book, party)
        fresh: Sequence[Claim] = once(party.claims)
    else:
        person = book.owners[owned[0]]
        known = Known(
            person.id, person.key_id, person.is_named, frozenset(person.known), frozenset(c[2] for c in owned)
        )
        fresh = fresh_of(known, party.claims)
        _prove(book, person, {claim.index for claim in fresh if claim.joins})
    _name(book, person, clean_name(party.name))
    for claim in fresh:
        book.added.append((person, claim, party.at))
        person.known.add(claim.index)
        if claim.joins:
            book.owners[_contact(claim)] = person
    return Met(person.id, person.key_id, is_new=not owned)


def _make(book: _Book, party: Party) -> _Person:
    customer_id = uuid7()
    key = box.new_key(customer_id)
    person = _Person(customer_id, key.id, False, set(), party.at, party.language, key)
    book.made.append(person)
    return person


def _prove(book: _Book, person: _Person, indexes: set[bytes]) -> None:
    """What was a suggestion of this customer's is one no more."""
    if not indexes:
        return
    book.proven += [(person, index) for index in indexes]
    book.added = [one for one in book.added if one[0] is not person or one[1].joins or one[1].index not in indexes]


def _name(book: _Book, person: _Person, name: str) -> None:
    if name and not person.is_named:
        person.name, person.is_named = name, True
        if person.key is None:
            book.named.append(person)


def _contact(claim: Claim) -> _Contact:
    return claim.kind, claim.scope, claim.index


def _made(people: Sequence[_Person]) -> dict[str, Any]:
    keys = [person.key for person in people if person.key is not None]
    return {
        "keys": [key.id for key in keys],
        "made": [person.id for person in people],
        "masters": [key.master_id for key in keys],
        "wrapped": [key.wrapped for key in keys],
        "names": _sealed_names(people),
        "name_indexes": _name_indexes(people),
        "languages": [person.language for person in people],
        "made_at": [person.made_at for person in people],
    }


def _named(book: _Book) -> dict[str, Any]:
    return {
        "named": [person.id for person in book.named],
        "new_names": _sealed_names(book.named),
        "new_indexes": _name_indexes(book.named),
        "proven_of": [person.id for person, _index in book.proven],
        "proven": [index for _person, index in book.proven],
    }


def _sealed_names(people: Iterable[_Person]) -> list[bytes | None]:
    return [
        box.seal(person.key_id, person.name, place=f"customer.name.{person.id}") if person.name else None
        for person in people
    ]


def _name_indexes(people: Iterable[_Person]) -> list[bytes | None]:
    return [name_index(person.name) if person.name else None for person in people]


def _identities(added: Sequence[tuple[_Person, Claim, datetime]]) -> dict[str, Any]:
    ids = [uuid7() for _ in added]
    return {
        "ids": ids,
        "customers": [person.id for person, _claim, _at in added],
        "kinds": [claim.kind for _person, claim, _at in added],
        "scopes": [claim.scope for _person, claim, _at in added],
        "sealed": [
            box.seal(person.key_id, claim.normal, place=f"identity.value.{id_}")
            for id_, (person, claim, _at) in zip(ids, added, strict=True)
        ],
        "indexes": [claim.index for _person, claim, _at in added],
        "verified": [claim.verified for _person, claim, _at in added],
        "suggested": [not claim.joins for _person, claim, _at in added],
        "at": [at for _person, _claim, at in added],
    }
