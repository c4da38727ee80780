"""The right to be forgotten: keys, rows and files go; what stays names nobody."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files import store as files
from zhoudao.ground.vault import box
from zhoudao.rooms.customers.commands.joining import CustomerNotFound, one_at_a_time
from zhoudao.rooms.customers.events import CustomerErased
from zhoudao.rooms.customers.models import Customer, Identity, MergeSuggestion
from zhoudao.rooms.customers.queries import group_ids


@transaction.atomic
def erase_customer(*, customer_id: UUID, at: datetime, by: By) -> list[UUID]:
    """This will destroy all personal data of a customer and of all records joined with them; returns their ids.

    Words in conversations are not known here: `conversations.commands.forget_customer` calls this and erases them.

    Raises: CustomerNotFound
    """
    one_at_a_time()
    ids = sorted(group_ids(customer_id))
    found = list(Customer.objects.select_for_update().filter(id__in=ids, erased_at=None).order_by("id"))
    if not found:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    Identity.objects.filter(customer_id__in=ids).delete()
    MergeSuggestion.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids)).delete()
    Customer.objects.filter(id__in=ids).update(name_sealed=None, name_index=None, erased_at=at)
    for one in ids:
        box.destroy_keys(one)
        files.erase(one)
    about = [About("customer", one) for one in [customer_id, *(i for i in ids if i != customer_id)]]
    record(CustomerErased(customers=len(ids)), at=at, by=by, about=about)
    return ids
