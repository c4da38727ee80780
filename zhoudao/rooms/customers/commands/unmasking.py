"""Reading what is masked: allowed to some, recorded for all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.events import CustomerUnmasked
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids


class MayNotUnmask(Exception):
    """You may not see personal data in clear."""


class NothingToShow(Exception):
    """There is nothing of this kind to show."""


@transaction.atomic
def unmask(*, customer_id: UUID, field: str, viewer: Viewer, reason: str = "", at: datetime) -> str:
    """This will return a field in clear and record who read it: `name`, `phone`, `email` or an identity's id.

    Raises: MayNotUnmask, CustomerNotFound, NothingToShow
    """
    customer = Customer.objects.select_for_update().filter(id=customer_id, erased_at=None).first()
    if customer is None:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    kind, value = ("name", customer.name) if field == "name" else _identity(customer_id, field)
    if not value:
        raise NothingToShow(NothingToShow.__doc__)
    record_unmasking(customer_id=customer_id, field=kind, viewer=viewer, reason=reason, at=at)
    return value


def record_unmasking(*, customer_id: UUID, field: str, viewer: Viewer, reason: str, at: datetime) -> None:
    """This will check the right and write down the look. The caller holds the customer's row lock.

    Raises: MayNotUnmask
    """
    if not viewer.may("customers:unmask"):
        raise MayNotUnmask(MayNotUnmask.__doc__)
    Unmasking.objects.create(actor=viewer.actor, subject_id=customer_id, field=field, reason=reason[:200], at=at)
    record(CustomerUnmasked(field), at=at, by=By(viewer.actor), about=[About("customer", customer_id)])


def _identity(customer_id: UUID, field: str) -> tuple[str, str]:
    mine = Identity.objects.filter(customer_id__in=group_ids(customer_id)).order_by("suggested", "created_at", "id")
    try:
        found = mine.filter(id=UUID(field)).first()
    except ValueError:
        found = mine.filter(kind=field).first()
    return (found.kind, found.value) if found else (field, "")
