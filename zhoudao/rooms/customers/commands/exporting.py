"""Everything we hold of one person, for them to read: told in clear, once, and written down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.events import CustomerExported
from zhoudao.rooms.customers.keepers import keepers
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids

FORMAT = 1


class WholeCompanyOnly(Exception):
    """A person's data lies in every store: only who works for the whole company may hand it out or erase it."""


def need_whole_company(viewer: Viewer) -> None:
    """This will refuse whoever sees only some stores or teams.

    Raises: WholeCompanyOnly
    """
    if not viewer.is_everywhere:
        raise WholeCompanyOnly(WholeCompanyOnly.__doc__)


@transaction.atomic
def export_customer(*, customer_id: UUID, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """This will return all that every room holds of a person, as JSON, and record that it was handed out.

    Raises: CustomerNotFound, WholeCompanyOnly
    """
    need_whole_company(viewer)
    ids = sorted(group_ids(customer_id))
    found = list(Customer.objects.select_for_update().filter(id__in=ids, erased_at=None).order_by("id"))
    if not found:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    everything = {"format": FORMAT, "made_at": at.isoformat(), "records": _records(found)}
    everything |= {keeper.name: keeper.held(ids) for keeper in keepers()}
    everything["happened"] = _happened(ids)
    Unmasking.objects.create(actor=viewer.actor, subject_id=customer_id, field="everything", at=at)
    record(CustomerExported(), at=at, by=By(viewer.actor), about=[About("customer", customer_id)])
    return everything


def _records(people: Sequence[Customer]) -> list[dict[str, Any]]:
    known = list(Identity.objects.filter(customer__in=people).order_by("created_at", "id"))
    box.warm([*(one.name_sealed for one in people), *(one.value_sealed for one in known)])
    return [_record(one, [each for each in known if each.customer_id == one.id]) for one in people]


def _record(one: Customer, known: Sequence[Identity]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "since": one.created_at.isoformat(),
        "language": one.language,
        "value_class": one.value_class,
        "preferred_channel": one.preferred_channel,
        "contact_hours": one.contact_hours,
        "consents": one.consents,
        "joined_into": str(one.merged_into_id) if one.merged_into_id else None,
        "speaks_for": [
            {"name": row.organisation.name, "since": row.since.isoformat()}
            for row in one.memberships.select_related("organisation").order_by("since", "id")
        ],
        "known_by": [
            {
                "kind": each.kind,
                "value": each.value,
                "scope": each.scope,
                "proven": each.verified_at is not None,
                "since": each.created_at.isoformat(),
            }
            for each in known
        ],
    }


def _happened(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    rows = Event.objects.filter(object_ids__overlap=list(ids)).order_by("occurred_at", "xid", "id")
    fields = rows.values("type", "occurred_at", "channel", "attributes")
    return [row | {"occurred_at": row["occurred_at"].isoformat()} for row in fields.iterator()]
