"""Two records of one person: joined by a pointer, so that it can be taken back without loss."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.customers.commands.suggesting import settle
from zhoudao.rooms.customers.events import CustomersMerged, CustomerUnmerged
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.profile import FIELDS
from zhoudao.rooms.customers.queries import group_ids, root_of


class CustomerNotFound(Exception):
    """There is no such customer."""


class SameCustomer(Exception):
    """These are already one customer."""


class AlreadyMerged(Exception):
    """This customer was already joined with another; separate them first."""


class NotMerged(Exception):
    """This customer is not joined with another."""


class FieldUnknown(Exception):
    """There is no such field to choose."""


@transaction.atomic
def merge_customers(
    *, loser_id: UUID, survivor_id: UUID, kept_fields: Sequence[str] = (), at: datetime, by: By
) -> Customer:
    """This will let the survivor's record speak for both, but for `kept_fields`, where the loser's does; no row moves.

    Raises: CustomerNotFound, SameCustomer, AlreadyMerged, FieldUnknown
    """
    if not set(kept_fields) <= set(FIELDS):
        raise FieldUnknown(FieldUnknown.__doc__)
    one_at_a_time()
    both = _locked(loser_id, survivor_id)
    loser, survivor = both[loser_id], both[survivor_id]
    if loser.merged_into_id is not None:
        raise AlreadyMerged(AlreadyMerged.__doc__)
    if root_of(survivor_id) == loser_id:
        raise SameCustomer(SameCustomer.__doc__)
    settle(group_ids(loser_id), group_ids(survivor_id), status="merged", actor=by.actor, at=at)
    loser.merged_into_id, loser.merged_at, loser.kept_fields = survivor_id, at, sorted(set(kept_fields))
    loser.save(update_fields=["merged_into", "merged_at", "kept_fields"])
    survivor.has_joined = True
    survivor.save(update_fields=["has_joined"])
    _tell(CustomersMerged(str(loser_id), str(survivor_id)), survivor_id, loser_id, at, by)
    return survivor


@transaction.atomic
def unmerge_customer(*, customer_id: UUID, at: datetime, by: By) -> Customer:
    """This will let a joined record speak for itself again, and for what had been joined with it before.

    Raises: CustomerNotFound, NotMerged
    """
    one_at_a_time()
    survivor_id = Customer.objects.filter(id=customer_id).values_list("merged_into_id", flat=True).first()
    rows = _locked(customer_id, *([survivor_id] if survivor_id else []))
    loser = rows[customer_id]
    if survivor_id is None:
        raise NotMerged(NotMerged.__doc__)
    loser.merged_into_id, loser.merged_at, loser.kept_fields = None, None, []
    loser.save(update_fields=["merged_into", "merged_at", "kept_fields"])
    survivor = rows[survivor_id]
    survivor.has_joined = Customer.objects.filter(merged_into=survivor_id).exists()
    survivor.save(update_fields=["has_joined"])
    settle(group_ids(customer_id), group_ids(survivor_id), status="dismissed", actor=by.actor, at=at)
    _tell(CustomerUnmerged(str(customer_id), str(survivor_id)), survivor_id, customer_id, at, by)
    return loser


def one_at_a_time() -> None:
    """Three merges at once could close a ring that no row lock sees; and nobody joins whom another is erasing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.merge'))")


def _locked(*ids: UUID) -> dict[UUID, Customer]:
    rows = Customer.objects.select_for_update().filter(id__in=ids, erased_at=None).order_by("id").in_bulk()
    if len(rows) < len(set(ids)):
        raise CustomerNotFound(CustomerNotFound.__doc__)
    return rows


def _tell(fact: CustomersMerged | CustomerUnmerged, survivor_id: UUID, loser_id: UUID, at: datetime, by: By) -> None:
    about = [About("customer", survivor_id, "survivor"), About("customer", loser_id, "loser")]
    record(fact, at=at, by=by, about=about)
