"""Whose contact somebody is: read through all records of the person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.commands.organisations import DOMAINS
from zhoudao.rooms.customers.models import ContactSuggestion, Customer, Identity, Membership, Organisation, Searched
from zhoudao.rooms.customers.profile import speakers
from zhoudao.rooms.customers.queries import group_ids

BATCH = 500
_LAG = timedelta(seconds=5)  # keys are made before they are committed
_BEGINNING = UUID(int=0)


def organisation_of(customer: Customer) -> Organisation | None:
    """Whose contact this person is; costs nothing for a record that neither is one nor was joined."""
    if not customer.has_organisation and customer.merged_into_id is None and not customer.has_joined:
        return None
    return organisation_of_records(group_ids(customer.id))


def organisation_of_records(ids: Sequence[UUID]) -> Organisation | None:
    """Whose contact the person with these records is (one statement); the oldest membership speaks."""
    rows = Membership.objects.filter(customer_id__in=ids, ended_at=None).select_related("organisation__adviser")
    found = rows.order_by("since", "id").first()
    return found.organisation if found else None


def adviser_of(customer_id: UUID) -> UUID | None:
    """Who looks after this person: their own adviser, else their organisation's. For routing."""
    people = list(Customer.objects.filter(id__in=group_ids(customer_id)).select_related("adviser"))
    root = next((one for one in people if one.merged_into_id is None), None)
    if root is None:
        return None
    own = speakers(root, people)["adviser"].adviser_id
    if own is not None:
        return own
    organisation = organisation_of_records([one.id for one in people])
    return organisation.adviser_id if organisation else None


def contacts_of(organisation_id: UUID) -> list[Membership]:
    """Everybody who speaks for it now, oldest first (one statement)."""
    rows = Membership.objects.filter(organisation_id=organisation_id, ended_at=None)
    return list(rows.order_by("since", "id"))


def seen_by_contact(customer_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """What a contact may see on a customer's page: cases of these records, and all of these organisations'."""
    ids = group_ids(customer_id)
    rows = Membership.objects.filter(customer_id__in=ids, ended_at=None, sees_all=True)
    return ids, list(rows.values_list("organisation_id", flat=True))


@transaction.atomic
def suggest_contacts(*, at: datetime, real_now: datetime) -> int:
    """This will suggest whoever proved an address at an organisation's domain; a person decides. Safe to repeat."""
    domains = {one: row.id for row in Organisation.objects.exclude(domains=[]) for one in row.domains}
    if not domains:
        return 0
    Searched.objects.get_or_create(name=DOMAINS, defaults={"last_id": _BEGINNING})
    place = Searched.objects.select_for_update().get(name=DOMAINS)
    before = UUID(int=uuid7(real_now - _LAG).int & ~((1 << 80) - 1))
    rows = list(Identity.objects.filter(id__gt=place.last_id, id__lt=before).order_by("id")[:BATCH])
    if not rows:
        return 0
    proven = [row for row in rows if row.kind == "email" and row.verified_at is not None and not row.suggested]
    box.warm(row.value_sealed for row in proven)
    _keep(proven, domains, at)
    place.last_id = rows[-1].id
    place.save(update_fields=["last_id"])
    return len(rows)


def _keep(proven: Sequence[Identity], domains: dict[str, UUID], at: datetime) -> None:
    fits = [(row, domains[domain]) for row in proven if (domain := row.value.rpartition("@")[2].lower()) in domains]
    members = Membership.objects.filter(customer_id__in=[row.customer_id for row, _ in fits], ended_at=None)
    known = set(members.values_list("customer_id", flat=True))
    ContactSuggestion.objects.bulk_create(
        [
            ContactSuggestion(organisation_id=organisation_id, customer_id=row.customer_id, found_at=at)
            for row, organisation_id in fits
            if row.customer_id not in known
        ],
        ignore_conflicts=True,
    )
