"""Customers, found by exactly what is known of them, and shown masked."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhoudao.doors.api import operations
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Line, Name
from zhoudao.rooms.customers.queries import CustomerCard, card, find_by_email, find_by_name, find_by_phone

router = Router(tags=["customers"])
_MOST = 25


class CustomerItem(Schema):
    """A customer, masked."""

    id: UUID
    name: str
    phones: list[str]
    emails: list[str]
    value_class: str
    language: str
    since: datetime


class CustomerPage(Schema):
    """At most 25; a search that finds more is too wide to be exact, so there is no next page."""

    items: list[CustomerItem]
    next: str | None = None


class CustomersAsked(Schema):
    """Exactly one of these."""

    phone: Line = ""
    email: Line = ""
    name: Name = ""


@operations.get(router, "", scope="customers:read", answer=CustomerPage)
def find_customers(request: HttpRequest, asked: Query[CustomersAsked]) -> CustomerPage:
    """Customers with exactly this proven phone number, proven e-mail address, or name."""
    given = [value for value in (asked.phone, asked.email, asked.name) if value.strip()]
    if len(given) != 1:
        raise Refused(422, "one_needed", "Give exactly one of phone, email and name.")
    if asked.phone:
        ids = find_by_phone(asked.phone)
    elif asked.email:
        ids = find_by_email(asked.email)
    else:
        ids = find_by_name(asked.name, _MOST)
    cards = (card(customer_id, viewer_in(request)) for customer_id in ids[:_MOST])
    people = {found.id: found for found in cards if found and not found.is_erased}
    return CustomerPage(items=[_item(person) for person in people.values()])


def _item(person: CustomerCard) -> CustomerItem:
    return CustomerItem(
        id=person.id,
        name=person.name_masked,
        phones=person.phones_masked,
        emails=person.emails_masked,
        value_class=person.value_class,
        language=person.language,
        since=person.since,
    )
