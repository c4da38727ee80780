"""Two records of one person: joined by a pointer, so that it can be taken back without loss."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.customers.events import CustomersMerged, CustomerUnmerged
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.queries import root_of


class CustomerNotFound(Exception):
    """There is no such customer."""


class SameCustomer(Exception):
    """These are already one customer."""


class AlreadyMerged(Exception):
    """This customer was already joined with another; separate them first."""


class NotMerged(Exception):
    """This customer is not joined with another."""


@transaction.atomic
def merge_customers(*, loser_id: UUID, survivor_id: UUID, at: datetime, by: By) -> Customer:
    """This will let the survivor's record speak for both; no row moves.

    Raises: CustomerNotFound, SameCustomer, AlreadyMerged
    """
    _one_at_a_time()
    both = _locked(loser_id, survivor_id)
    loser = both[loser_id]
    if loser.merged_into_id is not None:
        raise AlreadyMerged(AlreadyMerged.__doc__)
    if root_of(survivor_id) == loser_id:
        raise SameCustomer(SameCustomer.__doc__)
    loser.merged_into_id = survivor_id
    loser.save(update_fields=["merged_into"])
    _tell(CustomersMerged(str(loser_id), str(survivor_id)), survivor_id, loser_id, at, by)
    return both[survivor_id]


@transaction.atomic
def unmerge_customer(*, customer_id: UUID, at: datetime, by: By) -> Customer:
    """This will let a joined record speak for itself again.

    Raises: CustomerNotFound, NotMerged
    """
    loser = Customer.objects.select_for_update().filter(id=customer_id).first()
    if loser is None:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    survivor_id = loser.merged_into_id
    if survivor_id is None:
        raise NotMerged(NotMerged.__doc__)
    _locked(survivor_id)
    loser.merged_into_id = None
    loser.save(update_fields=["merged_into"])
    _tell(CustomerUnmerged(str(customer_id), str(survivor_id)), survivor_id, customer_id, at, by)
    return loser


def _one_at_a_time() -> None:
    """Three merges at once could close a ring that no row lock sees."""
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
