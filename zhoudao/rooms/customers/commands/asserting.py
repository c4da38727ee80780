"""Customers as a trusted system says they are: what it asserts counts as proven."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.claims import Claim, locks, name_index
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.commands.meeting import Known, meet, meet_customer
from zhoudao.rooms.customers.commands.suggesting import suggest
from zhoudao.rooms.customers.events import ProfileChanged
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids, root_of

_LONGEST_NAME = 80


class IdentitiesDisagree(Exception):
    """These are known of different customers. If they are one person, join them first."""


class NothingAsserted(Exception):
    """Give at least one phone number, e-mail address or member number."""


@frozen
class Asserted:
    """The customer, and whether nobody knew them."""

    customer_id: UUID
    is_new: bool


@transaction.atomic
def assert_customer(
    *, claims: Sequence[Claim], name: str = "", language: str = "zh-Hans", store_id: UUID | None, at: datetime, by: By
) -> Asserted:
    """This will find the customer these claims name, else make one of `store_id`; the name given counts from now on.

    Raises: NothingAsserted, IdentitiesDisagree
    """
    usable = [claim for claim in claims if claim.normal]
    if not usable:
        raise NothingAsserted(NothingAsserted.__doc__)
    _lock(usable)
    owners = _owners(usable)
    if len(_roots(owners)) > 1:
        raise IdentitiesDisagree(IdentitiesDisagree.__doc__)
    met = meet_customer(claims=usable, name=name, language=language, at=at, by=by)
    if met.is_new:
        Customer.objects.filter(id=met.customer_id).update(home_store_id=store_id)
    elif name.strip():
        _rename(root_of(met.customer_id) or met.customer_id, name, at=at, by=by)
    return Asserted(root_of(met.customer_id) or met.customer_id, met.is_new)


@transaction.atomic
def assert_more(*, customer_id: UUID, claims: Sequence[Claim], name: str = "", at: datetime, by: By) -> None:
    """This will add what a known customer is known by, and their name. What is another's is refused and suggested.

    Raises: CustomerNotFound, IdentitiesDisagree
    """
    usable = [claim for claim in claims if claim.normal]
    _lock(usable)
    speaks = root_of(customer_id) or customer_id
    root = Customer.objects.select_for_update().filter(id=speaks, erased_at=None).first()
    if root is None:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    owners = _owners(usable)
    if _roots(owners) - {root.id}:
        raise IdentitiesDisagree(IdentitiesDisagree.__doc__)
    owned = frozenset(bytes(one.value_index) for one in owners)
    mine = Identity.objects.filter(customer_id__in=group_ids(root.id)).values_list("value_index", flat=True)
    known = Known(root.id, root.key_id, root.name_sealed is not None, frozenset(bytes(one) for one in mine), owned)
    fresh = [claim for claim in usable if claim.index not in owned]
    if fresh:
        meet(known, fresh, name="", language=root.language, at=at)
        fields = sorted({claim.kind for claim in fresh})
        record(ProfileChanged(fields), at=at, by=by, about=[About("customer", root.id)])
    if name.strip():
        _rename(root.id, name, at=at, by=by)


def suggest_joining(claims: Sequence[Claim], *, with_id: UUID | None = None, at: datetime) -> None:
    """This will show the desk that these claims' owners may be one person (outside the refused transaction)."""
    owners = [*_roots(_owners([claim for claim in claims if claim.normal])), *([with_id] if with_id else [])]
    kind = next((claim.kind for claim in claims if claim.kind in ("phone", "email", "member")), "phone")
    ones = sorted(set(owners))
    suggest([(ones[0], other, kind, "") for other in ones[1:]], at=at)


def _lock(claims: Sequence[Claim]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [locks(claims)])


def _owners(claims: Sequence[Claim]) -> list[Identity]:
    found = Identity.objects.filter(suggested=False, value_index__in=[claim.index for claim in claims])
    wanted = {(claim.kind, claim.scope) for claim in claims}
    return [one for one in found if (one.kind, one.scope) in wanted]


def _roots(owners: Sequence[Identity]) -> set[UUID]:
    return {root for one in owners if (root := root_of(one.customer_id)) is not None}


def _rename(customer_id: UUID, name: str, *, at: datetime, by: By) -> None:
    one = Customer.objects.select_for_update().get(id=customer_id)
    name = name.replace("\0", "").strip()[:_LONGEST_NAME]
    if one.name == name:
        return
    one.name_sealed = box.seal(one.key_id, name, place=f"customer.name.{one.id}")
    one.name_index = name_index(name)
    one.settled_fields = sorted({*one.settled_fields, "name"})
    one.save(update_fields=["name_sealed", "name_index", "settled_fields"])
    record(ProfileChanged(["name"]), at=at, by=by, about=[About("customer", one.id)])
