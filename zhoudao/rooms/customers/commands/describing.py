"""What a customer prefers and who looks after them, as a colleague writes it down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.events import ProfileChanged
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.profile import CONSENTS, HOURS, speakers
from zhoudao.rooms.customers.queries import group_ids


class ProfileUnsound(Exception):
    """Choose from what is offered: this value is not known."""


@frozen
class Description:
    """All that can be written down; `preferred_channel` is a channel's kind or empty."""

    language: str
    value_class: str
    adviser_id: UUID | None
    preferred_channel: str
    contact_hours: str
    consents: tuple[str, ...]


@transaction.atomic
def describe_customer(*, customer_id: UUID, said: Description, at: datetime, by: By) -> list[str]:
    """This will write down what differs, on the record that speaks for the person; returns the fields changed.

    Raises: CustomerNotFound, ProfileUnsound
    """
    _check(said)
    rows = Customer.objects.select_for_update(of=("self",)).select_related("adviser")
    people = list(rows.filter(id__in=group_ids(customer_id), erased_at=None).order_by("id"))
    root = next((one for one in people if one.merged_into_id is None), None)
    if root is None:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    speaks = speakers(root, people)
    values = {
        "language": said.language,
        "value_class": said.value_class,
        "adviser": said.adviser_id,
        "preferred_channel": said.preferred_channel,
        "contact_hours": said.contact_hours,
        "consents": sorted(set(said.consents)),
    }
    changed = [field for field, value in values.items() if _told(speaks[field], field) != value]
    for field in changed:
        setattr(root, "adviser_id" if field == "adviser" else field, values[field])
    if changed:
        root.settled_fields = sorted({*root.settled_fields, *changed})
        root.save(update_fields=[*changed, "settled_fields"])
        _hush(people, root, changed)
        record(ProfileChanged(changed), at=at, by=by, about=[About("customer", root.id)])
    return changed


def _check(said: Description) -> None:
    fits = said.contact_hours in ("", *HOURS) and set(said.consents) <= set(CONSENTS)
    fits = fits and 0 < len(said.value_class) <= 16 and said.language in ("zh-Hans", "zh-Hant", "en")
    fits = fits and len(said.preferred_channel) <= 16
    if not fits or (said.adviser_id and not User.objects.filter(id=said.adviser_id, is_active=True).exists()):
        raise ProfileUnsound(ProfileUnsound.__doc__)


def _told(one: Customer, field: str) -> object:
    if field == "consents":
        return sorted(one.consents)
    return one.adviser_id if field == "adviser" else getattr(one, field)


def _hush(people: list[Customer], root: Customer, fields: list[str]) -> None:
    """From now on the survivor's own word counts in these fields."""
    for one in people:
        if one.merged_into_id == root.id and set(one.kept_fields) & set(fields):
            one.kept_fields = [field for field in one.kept_fields if field not in fields]
            one.save(update_fields=["kept_fields"])
