"""The right to be forgotten: keys, rows, words and files go; what stays names nobody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from zhoudao.ground.eventlog.models import Parked
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files import store as files
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.customers.claims import Claim, locks
from zhoudao.rooms.customers.commands.joining import CustomerNotFound, one_at_a_time
from zhoudao.rooms.customers.events import CustomerErased
from zhoudao.rooms.customers.keepers import keepers
from zhoudao.rooms.customers.models import ContactSuggestion, Customer, Identity, Membership, MergeSuggestion
from zhoudao.rooms.customers.queries import group_ids

REASONS = ("request", "retention", "mistake")  # the person's wish, time is up, should never have been kept


class ErasureUnsound(Exception):
    """Say why: request, retention or mistake."""


@transaction.atomic
def erase_customer(*, customer_id: UUID, reason: str = "request", at: datetime, by: By) -> list[UUID]:
    """This will destroy all data of a customer and of all records joined with them, in every room; returns their ids.

    The event log and every figure stay: they hold ids, codes and amounts. A room that still needs the data refuses.

    Raises: CustomerNotFound, ErasureUnsound, CasesStillOpen
    """
    if reason not in REASONS:
        raise ErasureUnsound(ErasureUnsound.__doc__)
    one_at_a_time()
    ids = sorted(group_ids(customer_id))
    _shut_the_door(ids)
    found = list(Customer.objects.select_for_update().filter(id__in=ids, erased_at=None).order_by("id"))
    if not found:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    for keeper in keepers():
        keeper.refuse(ids)
    for keeper in keepers():
        keeper.forget(ids, at)
    _forget_person(ids, at)
    about = [About("customer", one) for one in [customer_id, *(i for i in ids if i != customer_id)]]
    record(CustomerErased(customers=len(ids), reason=reason), at=at, by=by, about=about)
    return ids


def _shut_the_door(ids: Sequence[UUID]) -> None:
    """Whoever writes just now is let in before or met as somebody new, never half-way: intake takes the same locks."""
    mine = Identity.objects.filter(customer_id__in=ids, suggested=False)
    claims = [Claim(one.kind, one.value, one.scope, verified=True) for one in mine]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [locks(claims)])


def _forget_person(ids: Sequence[UUID], at: datetime) -> None:
    Identity.objects.filter(customer_id__in=ids).delete()
    Membership.objects.filter(customer_id__in=ids).delete()
    ContactSuggestion.objects.filter(customer_id__in=ids).delete()
    MergeSuggestion.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids)).delete()
    Unmasking.objects.filter(subject_id__in=ids).update(reason="")  # who looked at what, when, stays
    Parked.objects.filter(event__object_ids__overlap=list(ids)).update(error="")
    Customer.objects.filter(id__in=ids).update(
        name_sealed=None, name_index=None, preferred_channel="", contact_hours="", consents=[], erased_at=at
    )
    for one in ids:
        box.destroy_keys(one)
        files.erase(one)
