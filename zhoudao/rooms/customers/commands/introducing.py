"""A customer before a colleague: by what else they are known, and that their history was read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.customers.claims import Claim, locks
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.commands.meeting import KNOWN, Known, add, known_parameters, once
from zhoudao.rooms.customers.events import CustomerServed, IdentitiesNoted
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids

_OWN_TO_A_CHANNEL = ("external", "visitor", "openid")


@transaction.atomic
def note_identities(*, customer_id: UUID, claims: Sequence[Claim], name: str = "", at: datetime, by: By) -> list[Claim]:
    """This will write down by what else a customer is known; returns what was new.

    What already joins somebody else stays theirs: a number or address is then only a suggestion here, from which the
    two may be joined; a channel's own id is left out.

    Raises: CustomerNotFound
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [locks(claims)])
    customer = Customer.objects.select_for_update().filter(id=customer_id, erased_at=None).first()
    if customer is None:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    group = group_ids(customer_id)
    mine = list(Identity.objects.filter(customer_id__in=group).values_list("value_index", "kind", "scope", "suggested"))
    proven = {(kind, scope, bytes(index)) for index, kind, scope, suggested in mine if not suggested}
    given = {(kind, scope, bytes(index)) for index, kind, scope, _ in mine}
    fresh = []
    for claim in _that_may(once(claims), group):
        if (claim.kind, claim.scope, claim.index) not in (proven if claim.joins else given):
            fresh.append(claim)
    name = name.replace("\0", "").strip()[:80] if not customer.name_sealed else ""
    if fresh or name:
        add(_known(customer), fresh, name, at)
    if fresh:
        fact = IdentitiesNoted(sorted({claim.kind for claim in fresh}), any(claim.verified for claim in fresh))
        record(fact, at=at, by=by, about=[About("customer", customer.id)])
    return fresh


@transaction.atomic
def serve_customer(*, customer_id: UUID, at: datetime, by: By) -> None:
    """This will note that a colleague who has the customer before them opened their history.

    Raises: CustomerNotFound
    """
    if not Customer.objects.select_for_update().filter(id=customer_id, erased_at=None).exists():
        raise CustomerNotFound(CustomerNotFound.__doc__)
    fact: Fact = CustomerServed()
    record(fact, at=at, by=by, about=[About("customer", customer_id)])


def _that_may(claims: Sequence[Claim], group: Sequence[UUID]) -> list[Claim]:
    """The claims as they may be written: what joins another person cannot join this one as well."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, known_parameters(claims))
        others = {bytes(row[1]) for row in cursor.fetchall() if row[2] not in group}
    mild = [replace(claim, verified=False) if claim.index in others else claim for claim in claims if claim.normal]
    return [claim for claim in mild if claim.index not in others or claim.kind not in _OWN_TO_A_CHANNEL]


def _known(customer: Customer) -> Known:
    return Known(customer.id, customer.key_id, bool(customer.name_sealed), frozenset(), frozenset())
